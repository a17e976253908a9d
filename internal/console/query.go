package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"relais/internal/call"
	"relais/internal/dossier"
)

const (
	longestSearch = 100
	lastPage      = 1_000_000
)

// listQuery is the filter and the order of the list of dossiers, as its address
// writes them. Empty fields filter nothing; none stands for "of no call", "of no
// verdict" and so on.
type listQuery struct {
	Call, Verdict, State, Groupe, Region, Due, Q string
	Sort                                         string // one of orders, "-" in front for the other way
}

// Due tells which deadlines are wanted.
const (
	dueLate = "late" // a deadline passed and not met
	dueSoon = "soon" // one to meet within a week, the prudent day
)

func parameters(r *http.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "Les paramètres de l’adresse sont mal écrits."}
	}
	return values, nil
}

func (s *site) parseList(values url.Values) (listQuery, error) {
	q := listQuery{
		Call: values.Get("call"), Verdict: values.Get("verdict"), State: values.Get("state"),
		Groupe: values.Get("groupe"), Region: values.Get("region"), Due: values.Get("due"),
		Q: strings.TrimSpace(values.Get("q")), Sort: values.Get("sort"),
	}
	if err := s.checkCall(q.Call, true); err != nil {
		return q, err
	}
	if _, known := verdictTags[dossier.Verdict(q.Verdict)]; !known && q.Verdict != none {
		return q, badParameter("verdict", "l’une des propositions du filtre")
	}
	if _, known := stateTags[dossier.State(q.State)]; !known && q.State != "" {
		return q, badParameter("state", "l’un des états du filtre")
	}
	if _, known := call.RegionByCode(q.Region); !known && q.Region != "" && q.Region != none {
		return q, badParameter("region", "le code d’une région")
	}
	if q.Due != "" && q.Due != dueLate && q.Due != dueSoon {
		return q, badParameter("due", "l’une des échéances du filtre")
	}
	if _, known := orders[q.order()]; !known {
		return q, badParameter("sort", "l’un des ordres de la liste")
	}
	for name, text := range map[string]string{"q": q.Q, "groupe": q.Groupe} {
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > longestOf[name] {
			return q, badParameter(name, "un texte de "+strconv.Itoa(longestOf[name])+" caractères au plus")
		}
	}
	return q, nil
}

var longestOf = map[string]int{"q": longestSearch, "groupe": longest}

// order is the sort asked for without its way.
func (q listQuery) order() string {
	if q.Sort == "" {
		return byNumber
	}
	return strings.TrimPrefix(q.Sort, "-")
}

// descending: the numbers are, unless asked otherwise.
func (q listQuery) descending() bool { return q.Sort == "" || strings.HasPrefix(q.Sort, "-") }

// checkCall accepts a call whose file is gone: its dossiers are still stored.
func (s *site) checkCall(id string, orphans bool) error {
	if id == "" || orphans && id == none || identifier(id) {
		return nil
	}
	return badParameter("call", "l’identifiant d’un appel")
}

// matcher is compiled once for the whole walk.
func (q listQuery) matcher(c *clock) func(*row) bool {
	text := searchFor(q.Q)
	return func(r *row) bool {
		return (q.Call == "" || q.Call == orNone(r.call)) &&
			(q.Verdict == "" || q.Verdict == orNone(string(r.verdict))) &&
			(q.State == "" || q.State == string(r.state)) &&
			(q.Groupe == "" || q.Groupe == orNone(r.groupe)) &&
			(q.Region == "" || q.Region == orNone(r.region)) &&
			text(r) && (q.Due == "" || q.due(c, r))
	}
}

func (q listQuery) due(c *clock, r *row) (wanted bool) {
	c.entries(r, func(e entry) {
		wanted = wanted || q.Due == dueLate && e.passed() || q.Due == dueSoon && e.ahead(week)
	})
	return wanted
}

// searchFor looks for digits at the start of the dossier's number and inside
// the SIRET, spaces ignored, and for any text inside the structure's name and
// the call's id, case and accents ignored.
func searchFor(q string) func(*row) bool {
	if q == "" {
		return func(*row) bool { return true }
	}
	words, digits := fold(q), digitsOnly(q)
	return func(r *row) bool {
		if digits != "" && (startsWith(r.number, digits) || strings.Contains(r.siret, digits)) {
			return true
		}
		return strings.Contains(r.folded, words)
	}
}

func startsWith(number int, digits string) bool {
	var written [20]byte
	return strings.HasPrefix(string(strconv.AppendInt(written[:0], int64(number), 10)), digits)
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
