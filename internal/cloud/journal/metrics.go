package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Namespace and dimension of every metric.
const (
	Namespace = "Relais"
	dimension = "Stack"
)

// Value is one measured metric. The functions below make them: there are no
// others.
type Value struct {
	name, unit string
	value      float64
}

// Units of CloudWatch.
const (
	seconds = "Seconds"
	count   = "Count"
	percent = "Percent"
)

// OldestCompletePass is the age of the last complete pass of the démarche that
// was read the longest ago.
func OldestCompletePass(age time.Duration) Value {
	return Value{"OldestCompletePass", seconds, age.Seconds()}
}

// Changes counts dossiers created, updated or removed in our copy.
func Changes(n int) Value { return Value{"Changes", count, float64(n)} }

// Quarantined is how many dossiers are in quarantine now.
func Quarantined(n int) Value { return Value{"Quarantined", count, float64(n)} }

// Requests counts the requests sent to the platform.
func Requests(n int64) Value { return Value{"Requests", count, float64(n)} }

// RequestBudgetUsed is the part of the allowed requests that was sent, in percent:
// 100 is all of it.
func RequestBudgetUsed(p float64) Value { return Value{"RequestBudgetUsed", percent, p} }

// MailsSent counts the mails that the mail service took.
func MailsSent(n int) Value { return Value{"MailsSent", count, float64(n)} }

// MailsRefused counts the mails refused for good, at once or by a bounce.
func MailsRefused(n int) Value { return Value{"MailsRefused", count, float64(n)} }

// MailsHeld counts the mails that are written and not sent.
func MailsHeld(n int) Value { return Value{"MailsHeld", count, float64(n)} }

// TokenDaysLeft is how many days the platform's token still works; CloudWatch has
// no unit of days.
func TokenDaysLeft(days int) Value { return Value{"TokenDaysLeft", count, float64(days)} }

// Drift counts the dossiers that a sweep found other than our copy.
func Drift(n int) Value { return Value{"Drift", count, float64(n)} }

// Metrics writes metrics of one stack.
type Metrics struct {
	out   io.Writer
	stack string
	level string
	now   func() time.Time
}

// NewMetrics writes to w, the standard output, under the name of a stack. level
// is the value of AWS_LAMBDA_LOG_LEVEL: lines bear it, so that Lambda's filter
// never drops a metric.
func NewMetrics(w io.Writer, stack, level string, now func() time.Time) *Metrics {
	return &Metrics{out: w, stack: stack, level: wordOf(parseLevel(level)), now: now}
}

// Emit writes the given metrics as one line, those not given not at all. Of two
// of one name the last counts. A value that is no finite number is left out, and
// the error names it.
func (m *Metrics) Emit(values ...Value) error {
	if m.stack == "" {
		return errors.New("journal: metrics need the name of a stack")
	}
	var definitions []definition
	var problems []error
	targets := map[string]any{}
	for _, v := range values {
		if math.IsNaN(v.value) || math.IsInf(v.value, 0) {
			problems = append(problems, fmt.Errorf("journal: metric %s is no finite number", v.name))
			continue
		}
		if _, again := targets[v.name]; !again {
			definitions = append(definitions, definition{Name: v.name, Unit: v.unit})
		}
		targets[v.name] = v.value
	}
	if len(definitions) > 0 {
		problems = append(problems, m.write(definitions, targets))
	}
	return errors.Join(problems...)
}

// The embedded metric format, as CloudWatch specifies it.
type (
	metadata struct {
		Timestamp         int64 // milliseconds since 1970
		CloudWatchMetrics []directive
	}
	directive struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []definition
	}
	definition struct {
		Name string
		Unit string
	}
)

func (m *Metrics) write(definitions []definition, line map[string]any) error {
	now := m.now().UTC()
	line["_aws"] = metadata{now.UnixMilli(), []directive{{Namespace, [][]string{{dimension}}, definitions}}}
	line[dimension] = m.stack
	line[keyTime], line[keyLevel] = now.Format(stamp), m.level
	raw, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("journal: write metrics: %w", err)
	}
	if _, err := m.out.Write(append(raw, '\n')); err != nil {
		return fmt.Errorf("journal: write metrics: %w", err)
	}
	return nil
}
