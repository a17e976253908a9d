package call

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// maxAddress is the longest address that mail servers carry, in bytes (RFC 5321).
const maxAddress = 254

func (s *section) recipients() Recipients {
	sub := s.sub("recipients", split("fallback escalation report"))
	if sub == nil {
		return Recipients{}
	}
	return Recipients{
		Fallback: sub.addresses("fallback"), Escalation: sub.addresses("escalation"),
		Report: sub.addresses("report"),
	}
}

// addresses never shows an address in a message.
func (s *section) addresses(key string) []string {
	var list []string
	for _, it := range s.items(key, "an e-mail address") {
		if !isAddress(it.text) {
			s.r.say(it.line, "%s is not an e-mail address (%d characters); write name@domain alone", it.at, len([]rune(it.text)))
			continue
		}
		list = s.once(list, it)
	}
	return list
}

func isAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Name == "" && a.Address == text && len(text) <= maxAddress
}

// mail reads how people are written to; steps are those that the call's file gives
// to each deadline.
func (s *section) mail(steps map[string][]string) Mail {
	sub := s.sub("mail", split("default people immediate"))
	if sub == nil {
		return Mail{}
	}
	return Mail{
		Default: Choice(sub.oneOf("default", choices)),
		People:  sub.people("people"), Immediate: sub.immediate("immediate", steps),
	}
}

// people reads address → choice, with addresses in lower case; nil when null. A
// message names an entry by its place, never by its address.
func (s *section) people(key string) map[string]Choice {
	var pairs []*ast.MappingValueNode
	switch n := s.node(key).(type) {
	case nil:
		return nil
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		s.say(key, "must hold lines of `address: choice` (got %s)", shape(n))
		return nil
	}
	people, lines := make(map[string]Choice, len(pairs)), map[string]int{}
	for i, p := range pairs {
		at, line := fmt.Sprintf("%s[%d]", s.at(key), i+1), lineAt(p.Key)
		address, choice, ok := s.r.person(at, line, p)
		if !ok {
			continue
		}
		if first, again := lines[address]; again {
			s.r.say(line, "%s is the address of line %d again; keep one of the two", at, first)
			continue
		}
		people[address], lines[address] = choice, line
	}
	return people
}

// person reads one entry of people; ok is false after saying why not.
func (r *reader) person(at string, line int, p *ast.MappingValueNode) (address string, choice Choice, ok bool) {
	key, isText := p.Key.(*ast.StringNode)
	if !isText {
		r.say(line, "%s must begin with an e-mail address (got %s)", at, shape(p.Key))
		return "", "", false
	}
	if !isAddress(strings.TrimSpace(key.Value)) {
		r.say(line, "%s is not an e-mail address (%d characters); write name@domain alone, then the choice", at, len([]rune(key.Value)))
		return "", "", false
	}
	text, isText := textOf(p.Value)
	if !isText || !slices.Contains(choices, text) {
		r.say(line, "%s must be %s (got %s)", at, orList(choices), shape(p.Value))
		return "", "", false
	}
	return strings.ToLower(strings.TrimSpace(key.Value)), Choice(text), true
}

// immediate reads steps of the silent rejection; nil when null. One that the file's
// own steps of D14 do not have would never come.
func (s *section) immediate(key string, steps map[string][]string) []string {
	items := s.items(key, stepWanted)
	if items == nil {
		return nil
	}
	named := s.stepNames(items)
	own, given := steps["D14"]
	if i := slices.IndexFunc(named, func(step string) bool { return !slices.Contains(own, step) }); given && i >= 0 {
		s.say(key, "has %s, which steps.D14 has not; add it there, or take it out here", named[i])
	}
	return named
}
