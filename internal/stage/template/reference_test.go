package template

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
)

//go:embed testdata/properties.json
var propertiesJSON []byte

// shape is what a type of resource may have. A property without names of its own
// is not looked into.
type shape struct {
	Required   []string
	Attributes []string
	Properties map[string]any
}

var shapes = func() map[string]shape {
	var all map[string]shape
	if err := json.Unmarshal(propertiesJSON, &all); err != nil {
		panic(err) // the file is part of this package
	}
	return all
}()

// references follows every Ref, GetAtt, Sub, If and DependsOn; what is declared
// must be used, and what is imported be exported.
func references(w *world) (f findings) {
	exports := map[string]string{}
	for _, file := range templateFiles {
		s := w.templates[file]
		used := map[string]bool{}
		walk(file, s.all, func(path string, v any) {
			if name, arg, is := function(v); is {
				f = append(f, s.follow(path, name, arg, used)...)
			}
		})
		for _, r := range s.resources {
			used[r.condition] = true
			for _, d := range listed(r.all["DependsOn"]) {
				f.want(s.resources[text(d)].kind != "", "%s: %s depends on %v, which is not there", file, r.id, d)
			}
		}
		for id, output := range s.outputs {
			used[text(object(output)["Condition"])] = true
			if name := text(at(output, "Export", "Name", "Fn::Sub")); name != "" {
				f.want(exports[name] == "", "%s: the output %s exports %s, as %s does", file, id, name, exports[name])
				exports[name] = file
			}
		}
		for _, name := range slices.Concat(sorted(s.parameters), sorted(s.conditions)) {
			f.want(used[name], "%s: %s is never used", file, name)
		}
		for name := range used {
			_, condition := s.conditions[name]
			f.want(name == "" || condition || s.known(name), "%s: there is no condition %s", file, name)
		}
	}
	imported := map[string]bool{}
	for _, file := range templateFiles {
		walk(file, w.templates[file].all, func(path string, v any) {
			if name, arg, is := function(v); is && name == "Fn::ImportValue" {
				export := text(at(arg, "Fn::Sub"))
				imported[export] = true
				from, there := exports[export]
				f.want(there && slices.Index(templateFiles, from) < slices.Index(templateFiles, file),
					"%s: imports %q, which no template deployed before exports", path, export)
			}
		})
	}
	for export, file := range exports {
		f.want(imported[export], "%s: exports %s, which nobody imports", file, export)
	}
	return f
}

func (s *stack) known(name string) bool {
	_, parameter := s.parameters[name]
	return parameter || s.resources[name].kind != "" || strings.HasPrefix(name, "AWS::")
}

// follow looks at one function and notes in used what it names.
func (s *stack) follow(path, name string, arg any, used map[string]bool) (f findings) {
	switch name {
	case "Ref":
		used[text(arg)] = true
		f.want(s.known(text(arg)), "%s: Ref to %v, which is not there", path, arg)
	case "Condition", "Fn::If":
		condition := text(arg)
		if name == "Fn::If" {
			f.want(len(list(arg)) == 3, "%s: If has %d parts", path, len(list(arg)))
			condition = text(listed(arg)[0])
		}
		_, there := s.conditions[condition]
		used[condition] = true
		f.want(there, "%s: there is no condition %q", path, condition)
	case "Fn::GetAtt":
		f = append(f, s.attribute(path, text(list(arg)[0]), text(list(arg)[1]))...)
	case "Fn::Sub":
		format, own := text(arg), map[string]any{}
		if args := list(arg); len(args) == 2 {
			format, own = text(args[0]), object(args[1])
		}
		names := placeholder.FindAllStringSubmatch(format, -1)
		f.want(len(names) > 0, "%s: Sub without a name in it", path)
		for _, m := range names {
			_, given := own[m[2]]
			id, attr, dotted := strings.Cut(m[2], ".")
			switch {
			case m[1] == "!" || given:
			case dotted:
				f = append(f, s.attribute(path, id, attr)...)
			default:
				used[id] = true
				f.want(s.known(id), "%s: Sub names %s, which is not there", path, id)
			}
		}
	}
	return f
}

func (s *stack) attribute(path, id, attribute string) (f findings) {
	kind := s.resources[id].kind
	f.want(kind != "", "%s: GetAtt of %s, which is not there", path, id)
	if kind != "" {
		f.want(slices.Contains(shapes[kind].Attributes, attribute), "%s: %s has no attribute %s", path, kind, attribute)
	}
	return f
}

// properties compares names with those that each type has.
func properties(w *world) (f findings) {
	for _, file := range templateFiles {
		s := w.templates[file]
		for _, id := range sorted(s.resources) {
			r := s.resources[id]
			path := file + ": " + id
			sh, known := shapes[r.kind]
			if f.want(known, "%s: unknown type %s", path, r.kind); !known {
				continue
			}
			for key := range r.all {
				f.want(slices.Contains([]string{"Type", "Properties", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}, key),
					"%s: a resource has no %s", path, key)
			}
			f = append(f, fits(path, r.properties, sh)...)
			for name, event := range object(r.properties["Events"]) {
				kind := "event " + text(object(event)["Type"])
				sh, known := shapes[kind]
				f.want(known, "%s: %s: unknown %s", path, name, kind)
				f = append(f, fits(path+"."+name, object(object(event)["Properties"]), sh)...)
			}
		}
		for name, p := range s.parameters {
			for key := range object(p) {
				f.want(slices.Contains([]string{"Type", "Default", "Description", "AllowedPattern", "AllowedValues", "ConstraintDescription", "MinValue", "MaxValue"}, key),
					"%s: the parameter %s has a %s", file, name, key)
			}
			f.want(text(object(p)["Description"]) != "", "%s: the parameter %s is not described", file, name)
		}
	}
	return f
}

func fits(path string, given map[string]any, sh shape) (f findings) {
	for _, name := range sh.Required {
		f.want(given[name] != nil, "%s: %s is missing", path, name)
	}
	return append(f, names(path, given, sh.Properties)...)
}

func names(path string, given any, known map[string]any) (f findings) {
	if name, arg, is := function(given); is {
		if name == "Fn::If" {
			for _, branch := range list(arg)[1:] {
				f = append(f, names(path, branch, known)...)
			}
		}
		return f
	}
	for _, one := range list(given) {
		f = append(f, names(path, one, known)...)
	}
	for key, value := range object(given) {
		below, there := known[key]
		f.want(there, "%s: there is no property %s", path, key)
		if deeper := object(below); deeper != nil {
			f = append(f, names(path+"."+key, value, deeper)...)
		}
	}
	return f
}
