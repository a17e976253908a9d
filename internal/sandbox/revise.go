package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"relais/internal/sandbox/graphql"
)

// FieldChange is what a new revision does to one champ or annotation, by its
// key. A key that the form does not have, with a label and a kind, adds a champ.
type FieldChange struct {
	Key     string
	Label   string // "" keeps it
	Kind    string // wire value of TypeDeChamp; "" keeps it
	Options []string
	Remove  bool
}

// PublishRevision publishes a new version of the form. Dossiers stay on theirs
// until Rebase. The descriptor id of a champ does not change, whatever becomes
// of its label and kind; what was typed is read again as the new kind.
func (p *Platform) PublishRevision(number int, changes ...FieldChange) error {
	return p.onDemarche(number, func(m *demarche) error {
		next := form{slices.Clone(m.form.champs), slices.Clone(m.form.annotations)}
		for _, c := range changes {
			if err := next.change(c, len(m.revisions)); err != nil {
				return fmt.Errorf("publish a revision of démarche %d: %w", number, err)
			}
		}
		m.form = next
		m.revisions = append(m.revisions, p.stampNow())
		return nil
	})
}

// Rebase moves unfinished dossiers to the last revision, all or those given,
// without moving updated_at: the platform does it in background, some time after
// the publication. It counts them.
func (p *Platform) Rebase(number int, dossiers ...int) (moved int, err error) {
	err = p.onDemarche(number, func(m *demarche) error {
		for _, d := range m.dossiers {
			chosen := len(dossiers) == 0 || slices.Contains(dossiers, d.number)
			if chosen && !termine(d.state) && d.revision < len(m.revisions) {
				d.revision = len(m.revisions)
				moved++
			}
		}
		return nil
	})
	return moved, err
}

// change revises the form after its last revision.
func (f *form) change(c FieldChange, last int) error {
	if _, known := kinds[c.Kind]; c.Kind != "" && !known {
		return fmt.Errorf("no kind of champ %q", c.Kind)
	}
	for _, list := range []*[]field{&f.champs, &f.annotations} {
		if revised, ok := revise(*list, c, last); ok {
			*list = revised
			return nil
		}
	}
	if c.Label == "" || c.Kind == "" || c.Remove {
		return fmt.Errorf("no field %q", c.Key)
	}
	added := champ(c.Key, c.Kind, c.Label).of(c.Options...).opt().revisions(last+1, 0)
	added.stable = f.freeID()
	f.champs = append(f.champs, added)
	return nil
}

// revise ends the present version of a field and starts the next one beside it.
// The list given is not changed: only a copy is.
func revise(list []field, c FieldChange, last int) ([]field, bool) {
	list = slices.Clone(list)
	for i, f := range list {
		if f.key == c.Key && f.in(last) {
			next := f.changed(c, last+1)
			list[i].until = last
			if c.Remove {
				return list, true
			}
			return slices.Insert(list, i+1, next), true
		}
		if children, ok := revise(f.children, c, last); ok {
			list[i].children = children
			return list, true
		}
	}
	return list, false
}

func (f field) changed(c FieldChange, from int) field {
	f.since, f.until = from, 0
	if c.Label != "" {
		f.label = c.Label
	}
	if c.Options != nil {
		f.options = c.Options
	}
	if c.Kind != "" && c.Kind != f.kind {
		f.kind, f.retyped = c.Kind, true
	}
	return f
}

// freeID is a stable id that no field has.
func (f form) freeID() int {
	free := 0
	var walk func(list []field)
	walk = func(list []field) {
		for _, one := range list {
			free = max(free, one.stable)
			walk(one.children)
		}
	}
	walk(f.champs)
	walk(f.annotations)
	return free + 7
}

// errUnreadable: a text that the new kind of its champ cannot hold. The whole
// request then fails; the platform's answer is only deduced.
var errUnreadable = errors.New("a value cannot be read")

// reread reads what was typed as the present kind of its champ: converted,
// emptied, or unreadable (ds-platform.md §4).
func (f field) reread(value any) (any, error) {
	text := textOf(value)
	if !f.retyped || value == nil || text == "" {
		return emptied(f, value), nil
	}
	switch f.kind {
	case "integer_number":
		n, err := strconv.Atoi(text)
		return orNil(n, err), nil
	case "decimal_number":
		n, err := strconv.ParseFloat(text, 64)
		return orNil(n, err), nil
	case "yes_no", "checkbox":
		return text == "true", nil
	case "date", "datetime":
		t, err := time.Parse(time.RFC3339, text)
		return t, unreadableIf(err)
	case "multiple_drop_down_list":
		var list []string
		err := json.Unmarshal([]byte(text), &list)
		return list, unreadableIf(err)
	case "text", "textarea", "email", "phone", "iban", "drop_down_list", "dossier_link":
		return text, nil
	}
	return nil, nil
}

// emptied keeps the value of a field that was not retyped, and nothing of one
// whose former value has no text.
func emptied(f field, value any) any {
	if f.retyped {
		return nil
	}
	return value
}

func orNil(v any, err error) any {
	if err != nil {
		return nil
	}
	return v
}

func unreadableIf(err error) error {
	if err != nil {
		return errUnreadable
	}
	return nil
}

// textOf is the text that the platform stores for a value; "" for files, rows
// and places, which have none that another kind could read.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.Format(time.RFC3339)
	case *company:
		return v.siret
	case []string:
		b, _ := json.Marshal(v)
		return string(b)
	}
	return ""
}

// unread makes any request that reads the champ fail.
func unread(o graphql.Object) {
	for _, name := range []string{"stringValue", "value", "date", "datetime", "values"} {
		o[name] = &graphql.Fatal{Err: unreadable()}
	}
}
