package call

import (
	"maps"
	"regexp"
	"slices"
)

var stepName = regexp.MustCompile(`^J([+-][1-9][0-9]{0,2})?$`)

const stepWanted = "a step such as J-30, J or J+1"

// steps reads deadline code → list of steps; nil when not configured.
func (s *section) steps() map[string][]string {
	n := s.node("steps")
	if n == nil {
		return nil
	}
	sub := s.r.section("steps", n, s.lineFor("steps"), remindable)
	if sub == nil {
		return nil
	}
	steps := map[string][]string{}
	for _, code := range slices.Sorted(maps.Keys(sub.entries)) {
		if items := sub.items(code, stepWanted); items != nil {
			steps[code] = sub.stepNames(items)
		}
	}
	return steps
}

func (s *section) stepNames(items []item) []string {
	names := []string{}
	for _, it := range items {
		if !stepName.MatchString(it.text) {
			s.r.say(it.line, "%s must be %s (got a text of %d characters)", it.at, stepWanted, len([]rune(it.text)))
			continue
		}
		names = s.once(names, it)
	}
	return names
}

// remindable are the deadlines whose steps a call may choose (o2r-domain §B): a
// code that is mistyped, or never reminded, would silently keep the default.
var remindable = []string{"D02", "D03", "D14", "D21"}

// RemindableDeadlines lists the codes that steps may hold.
func RemindableDeadlines() []string { return slices.Clone(remindable) }

// bindings reads our name → descriptor id; never nil. One champ serves one name.
func (s *section) bindings(key string, names []string) map[string]string {
	bound := map[string]string{}
	sub := s.sub(key, names)
	if sub == nil {
		return bound
	}
	owner := map[string]string{}
	for _, name := range names {
		if sub.node(name) == nil {
			continue
		}
		id := sub.needed(name, sub.text(name))
		switch {
		case id == "":
		case id == Demandeur && (key != "fields" || name != FieldSiret):
			sub.say(name, "cannot be %s: only fields.%s can; write the id of a champ, or null", Demandeur, FieldSiret)
		case owner[id] != "":
			sub.say(name, "has the id already given to %s; one champ serves one name", sub.at(owner[id]))
		default:
			bound[name], owner[id] = id, name
		}
	}
	return bound
}
