package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// What stands for a deployment's account.
const (
	region  = "eu-west-3"
	account = "123456789012"
)

var pseudo = map[string]string{
	"AWS::Region": region, "AWS::AccountId": account, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
}

type nothing struct{} // AWS::NoValue

// values works out what the templates give for the parameters of a deployment.
type values struct {
	world      *world
	parameters map[string]string
	exports    map[string]any
	problems   findings
}

// deployed is the deployment of a file of parameters, with some of them changed.
func (w *world) deployed(params map[string]string, changes ...string) *values {
	params = maps.Clone(params)
	for _, c := range changes {
		name, value, _ := strings.Cut(c, "=")
		params[name] = value
	}
	v := &values{world: w, parameters: params, exports: map[string]any{}}
	for _, file := range templateFiles {
		s := w.templates[file]
		for _, id := range sorted(s.outputs) {
			output := object(s.outputs[id])
			if export := at(output, "Export", "Name"); export != nil && v.holds(s, text(output["Condition"])) {
				v.exports[v.text(s, export)] = v.of(s, output["Value"])
			}
		}
	}
	return v
}

func (v *values) holds(s *stack, condition string) bool {
	if condition == "" {
		return true
	}
	return v.of(s, s.conditions[condition]) == true
}

// made tells that a deployment has a resource.
func (v *values) made(s *stack, r resource) bool { return v.holds(s, r.condition) }

func (v *values) text(s *stack, node any) string {
	switch x := v.of(s, node).(type) {
	case string:
		return x
	case nothing, nil:
		return ""
	default:
		return fmt.Sprint(x)
	}
}

// of is the value of a node; what cannot be worked out here is written in words.
func (v *values) of(s *stack, node any) any {
	if name, arg, is := function(node); is {
		return v.call(s, name, arg)
	}
	switch x := node.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, one := range x {
			if value := v.of(s, one); value != (nothing{}) {
				out[k] = value
			}
		}
		return out
	case []any:
		out := []any{}
		for _, one := range x {
			if value := v.of(s, one); value != (nothing{}) {
				out = append(out, value)
			}
		}
		return out
	}
	return node
}

func (v *values) call(s *stack, name string, arg any) any {
	args := list(arg)
	switch name {
	case "Ref":
		return v.ref(s, text(arg))
	case "Condition":
		return v.holds(s, text(arg))
	case "Fn::GetAtt":
		return attribute(s.resources[text(args[0])], text(args[1]), v)
	case "Fn::Sub":
		return v.sub(s, arg)
	case "Fn::If":
		if v.holds(s, text(args[0])) {
			return v.of(s, args[1])
		}
		return v.of(s, args[2])
	case "Fn::Equals":
		return v.text(s, args[0]) == v.text(s, args[1])
	case "Fn::Not":
		return v.of(s, args[0]) != true
	case "Fn::And":
		return !slices.ContainsFunc(args, func(a any) bool { return v.of(s, a) != true })
	case "Fn::Or":
		return slices.ContainsFunc(args, func(a any) bool { return v.of(s, a) == true })
	case "Fn::Split":
		var parts []any
		for part := range strings.SplitSeq(v.text(s, args[1]), text(args[0])) {
			parts = append(parts, part)
		}
		return parts
	case "Fn::ImportValue":
		export := v.text(s, arg)
		value, ok := v.exports[export]
		if !ok {
			v.problems.add("%s: imports %q, which no template exports", s.file, export)
		}
		return value
	}
	return "(" + name + ")"
}

func (v *values) ref(s *stack, name string) any {
	if name == "AWS::NoValue" {
		return nothing{}
	}
	if value, ok := pseudo[name]; ok {
		return value
	}
	if p, ok := s.parameters[name]; ok {
		if value, given := v.parameters[name]; given {
			return value
		}
		return fmt.Sprint(object(p)["Default"])
	}
	r := s.resources[name]
	switch r.kind {
	case functionKind:
		return v.of(s, r.properties["FunctionName"])
	case queueKind:
		return "https://sqs." + region + ".amazonaws.com/" + account + "/" + v.own(r)
	case "AWS::SNS::Topic":
		return attribute(r, "TopicArn", v)
	case "AWS::SES::ConfigurationSet":
		return v.of(s, r.properties["Name"])
	}
	return v.own(r)
}

// own is the name that CloudFormation makes up.
func (v *values) own(r resource) string { return v.parameters["Stack"] + "-x-" + r.id }

var arns = map[string]string{
	tableKind: "dynamodb:%s:table/", queueKind: "sqs:%s:", logKind: "logs:%s:log-group:",
	functionKind: "lambda:%s:function:", "AWS::SNS::Topic": "sns:%s:", alarmKind: "cloudwatch:%s:alarm:", roleKind: "iam:%s:role/",
}

func attribute(r resource, name string, v *values) any {
	if place, ok := arns[r.kind]; ok && (name == "Arn" || name == "TopicArn") {
		arn := "arn:aws:" + fmt.Sprintf(place, region+":"+account) + v.own(r)
		if r.kind == logKind {
			arn += ":*"
		}
		return arn
	}
	return v.own(r) + "." + name
}

var placeholder = regexp.MustCompile(`\$\{(!?)([^}]+)\}`)

func (v *values) sub(s *stack, arg any) string {
	own := map[string]any{}
	format := text(arg)
	if args := list(arg); len(args) == 2 {
		format, own = text(args[0]), object(args[1])
	}
	return placeholder.ReplaceAllStringFunc(format, func(whole string) string {
		m := placeholder.FindStringSubmatch(whole)
		if m[1] == "!" {
			return "${" + m[2] + "}"
		}
		if value, ok := own[m[2]]; ok {
			return v.text(s, value)
		}
		if id, attr, dotted := strings.Cut(m[2], "."); dotted {
			return fmt.Sprint(attribute(s.resources[id], attr, v))
		}
		return v.text(s, map[string]any{"Ref": m[2]})
	})
}
