package cloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"relais/internal/dossier"
	"relais/internal/stage"
)

// logs keeps all that the functions write and answer.
type logs struct {
	mu      sync.Mutex
	written map[string]*bytes.Buffer
	answers bytes.Buffer
}

func newLogs() *logs { return &logs{written: map[string]*bytes.Buffer{}} }

// of is where a function writes.
func (l *logs) of(function string) io.Writer {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written[function] = &bytes.Buffer{}
	return journal{l, function}
}

type journal struct {
	*logs
	function string
}

// Write implements io.Writer.
func (j journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.written[j.function].Write(b)
}

// answered keeps an answer: who invokes by hand has it in a terminal.
func (l *logs) answered(_ string, res stage.Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers.Write(res.Payload)
	l.answers.WriteByte('\n')
}

// said is what a function wrote so far.
func (l *logs) said(function string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.written[function].String()
}

// judge wants every line to be what Lambda's log filter reads, the metrics to be
// valid, and nobody to be named.
func (l *logs) judge(t testing.TB, secrets []string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	metrics := map[string]bool{}
	count := 0
	for _, name := range slices.Sorted(maps.Keys(l.written)) {
		text := l.written[name].Bytes()
		l.discreet(t, "the log of "+name, text, secrets)
		for line := range bytes.Lines(text) {
			count++
			if problem := lineProblem(line, metrics); problem != "" {
				t.Errorf("%s wrote a line that %s: %s", name, problem, line)
			}
		}
	}
	l.discreet(t, "the answers", l.answers.Bytes(), secrets)
	if len(metrics) > 10 {
		t.Errorf("%d metrics: %v", len(metrics), slices.Sorted(maps.Keys(metrics)))
	}
	t.Logf("%d lines of log looked at for %d secrets, metrics %v", count, len(secrets), slices.Sorted(maps.Keys(metrics)))
}

var address = regexp.MustCompile(`[A-Za-z0-9._-]+@[A-Za-z0-9-]+\.[a-z]+`)

func (l *logs) discreet(t testing.TB, what string, text []byte, secrets []string) {
	t.Helper()
	if m := address.Find(text); m != nil {
		t.Errorf("%s shows an address", what)
	}
	for _, s := range secrets {
		if bytes.Contains(text, []byte(s)) {
			t.Errorf("%s shows what it must not: %q", what, s)
		}
	}
}

var words = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

// lineProblem says what is wrong with a line; "" when nothing is.
func lineProblem(line []byte, metrics map[string]bool) string {
	var keys map[string]any
	if json.Unmarshal(line, &keys) != nil || !utf8.Valid(line) {
		return "is not JSON"
	}
	stamp, _ := keys["timestamp"].(string)
	level, _ := keys["level"].(string)
	if _, err := time.Parse(time.RFC3339, stamp); err != nil {
		return "has no timestamp"
	}
	if !slices.Contains(words, level) {
		return "has no level of Lambda's"
	}
	if keys["_aws"] != nil {
		return metricProblem(line, keys, metrics)
	}
	if s, _ := keys["message"].(string); s == "" {
		return "has no message"
	}
	if s, _ := keys["requestId"].(string); len(s) != 36 && keys["function"] != nil {
		return "names no request"
	} else if len(s) != 36 && level != "ERROR" { // only a start that fails is of no request
		return "is of no request"
	}
	return ""
}

// metricProblem checks a line of the embedded metric format.
func metricProblem(line []byte, keys map[string]any, metrics map[string]bool) string {
	var m struct {
		AWS struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
		Stack string
	}
	if json.Unmarshal(line, &m) != nil || len(m.AWS.CloudWatchMetrics) != 1 {
		return "is no metric"
	}
	d := m.AWS.CloudWatchMetrics[0]
	if age := time.Since(time.UnixMilli(m.AWS.Timestamp)); age < 0 || age > time.Hour {
		return "has metrics of another time"
	}
	if d.Namespace != "Relais" || len(d.Dimensions) != 1 || !slices.Equal(d.Dimensions[0], []string{"Stack"}) || m.Stack != stack {
		return "has metrics elsewhere"
	}
	for _, one := range d.Metrics {
		metrics[one.Name] = true
		if _, is := keys[one.Name].(float64); !is || !slices.Contains([]string{"Count", "Seconds", "Percent"}, one.Unit) {
			return "has no value for " + one.Name
		}
	}
	if len(d.Metrics) == 0 {
		return "has no metric"
	}
	return ""
}

// TestLineProblemCanFail: the judge sees what it looks for.
func TestLineProblemCanFail(t *testing.T) {
	good := `{"timestamp":"2026-03-02T08:00:00.000Z","level":"INFO","message":"poll","function":"poll","requestId":"8476a536-e9f4-11e8-9739-2dfe598c3fcd"}`
	if problem := lineProblem([]byte(good), nil); problem != "" {
		t.Errorf("a good line %s", problem)
	}
	for _, bad := range []string{
		`panic: no JSON`, strings.Replace(good, "INFO", "info", 1), strings.Replace(good, "timestamp", "time", 1),
		strings.Replace(good, "requestId", "request", 1), strings.Replace(good, `"poll",`, `"",`, 1),
		`{"timestamp":"2026-03-02T08:00:00.000Z","level":"INFO","_aws":{}}`,
	} {
		if lineProblem([]byte(bad), map[string]bool{}) == "" {
			t.Errorf("nothing wrong with %s", bad)
		}
	}
}

// personal is what the stored dossiers say of persons and structures.
func (l *pipeline) personal() []string {
	found := map[string]bool{}
	ctx := context.Background() // the test is over
	err := l.store.EachHead(ctx, 0, func(h dossier.Head) error {
		rec, _, err := l.store.Record(ctx, h.Number)
		if err != nil || rec.Dossier == nil {
			return err
		}
		found[rec.Dossier.Usager.Email], found[rec.Dossier.Demandeur.Structure()] = true, true
		raw, err := json.Marshal(rec.Dossier)
		if err != nil {
			return err
		}
		var tree any
		_ = json.Unmarshal(raw, &tree)
		gather(found, tree)
		return nil
	})
	for _, one := range l.platform.Demarches() {
		for _, g := range one.Groupes {
			for _, who := range g.Instructeurs {
				found[who] = true
			}
		}
	}
	delete(found, "")
	if err != nil || len(found) < 15 && !l.Failed() {
		l.Errorf("only %d personal strings are known: %v", len(found), err)
	}
	return slices.Collect(maps.Keys(found))
}

var siret = regexp.MustCompile(`^[0-9]{14}$`)

// gather takes the texts that say something of somebody: with an @, several words,
// or a SIRET.
func gather(found map[string]bool, tree any) {
	switch v := tree.(type) {
	case string:
		if len(v) > 7 && (strings.ContainsAny(v, "@ ") || siret.MatchString(v)) {
			found[v] = true
		}
	case []any:
		for _, one := range v {
			gather(found, one)
		}
	case map[string]any:
		for key, one := range v {
			if key != "label" {
				gather(found, one)
			}
		}
	}
}
