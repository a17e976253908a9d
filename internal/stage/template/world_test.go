package template

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// The files that are read.
const (
	appFile     = "template.yaml"
	dataFile    = "infra/data.yaml"
	networkFile = "infra/network.yaml"
	alarmsFile  = "infra/alarms.yaml"
	makefile    = "Makefile"
)

var templateFiles = files // in the order of deployment

var otherFiles = []string{
	makefile, "infra/params/dev.env", "infra/params/prod.env",
	"infra/events/poll.json", "infra/events/sweep.json", "infra/events/check.json", "infra/events/remind.json", "infra/events/deliver.json",
}

// world is what the rules look at: the texts, in which a mistake can be planted.
type world struct {
	texts     map[string]string
	templates map[string]*stack
}

// stack is one template. Functions have the Globals in them.
type stack struct {
	file       string
	all        map[string]any
	parameters map[string]any
	conditions map[string]any
	outputs    map[string]any
	resources  map[string]resource
}

type resource struct {
	id         string
	kind       string
	condition  string
	all        map[string]any
	properties map[string]any
}

func texts(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range slices.Concat(templateFiles, otherFiles) {
		raw, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(raw)
	}
	return all
}

func open(texts map[string]string) (*world, error) {
	w := &world{texts: texts, templates: map[string]*stack{}}
	for _, file := range templateFiles {
		all, err := read(texts[file])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		w.templates[file] = newStack(file, all)
	}
	return w, nil
}

func newStack(file string, all map[string]any) *stack {
	s := &stack{
		file: file, all: all, parameters: object(all["Parameters"]), conditions: object(all["Conditions"]),
		outputs: object(all["Outputs"]), resources: map[string]resource{},
	}
	globals := object(object(all["Globals"])["Function"])
	for id, v := range object(all["Resources"]) {
		m := object(v)
		r := resource{id: id, all: m, properties: object(m["Properties"])}
		r.kind, _ = m["Type"].(string)
		r.condition, _ = m["Condition"].(string)
		if r.kind == functionKind {
			r.properties = merged(globals, r.properties)
		}
		s.resources[id] = r
	}
	return s
}

// merged is what SAM does with Globals: maps are joined, the rest is replaced.
func merged(global, own map[string]any) map[string]any {
	out := maps.Clone(global)
	for k, v := range own {
		g, both := out[k].(map[string]any)
		if o, ok := v.(map[string]any); ok && both {
			v = merged(g, o)
		}
		out[k] = v
	}
	return out
}

// Kinds of resource with rules of their own.
const (
	functionKind = "AWS::Serverless::Function"
	frontKind    = "AWS::Serverless::HttpApi"
	roleKind     = "AWS::IAM::Role"
	queueKind    = "AWS::SQS::Queue"
	logKind      = "AWS::Logs::LogGroup"
	tableKind    = "AWS::DynamoDB::Table"
	scheduleKind = "AWS::Scheduler::Schedule"
	alarmKind    = "AWS::CloudWatch::Alarm"
	filterKind   = "AWS::Logs::MetricFilter"
)

// of lists the resources of a kind by their ids.
func (s *stack) of(kind string) (list []resource) {
	for _, id := range sorted(s.resources) {
		if s.resources[id].kind == kind {
			list = append(list, s.resources[id])
		}
	}
	return list
}

func object(v any) map[string]any { m, _ := v.(map[string]any); return m }
func list(v any) []any            { l, _ := v.([]any); return l }
func text(v any) string           { s, _ := v.(string); return s }
func number(v any) float64        { n, _ := v.(float64); return n }

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// at follows a way of keys.
func at(v any, way ...string) any {
	for _, k := range way {
		v = object(v)[k]
	}
	return v
}

// listed makes of one value or a list of them a list.
func listed(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	if v == nil {
		return nil
	}
	return []any{v}
}

// findings gathers what a rule finds.
type findings []string

func (f *findings) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

func (f *findings) want(ok bool, format string, args ...any) {
	if !ok {
		f.add(format, args...)
	}
}

func lower(id string) string { return strings.ToLower(id) }
