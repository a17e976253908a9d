package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
)

// lines parses what was written, which must be one JSON object a line.
func lines(t *testing.T, out *bytes.Buffer) []map[string]any {
	t.Helper()
	var all []map[string]any
	for text := range strings.Lines(out.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("not JSON: %q", text)
		}
		all = append(all, line)
	}
	return all
}

func TestALineHasWhatLambdaFiltersBy(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, "TRACE")
	at := time.Date(2026, 12, 7, 13, 0, 0, 4e6, time.FixedZone("", 3600))
	words := map[logrus.Level]string{
		logrus.TraceLevel: "TRACE", logrus.DebugLevel: "DEBUG", logrus.InfoLevel: "INFO",
		logrus.WarnLevel: "WARN", logrus.ErrorLevel: "ERROR",
	}
	for level, word := range words {
		out.Reset()
		log.WithTime(at).WithFields(logrus.Fields{"demarche": 12345, "dossier": int64(678), "cause": "timeout"}).Log(level, "poll: <done>")
		want := []map[string]any{{
			"timestamp": "2026-12-07T12:00:00.004Z", "level": word, "message": "poll: <done>",
			"demarche": 12345.0, "dossier": 678.0, "cause": "timeout",
		}}
		if diff := cmp.Diff(want, lines(t, &out)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestFatalAndPanicAreFatal(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, "")
	log.ExitFunc = func(int) {}
	log.Fatal("no settings")
	func() {
		defer func() { _ = recover() }()
		log.Panic("impossible")
	}()
	for _, line := range lines(t, &out) {
		if line["level"] != "FATAL" {
			t.Errorf("level %v", line["level"])
		}
	}
}

func TestLevelsAreThoseOfLambda(t *testing.T) {
	for word, want := range map[string]logrus.Level{
		"TRACE": logrus.TraceLevel, "DEBUG": logrus.DebugLevel, "INFO": logrus.InfoLevel, "WARN": logrus.WarnLevel,
		"ERROR": logrus.ErrorLevel, "FATAL": logrus.FatalLevel,
		"": logrus.InfoLevel, "warn": logrus.WarnLevel, "WARNING": logrus.InfoLevel, "loud": logrus.InfoLevel,
	} {
		if got := New(&bytes.Buffer{}, word).GetLevel(); got != want {
			t.Errorf("%q gives %v, want %v", word, got, want)
		}
	}
}

func TestAnInvocationIsNamed(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, "INFO")
	inv := Invocations{Function: "relais-poll"}
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	inv.Log(ctx, log).WithField("demarche", 1).Info("one")
	inv.Log(t.Context(), log).Info("two")
	got := lines(t, &out)
	for _, line := range got {
		delete(line, "timestamp")
	}
	want := []map[string]any{
		{"level": "INFO", "message": "one", "demarche": 1.0, "requestId": "r-1", "function": "relais-poll", "coldStart": true},
		{"level": "INFO", "message": "two", "function": "relais-poll", "coldStart": false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAFieldCannotTakeThePlaceOfTheLevel(t *testing.T) {
	var out bytes.Buffer
	New(&out, "INFO").WithFields(logrus.Fields{"level": "DEBUG", "timestamp": "never", "message": "mine"}).Error("ours")
	line := lines(t, &out)[0]
	if line["level"] != "ERROR" || line["message"] != "ours" || line["fields.level"] != "DEBUG" || line["fields.message"] != "mine" {
		t.Errorf("got %v", line)
	}
}

type grumpy struct{ *time.Time }

func (grumpy) MarshalJSON() ([]byte, error) { panic("no") }

type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

func TestAFieldThatIsNoJSONCostsNoLine(t *testing.T) {
	var out bytes.Buffer
	var e *nilError
	New(&out, "INFO").WithFields(logrus.Fields{"a": make(chan int), "b": grumpy{}, "e": e, "c": 3.5, "n": nil}).Info("still here")
	line := lines(t, &out)[0]
	if line["message"] != "still here" || line["c"] != 3.5 || line["n"] != nil {
		t.Errorf("got %v", line)
	}
	for _, key := range []string{"a", "b", "e"} {
		if text, _ := line[key].(string); text == "" {
			t.Errorf("%s: %v", key, line[key])
		}
	}
}

type person struct {
	Name    string
	Address *string           `json:"address"`
	More    map[string]any    `json:"more"`
	Times   []time.Time       `json:"times"`
	Nested  map[string]string `json:"nested"`
}

func TestNoAddressLeaves(t *testing.T) {
	addr := "camille.durand@dreets.gouv.fr"
	var out bytes.Buffer
	log := New(&out, "INFO")
	log.WithError(fmt.Errorf("deliver: %w", errors.New("550 <"+addr+">: user unknown"))).
		WithFields(logrus.Fields{
			"string": addr, "list": []string{"a", "Camille <" + addr + ">"}, "bytes": json.RawMessage(`{"to":"` + addr + `"}`),
			"struct": person{Name: "x", Address: &addr, More: map[string]any{"k": []any{addr}}, Nested: map[string]string{addr: addr}},
			"url":    "https://x.example/?to=camille.durand%40dreets.gouv.fr&a=1", addr: 1,
			"number": 12345678901234567, "big": uint64(1) << 63,
		}).
		Warn("mailto:" + addr + " refused\nagain " + addr + ".")
	text := out.String()
	if strings.Contains(text, "durand") || strings.Contains(text, "dreets.gouv") {
		t.Errorf("an address left: %s", text)
	}
	line := lines(t, &out)[0]
	if line["message"] != "mailto:[e-mail] refused\nagain [e-mail]." {
		t.Errorf("message %q", line["message"])
	}
	if line["error"] != "deliver: 550 <[e-mail]>: user unknown" {
		t.Errorf("error %q", line["error"])
	}
	if !strings.Contains(text, "12345678901234567") || !strings.Contains(text, "9223372036854775808") {
		t.Errorf("a number lost digits: %s", text)
	}
}

func TestWhatLooksLikeAnAddress(t *testing.T) {
	for text, want := range map[string]string{
		"a@b.fr":                           "[e-mail]",
		"x:a.b+c@sub.domain.gouv.fr,y":     "x:[e-mail],y",
		"hélène@préfecture.fr":             "[e-mail]",
		"o'brien@x.ie":                     "[e-mail]",
		`"jean dupont"@x.fr`:               "[e-mail]",
		`"jean.dupont"@x.fr`:               "[e-mail]",
		"root@localhost":                   "[e-mail]",
		"a@[192.0.2.1] said":               "[e-mail] said",
		"a＠b.fr":                           "[e-mail]",
		"a%40b.fr":                         "[e-mail]",
		"smtp://user:p4ss@mail.example:25": "smtp://user:[e-mail]:25",
		"démarche 12345, 3 dossiers":       "démarche 12345, 3 dossiers",
		"m-0123abcd":                       "m-0123abcd",
		"arn:aws:sqs:eu-west-3:1:hints":    "arn:aws:sqs:eu-west-3:1:hints",
		"@":                                "@", "a @ b": "a @ b", "": "",
	} {
		if got := mask(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, seed := range []string{"", "a@b.fr", "\x00\xff@x", "\n\u2028", `\u003ca@b.fr`, `"}{"level":"DEBUG"`, "a@b@c@d", "%40%40x"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, message, field string) {
		var out bytes.Buffer
		New(&out, "INFO").WithField("f", field).WithField("deep", []any{map[string]any{"k": field}}).Info(message)
		all := lines(t, &out)
		if len(all) != 1 || all[0]["level"] != "INFO" {
			t.Fatalf("%d lines, %v", len(all), all)
		}
		for _, value := range []any{all[0]["message"], all[0]["f"]} {
			if text, _ := value.(string); address().MatchString(strings.ReplaceAll(text, masked, " ")) {
				t.Errorf("an address left: %q", text)
			}
		}
	})
}

func TestLinesOfManyGoroutinesStayWhole(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, "INFO")
	inv := Invocations{Function: "f"}
	done := make(chan bool)
	for range 8 {
		go func() {
			for range 50 {
				inv.Log(context.Background(), log).Info("x")
			}
			done <- true
		}()
	}
	for range 8 {
		<-done
	}
	cold := 0
	all := lines(t, &out)
	for _, line := range all {
		if line["coldStart"] == true {
			cold++
		}
	}
	if len(all) != 400 || cold != 1 {
		t.Errorf("%d lines, %d cold starts", len(all), cold)
	}
}
