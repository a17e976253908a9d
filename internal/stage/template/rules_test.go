package template

import (
	"maps"
	"strings"
	"testing"
)

var rules = map[string]func(*world) findings{
	"references": references, "properties": properties, "functions": functions, "variables": variables, "trim": trim,
	"table": table, "kept": kept, "logs": logs, "queues": queues, "policies": policies, "permissions": permissions,
	"schedules": schedules, "coexist": coexist, "parameters": parameters, "alarms": alarms, "filters": filters,
}

// TestTemplates: no rule finds anything.
func TestTemplates(t *testing.T) {
	w, err := open(texts(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			for _, finding := range rule(w) {
				t.Error(finding)
			}
		})
	}
}

// mistake is planted in a file, and must be found by a rule, in these words.
type mistake struct {
	file, old, new string
	rule, says     string
}

func (m mistake) found(t *testing.T, clean map[string]string) {
	t.Helper()
	planted := maps.Clone(clean)
	planted[m.file] = strings.Replace(clean[m.file], m.old, m.new, 1)
	if planted[m.file] == clean[m.file] {
		t.Fatalf("%s has no %q: nothing was planted", m.file, m.old)
	}
	w, err := open(planted)
	if err != nil {
		if m.rule != "open" || !strings.Contains(err.Error(), m.says) {
			t.Errorf("cannot be read: %v", err)
		}
		return
	}
	if m.rule == "open" {
		t.Fatal("is read as if it were right")
	}
	all := rules[m.rule](w)
	for _, finding := range all {
		if strings.Contains(finding, m.says) {
			return
		}
	}
	t.Errorf("the rule %q finds %q, want %q", m.rule, all, m.says)
}
