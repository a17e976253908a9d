package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 12, 7, 12, 0, 0, 4e6, time.UTC)

// every metric that there is.
func every() []Value {
	return []Value{
		OldestCompletePass(90 * time.Second), Changes(3), Quarantined(1), Requests(12), RequestBudgetUsed(37.5),
		MailsSent(4), MailsRefused(0), MailsHeld(2), TokenDaysLeft(-1), Drift(5),
	}
}

var unit = regexp.MustCompile(`^(Seconds|Microseconds|Milliseconds|Percent|Count|None|(Kilo|Mega|Giga|Tera)?([Bb]ytes|[Bb]its)(/Second)?|Count/Second)$`)

// checkEMF holds a line against the rules of the format: those of its JSON schema
// and those of its text.
func checkEMF(line []byte) error {
	var root map[string]json.RawMessage
	if err := json.Unmarshal(line, &root); err != nil {
		return err
	}
	var meta struct {
		Timestamp         json.Number
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	}
	d := json.NewDecoder(bytes.NewReader(root["_aws"]))
	d.DisallowUnknownFields()
	if err := d.Decode(&meta); err != nil {
		return fmt.Errorf("_aws: %w", err)
	}
	if ms, err := meta.Timestamp.Int64(); err != nil || ms < 1e12 || ms > 1e13 {
		return fmt.Errorf("a timestamp in milliseconds, not %q", meta.Timestamp)
	}
	if len(meta.CloudWatchMetrics) == 0 {
		return errors.New("no directive")
	}
	for _, m := range meta.CloudWatchMetrics {
		switch {
		case len(m.Namespace) == 0 || len(m.Namespace) > 255:
			return fmt.Errorf("namespace %q", m.Namespace)
		case len(m.Dimensions) == 0:
			return errors.New("no dimension set")
		case len(m.Metrics) == 0 || len(m.Metrics) > 100:
			return fmt.Errorf("%d metrics", len(m.Metrics))
		}
		for _, set := range m.Dimensions {
			if len(set) > 9 {
				return fmt.Errorf("%d dimensions", len(set))
			}
			for _, name := range set {
				var value string
				if err := json.Unmarshal(root[name], &value); err != nil || value == "" || len(value) > 1024 {
					return fmt.Errorf("dimension %q has the value %s", name, root[name])
				}
			}
		}
		seen := map[string]bool{}
		for _, def := range m.Metrics {
			var value float64
			if err := json.Unmarshal(root[def.Name], &value); err != nil {
				return fmt.Errorf("metric %q has the value %s", def.Name, root[def.Name])
			}
			if def.Name == "" || len(def.Name) > 255 || seen[def.Name] || !unit.MatchString(def.Unit) {
				return fmt.Errorf("metric %q in %q", def.Name, def.Unit)
			}
			seen[def.Name] = true
		}
	}
	return nil
}

func TestEveryMetricOnOneLineOfTheFormat(t *testing.T) {
	var out bytes.Buffer
	if err := NewMetrics(&out, "relais-bretagne", "", func() time.Time { return noon }).Emit(every()...); err != nil {
		t.Fatal(err)
	}
	if err := checkEMF(out.Bytes()); err != nil {
		t.Errorf("%v in %s", err, out.String())
	}
	if n := strings.Count(out.String(), "\n"); n != 1 || !strings.HasSuffix(out.String(), "\n") {
		t.Errorf("%d line breaks", n)
	}
	if len(every()) > 10 {
		t.Errorf("%d metrics: each is paid for", len(every()))
	}
	got := lines(t, &out)[0]
	def := func(name, unit string) any { return map[string]any{"Name": name, "Unit": unit} }
	want := map[string]any{
		"_aws": map[string]any{
			"Timestamp": float64(noon.UnixMilli()),
			"CloudWatchMetrics": []any{map[string]any{
				"Namespace": "Relais", "Dimensions": []any{[]any{"Stack"}},
				"Metrics": []any{
					def("OldestCompletePass", "Seconds"), def("Changes", "Count"), def("Quarantined", "Count"),
					def("Requests", "Count"), def("RequestBudgetUsed", "Percent"), def("MailsSent", "Count"),
					def("MailsRefused", "Count"), def("MailsHeld", "Count"), def("TokenDaysLeft", "Count"), def("Drift", "Count"),
				},
			}},
		},
		"Stack": "relais-bretagne", "timestamp": "2026-12-07T12:00:00.004Z", "level": "INFO",
		"OldestCompletePass": 90.0, "Changes": 3.0, "Quarantined": 1.0, "Requests": 12.0, "RequestBudgetUsed": 37.5,
		"MailsSent": 4.0, "MailsRefused": 0.0, "MailsHeld": 2.0, "TokenDaysLeft": -1.0, "Drift": 5.0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func emit(t *testing.T, level string, values ...Value) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := NewMetrics(&out, "s", level, func() time.Time { return noon }).Emit(values...)
	return out.String(), err
}

func TestOnlyWhatIsGivenIsWritten(t *testing.T) {
	text, err := emit(t, "", Changes(0))
	if err != nil || checkEMF([]byte(text)) != nil || strings.Contains(text, "Mails") || !strings.Contains(text, `"Changes":0`) {
		t.Errorf("%v, %s", err, text)
	}
	if text, err := emit(t, ""); err != nil || text != "" {
		t.Errorf("nothing to say, said %q, %v", text, err)
	}
}

func TestTheLastOfOneNameCounts(t *testing.T) {
	text, err := emit(t, "", Changes(1), Changes(2))
	if err != nil || checkEMF([]byte(text)) != nil || !strings.Contains(text, `"Changes":2`) {
		t.Errorf("%v, %s", err, text)
	}
}

func TestWhatIsNoNumberCostsNoOtherMetric(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		text, err := emit(t, "", RequestBudgetUsed(bad), Changes(2))
		if err == nil || !strings.Contains(err.Error(), "RequestBudgetUsed") || checkEMF([]byte(text)) != nil {
			t.Errorf("%v, %s", err, text)
		}
		if text, err := emit(t, "", RequestBudgetUsed(bad)); err == nil || text != "" {
			t.Errorf("%v, %s", err, text)
		}
	}
}

// Lambda drops a line below the function's level, and a line without one counts
// as INFO: metrics must pass whatever the level.
func TestAMetricPassesTheFilterOfEveryLevel(t *testing.T) {
	for word := range levels {
		text, _ := emit(t, word, Changes(1))
		if !strings.Contains(text, `"level":"`+word+`"`) {
			t.Errorf("%s: %s", word, text)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

func TestEmitFails(t *testing.T) {
	now := func() time.Time { return noon }
	if err := NewMetrics(full{}, "s", "", now).Emit(Changes(1)); err == nil {
		t.Error("a lost line is no error")
	}
	if err := NewMetrics(&bytes.Buffer{}, "", "", now).Emit(Changes(1)); err == nil || !strings.Contains(err.Error(), "stack") {
		t.Errorf("got %v", err)
	}
}

func TestTheCheckItselfFindsFaults(t *testing.T) {
	good, _ := emit(t, "", every()...)
	for name, bad := range map[string]string{
		"seconds":        strings.Replace(good, fmt.Sprint(noon.UnixMilli()), fmt.Sprint(noon.Unix()), 1),
		"no target":      strings.Replace(good, `"Changes":3,`, ``, 1),
		"a string":       strings.Replace(good, `"Changes":3`, `"Changes":"3"`, 1),
		"unit":           strings.Replace(good, `"Percent"`, `"Days"`, 1),
		"no dimension":   strings.Replace(good, `"Stack":"s"`, `"Stick":"s"`, 1),
		"unknown member": strings.Replace(good, `"Namespace"`, `"Space"`, 1),
	} {
		if bad == good || checkEMF([]byte(bad)) == nil {
			t.Errorf("%s passes: %s", name, bad)
		}
	}
}
