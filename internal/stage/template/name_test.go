package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/joho/godotenv"
)

// named are the properties that name a resource in its account.
var named = map[string]string{
	functionKind: "FunctionName", frontKind: "Name", scheduleKind: "Name", alarmKind: "AlarmName", "AWS::CloudWatch::Dashboard": "DashboardName",
	"AWS::SES::ConfigurationSet": "Name", "AWS::SES::EmailIdentity": "EmailIdentity",
}

// deployments reads infra/params.
func (w *world) deployments(f *findings) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, name := range []string{"dev", "prod"} {
		params, err := godotenv.Unmarshal(w.texts["infra/params/"+name+".env"])
		f.want(err == nil, "infra/params/%s.env: %v", name, err)
		all[name] = params
	}
	return all
}

// coexist makes dev and prod in one account: each name has the stack's in it, and
// none is used twice.
func coexist(w *world) (f findings) {
	taken := map[string]string{}
	for _, params := range w.deployments(&f) {
		stackName := params["Stack"]
		v := w.deployed(params)
		take := func(what, name, by string) {
			by += " of " + stackName
			f.want(taken[what+name] == "", "%s: %q is also the name of %s", by, name, taken[what+name])
			taken[what+name] = by
		}
		for _, file := range templateFiles {
			s := w.templates[file]
			for _, id := range sorted(s.resources) {
				r := s.resources[id]
				property, is := named[r.kind]
				if !is || !v.made(s, r) {
					continue
				}
				name := v.text(s, r.properties[property])
				f.want(r.kind == "AWS::SES::EmailIdentity" || strings.HasPrefix(name, stackName), "%s: the name %q of %s does not begin with the stack's", file, name, id)
				take(r.kind, name, file+": "+id)
			}
			for _, r := range s.of(filterKind) {
				for _, m := range list(r.properties["MetricTransformations"]) {
					f.want(v.text(s, at(m, "MetricNamespace")) == "Relais/"+stackName, "%s: the metric of %s is also the other deployment's", file, r.id)
				}
			}
			for id, output := range s.outputs {
				if export := at(output, "Export", "Name"); export != nil && v.holds(s, text(object(output)["Condition"])) {
					name := v.text(s, export)
					f.want(strings.HasPrefix(name, stackName+"-"), "%s: the export %q of %s does not begin with the stack's name", file, name, id)
					take("export", name, file+": "+id)
				}
			}
		}
	}
	return f
}

// parameters: files of deployments hold what the templates ask for, in the form
// that they accept; a parameter of two templates is the same in both.
func parameters(w *world) (f findings) {
	forms := map[string]string{}
	for _, file := range templateFiles {
		for name, p := range w.templates[file].parameters {
			form := fmt.Sprint(at(p, "Type"), at(p, "Default"), at(p, "AllowedPattern"), at(p, "AllowedValues"))
			f.want(forms[name] == "" || forms[name] == form, "%s: %s is not the parameter of that name elsewhere", file, name)
			forms[name] = form
			if standard, given := object(p)["Default"]; given {
				f = append(f, acceptable(file, name, fmt.Sprint(standard), p)...)
			}
		}
	}
	for deployment, params := range w.deployments(&f) {
		path := "infra/params/" + deployment + ".env"
		for name, value := range params {
			f.want(forms[name] != "", "%s: no template has %s", path, name)
			f.want(!strings.ContainsAny(value, " \t\"'$"), "%s: %s is not one word for a shell", path, name)
			for _, file := range templateFiles {
				if p, has := w.templates[file].parameters[name]; has {
					f = append(f, acceptable(path, name, value, p)...)
				}
			}
		}
		for _, file := range templateFiles {
			for name, p := range w.templates[file].parameters {
				_, standard := object(p)["Default"]
				_, given := params[name]
				f.want(standard || given, "%s: %s is missing, and has no default", path, name)
			}
		}
	}
	return f
}

func acceptable(path, name, value string, p any) (f findings) {
	if pattern := text(at(p, "AllowedPattern")); pattern != "" {
		form, err := regexp.Compile("^(?:" + pattern + ")$")
		f.want(err == nil && form.MatchString(value), "%s: %s is not of its form", path, name)
	}
	allowed := list(at(p, "AllowedValues"))
	f.want(allowed == nil || slices.ContainsFunc(allowed, func(a any) bool { return fmt.Sprint(a) == value }), "%s: %s is not one of %v", path, name, allowed)
	return f
}
