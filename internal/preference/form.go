package preference

import (
	"errors"
	"io"
	"net/http"
	"net/url"

	"relais/internal/call"
)

// The field of a one-click unsubscription and its value (RFC 8058 §3.1).
const (
	oneClickField = "List-Unsubscribe"
	oneClickValue = "One-Click"
)

// field names the choice of a call in the form; that of every call when id is "".
func field(id string) string {
	if id == "" {
		return "choix"
	}
	return "choix-" + id
}

func (s *site) post(w http.ResponseWriter, r *http.Request, who Subscriber) {
	sent, err := posted(w, r)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		s.refuse(w, tooLarge)
	case err != nil:
		s.refuse(w, unreadable)
	case sent.Get(oneClickField) == oneClickValue:
		s.unsubscribe(w, r, who)
	default:
		s.save(w, r, who, sent)
	}
}

// posted reads the fields of a form, whichever of the two ways it is written.
func posted(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, largestBody)
	if err := r.ParseForm(); err != nil { // the call below would swallow it
		return nil, err
	}
	if err := r.ParseMultipartForm(largestBody); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, err
	}
	return r.PostForm, nil
}

// unsubscribe answers a mail server, not a person.
func (s *site) unsubscribe(w http.ResponseWriter, r *http.Request, who Subscriber) {
	if err := s.Book.Choose(r.Context(), who.Person, who.Calls, call.None); err != nil {
		s.trouble(w, err)
		return
	}
	s.Log.Info("preferences: one-click")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "C’est enregistré\u00a0: vous ne recevrez plus ces courriels.\n")
}

// save keeps what the form changes. What it leaves as it was shown is not written:
// it goes on following the call's file.
func (s *site) save(w http.ResponseWriter, r *http.Request, who Subscriber, sent url.Values) {
	rows, err := s.rows(r.Context(), who)
	if err != nil {
		s.trouble(w, err)
		return
	}
	changes, ok := changed(rows, sent)
	if !ok {
		s.refuse(w, unreadable)
		return
	}
	for _, c := range changes {
		var ids []string
		if c.id != "" {
			ids = []string{c.id}
		}
		if err := s.Book.Choose(r.Context(), who.Person, ids, c.chosen); err != nil {
			s.trouble(w, err)
			return
		}
	}
	s.Log.WithField("changes", len(changes)).Info("preferences: chosen")
	s.show(w, r, who, &saved{Changes: changes})
}

// changed compares the form with what is in force; ok is false when it holds no
// choice, or one that is none.
func changed(rows []row, sent url.Values) (changes []change, ok bool) {
	for _, row := range rows {
		if !sent.Has(row.Field) {
			continue
		}
		ok = true
		chosen := call.Choice(sent.Get(row.Field))
		if !known(chosen) {
			return nil, false
		}
		if chosen != row.Present {
			changes = append(changes, change{row.id, row.Field, row.Title, row.Present, chosen})
		}
	}
	return changes, ok
}
