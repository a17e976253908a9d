package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"relais/internal/dossier"
	"relais/internal/french"
	"relais/internal/ingest"
)

// retryLimit bounds one try, so that the page answers before its server gives up.
const retryLimit = 25 * time.Second

// quarantineData is the page of the dossiers that cannot be read.
type quarantineData struct {
	Result   *note
	CanRetry bool
	Token    string
	Rows     []caseRow
}

// note is a sentence that says how something went.
type note struct{ Text, Tone string }

// caseRow is one of them. URL is the page of what we stored of it, if anything.
type caseRow struct {
	Number, Demarche int
	URL, DemarcheURL string
	PlatformURL      string
	Cause, Code      string
	Since            moment
	Age              string
	Attempts         string
	Next             moment
}

// causeTexts are the causes that tell a person what happened.
var causeTexts = map[string]string{
	"timeout":      "La plateforme met trop de temps à le donner",
	"invalid_null": "La plateforme n’arrive pas à le donner en entier",
	"unreadable":   "La réponse de la plateforme n’a pas été comprise",
	"not_found":    "La plateforme dit ne pas le connaître",
	"unauthorized": "Le jeton n’a pas le droit de le lire",
	"partial":      "La plateforme n’en donne qu’une partie",
	"too_complex":  "La plateforme le trouve trop lourd à donner",
	"too_large":    "Sa réponse dépasse la taille lue",
	"truncated":    "Sa réponse a été coupée",
	"rate_limited": "La plateforme demande d’attendre",
	"server_error": "La plateforme a échoué à le donner",
	"maintenance":  "La plateforme est en maintenance",
}

func (s *site) quarantine(r *http.Request) (view, error) {
	values, err := parameters(r)
	if err != nil {
		return view{}, err
	}
	cases, err := s.Reader.Cases(r.Context(), 0)
	if err != nil {
		return view{}, err
	}
	rows, err := s.index.current(r.Context())
	if err != nil {
		return view{}, err
	}
	stored := map[int]bool{}
	for _, c := range cases {
		stored[c.Number] = has(rows, c.Number)
	}
	data := quarantineData{CanRetry: s.Retrier != nil, Token: tokenOf(r)}
	if data.Result, err = result(values, cases); err != nil {
		return view{}, err
	}
	for _, c := range cases {
		data.Rows = append(data.Rows, s.caseRow(c, stored[c.Number]))
	}
	return view{"quarantaine", "quarantaine", "Quarantaine", data}, nil
}

func (s *site) caseRow(c ingest.Case, stored bool) caseRow {
	out := caseRow{
		Number: c.Number, Demarche: c.Demarche, DemarcheURL: s.demarcheURL(c.Demarche),
		PlatformURL: s.platformURL(c.Demarche, c.Number),
		Cause:       orText(causeTexts[c.Cause], "Il n’a pas pu être lu"), Code: shown(c.Cause),
		Since: instant(c.FirstSeen, s.Zone), Age: age(s.Now().Sub(c.FirstSeen)),
		Attempts: french.Count(c.Attempts, "essai", "essais"), Next: instant(c.NextTry, s.Zone),
	}
	if stored {
		out.URL = dossierURL(c.Number)
	}
	return out
}

// The words of the address after a try. They only say which dossier was tried:
// what became of it is looked up.
const (
	triedWord = "essai"
	busyWord  = "occupe"
	lostWord  = "echec"
)

// result says how the try of the address went; nil when it names none.
func result(values url.Values, cases []ingest.Case) (*note, error) {
	for _, word := range []string{triedWord, busyWord, lostWord} {
		if values.Get(word) == "" {
			continue
		}
		number, ok := positive(values.Get(word))
		if !ok {
			return nil, badParameter(word, "un numéro de dossier")
		}
		return outcome(word, number, cases), nil
	}
	return nil, nil
}

func outcome(word string, number int, cases []ingest.Case) *note {
	name := "Le dossier " + strconv.Itoa(number)
	kept := false
	for _, c := range cases {
		kept = kept || c.Number == number
	}
	switch {
	case !kept:
		return &note{name + " n’est plus en quarantaine.", "good"}
	case word == busyWord:
		return &note{name + " n’a pas été essayé : une autre lecture est en cours. Réessayez dans un instant.", "warn"}
	case word == lostWord:
		return &note{name + " n’a pas pu être essayé : la plateforme n’a pas répondu à temps ou a refusé. La cause est écrite dans le journal de Relais.", "bad"}
	}
	return &note{name + " n’a toujours pas pu être lu. Relais réessaiera seul.", "warn"}
}

// retry tries one dossier and shows the list again (POST, redirect, GET): loading
// that page again tries nothing.
func (s *site) retry(w http.ResponseWriter, r *http.Request) {
	number, ok := positive(r.PathValue("number"))
	if !ok || r.URL.RawPath != "" || s.Retrier == nil {
		s.fail(w, r, errNotFound)
		return
	}
	http.Redirect(w, r, "/quarantaine?"+s.try(r, number)+"="+strconv.Itoa(number), http.StatusSeeOther)
}

// try reads one dossier again, if it is in quarantine, one at a time.
func (s *site) try(r *http.Request, number int) (word string) {
	select {
	case s.trying <- struct{}{}:
		defer func() { <-s.trying }()
	default:
		return busyWord
	}
	ctx, cancel := context.WithTimeout(r.Context(), retryLimit)
	defer cancel()
	cases, err := s.Reader.Cases(ctx, 0)
	if err == nil && outcome(triedWord, number, cases).Tone == "good" {
		return triedWord
	}
	if err == nil {
		_, err = s.Retrier.Retry(ctx, number)
	}
	switch {
	case errors.Is(err, dossier.ErrConflict):
		return busyWord
	case err != nil:
		s.log(r, err)
		return lostWord
	}
	return triedWord
}

// has tells whether the index holds a number.
func has(rows []*row, number int) bool {
	from, to := 0, len(rows)
	for from < to {
		middle := (from + to) / 2
		if rows[middle].number < number {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from < len(rows) && rows[from].number == number
}
