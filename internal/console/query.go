package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"relais/internal/dossier"
)

const (
	longestSearch = 100
	lastPage      = 1_000_000
)

// listQuery is the filter of the list of dossiers, as its address writes it.
// Empty fields filter nothing; none stands for "of no call", "of no verdict".
type listQuery struct {
	Call, Verdict, State, Q string
}

func parameters(r *http.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "Les paramètres de l’adresse sont mal écrits."}
	}
	return values, nil
}

func (s *site) parseList(values url.Values) (listQuery, error) {
	q := listQuery{values.Get("call"), values.Get("verdict"), values.Get("state"), strings.TrimSpace(values.Get("q"))}
	if err := s.checkCall(q.Call, true); err != nil {
		return q, err
	}
	if _, known := verdictTags[dossier.Verdict(q.Verdict)]; !known && q.Verdict != none {
		return q, badParameter("verdict", "l’une des propositions du filtre")
	}
	if _, known := stateTags[dossier.State(q.State)]; !known && q.State != "" {
		return q, badParameter("state", "l’un des états du filtre")
	}
	if !utf8.ValidString(q.Q) || utf8.RuneCountInString(q.Q) > longestSearch {
		return q, badParameter("q", "un texte de "+strconv.Itoa(longestSearch)+" caractères au plus")
	}
	return q, nil
}

// checkCall accepts a call whose file is gone: its dossiers are still stored.
func (s *site) checkCall(id string, orphans bool) error {
	if id == "" || orphans && id == none || identifier(id) {
		return nil
	}
	return badParameter("call", "l’identifiant d’un appel")
}

// matcher is compiled once for the whole walk.
func (q listQuery) matcher() func(*dossier.Head) bool {
	text := searchFor(q.Q)
	return func(h *dossier.Head) bool {
		j := &h.Judgement
		return (q.Call == "" || q.Call == orNone(j.Call)) &&
			(q.Verdict == "" || q.Verdict == orNone(string(j.Verdict))) &&
			(q.State == "" || q.State == string(h.State)) &&
			text(h)
	}
}

// searchFor looks for digits at the start of the dossier's number and inside
// the SIRET, spaces ignored, and for any text inside the structure's name and
// the call's id, case and accents ignored.
func searchFor(q string) func(*dossier.Head) bool {
	if q == "" {
		return func(*dossier.Head) bool { return true }
	}
	words, digits := fold(q), digitsOnly(q)
	return func(h *dossier.Head) bool {
		facts := &h.Judgement.Facts
		if digits != "" && (strings.HasPrefix(strconv.Itoa(h.Number), digits) || strings.Contains(facts.Siret, digits)) {
			return true
		}
		return strings.Contains(fold(facts.Structure), words) || strings.Contains(fold(h.Judgement.Call), words)
	}
}

// digitsOnly is empty when q holds anything but digits and spaces.
func digitsOnly(q string) string {
	var b strings.Builder
	for _, r := range q {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case !unicode.IsSpace(r):
			return ""
		}
	}
	return b.String()
}

// fold lowers the case and drops the accents: É and e are one letter.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// pageNumber is 1 when absent.
func pageNumber(values url.Values) (int, error) {
	raw := values.Get("page")
	if raw == "" {
		return 1, nil
	}
	n, ok := positive(raw)
	if !ok || n > lastPage {
		return 0, badParameter("page", "un numéro de page")
	}
	return n, nil
}

// positive reads a whole number written in the one usual way: no sign, no
// leading zero.
func positive(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && strconv.Itoa(n) == s
}

// identifier tells whether s can be the id of a call or of a mail. No path of a
// folder passes.
func identifier(s string) bool {
	if s == "" || len(s) > 128 || s[0] == '.' || s[0] == '-' || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		if r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@+=", r) {
			return false
		}
	}
	return true
}
