package preference

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"relais/internal/call"
)

// page is all that the template shows: the choices, or a refusal.
type page struct {
	Style   template.CSS
	Demo    bool
	Rows    []row
	Saved   *saved
	Refusal *refusal
}

// Single tells that one question is asked: it then explains its answers itself.
func (p page) Single() bool { return len(p.Rows) == 1 }

// Title is that of the window: what just happened comes first.
func (p page) Title() string {
	const what = "Vos courriels de Relais"
	switch {
	case p.Refusal != nil:
		return p.Refusal.Title + " — Relais"
	case p.Saved != nil && len(p.Saved.Changes) > 0:
		return "C’est enregistré — " + what
	}
	return what
}

// Options are the answers, in the order of the page.
func (p page) Options() []option { return options }

// row is one question: a call, or every call when id is "".
type row struct {
	id, Field        string
	Title, Authority string
	Present          call.Choice
	Own              bool // chosen by the reader, not by the call's file
}

// saved is what a form changed.
type saved struct{ Changes []change }

type change struct {
	id, Field, Title string
	former, chosen   call.Choice
}

// Label is the new choice, within a sentence.
func (c change) Label() string {
	label := labelOf(c.chosen)
	return strings.ToLower(label[:1]) + label[1:]
}

// Former is the choice before.
func (c change) Former() call.Choice { return c.former }

// None tells that nothing will be sent any more.
func (c change) None() bool { return c.chosen == call.None }

type option struct {
	Value       call.Choice
	Label, Hint string
}

var options = []option{
	{
		call.Morning, "Chaque matin ouvré",
		"Un courriel par jour ouvré au plus, quand il y a quelque chose à faire ou à savoir. Ce qui ne peut pas attendre part aussitôt.",
	},
	{
		call.Immediate, "Seulement ce qui ne peut pas attendre",
		"Un courriel dans les cas urgents, par exemple la veille d’un rejet implicite. Rien d’autre.",
	},
	{
		call.Weekly, "Une fois par semaine",
		"Un courriel le premier matin ouvré de la semaine. Ce qui ne peut pas attendre part aussitôt.",
	},
	{
		call.None, "Rien",
		"Aucun courriel. Les échéances vont aux autres personnes concernées par vos dossiers\u202f; les délais légaux continuent de courir.",
	},
}

func labelOf(c call.Choice) string {
	i := slices.IndexFunc(options, func(o option) bool { return o.Value == c })
	return options[max(i, 0)].Label
}

// rows are the questions of a token: its calls that are still there, or one about
// every call.
func (s *site) rows(ctx context.Context, who Subscriber) ([]row, error) {
	if len(who.Calls) == 0 {
		all := row{Field: field(""), Title: "Tous les appels à projets", Present: call.Morning}
		err := s.inForce(ctx, who.Person, &all)
		return []row{all}, err
	}
	var rows []row
	for _, id := range who.Calls {
		c, ok := s.Calls.Get(id)
		if !ok {
			continue
		}
		r := row{id: id, Field: field(id), Title: c.Title, Authority: c.Authority, Present: s.written(c, who.Person)}
		if err := s.inForce(ctx, who.Person, &r); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// inForce puts the reader's own choice in the place of the file's. A note that
// cannot be understood hides no page: choosing again writes it anew.
func (s *site) inForce(ctx context.Context, person string, r *row) error {
	chosen, _, err := s.Book.Choice(ctx, person, r.id)
	if errors.Is(err, ErrNote) {
		s.Log.WithField("cause", err.Error()).Warn("preferences: read as never chosen")
		return nil
	}
	if chosen != "" {
		r.Present, r.Own = chosen, true
	}
	return err
}

// written is what a call's file says for a person.
func (s *site) written(c *call.Call, person string) call.Choice {
	if s.Subscriber != nil {
		for address, choice := range c.Mail.People {
			if s.Subscriber(address) == person {
				return choice
			}
		}
	}
	return c.Choice("")
}

// refusal is an answer without choices. Advice says what to do.
type refusal struct {
	status        int
	Title, Advice string
}

var (
	unknownLink = refusal{
		http.StatusNotFound, "Ce lien n’ouvre aucune page",
		"Votre messagerie l’a peut-être coupé, ou il a été remplacé depuis. Ouvrez le lien «\u00a0préférences\u00a0» de votre dernier courriel de Relais, en entier. " +
			"S’il ne fonctionne pas non plus, prévenez la personne qui fait fonctionner Relais dans votre service.",
	}
	notNow = refusal{
		http.StatusServiceUnavailable, "Vos préférences ne sont pas accessibles pour l’instant",
		"Rouvrez ce lien dans quelques minutes. Si vous veniez de faire un choix, vérifiez alors qu’il est bien pris en compte.",
	}
	unreadable = refusal{
		http.StatusBadRequest, "Ce choix n’a pas pu être lu",
		"Rien n’a été changé. Rouvrez le lien de votre courriel et recommencez.",
	}
	tooLarge   = refusal{http.StatusRequestEntityTooLarge, unreadable.Title, unreadable.Advice}
	notAllowed = refusal{
		http.StatusMethodNotAllowed, "Cette page ne connaît pas cette demande",
		"Ouvrez le lien de votre courriel dans un navigateur.",
	}
)
