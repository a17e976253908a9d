package ds

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// Hint is what a webhook of the platform says (web_hook_url, J/web_hook_job.rb).
// It is unsigned, may come twice, late or out of order: a reason to read the
// dossier again, nothing more. State may be one that is not known yet. UpdatedAt
// is zero when it could not be read.
type Hint struct {
	Demarche  int
	Number    int
	State     string
	UpdatedAt time.Time
}

// rubyTimes are the two forms that deliveries have had.
var rubyTimes = []string{"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 UTC"}

// ReadHint reads a webhook, from its form body or from its query string. The
// caller bounds the body. Errors name the field and its shape.
func ReadHint(r *http.Request) (Hint, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		return Hint{}, errors.New("the body must be application/x-www-form-urlencoded")
	}
	if err := r.ParseForm(); err != nil {
		return Hint{}, errors.New("the body or the query is no form, or is too large")
	}
	demarche, err := positive(r, "procedure_id")
	if err != nil {
		return Hint{}, err
	}
	number, err := positive(r, "dossier_id")
	if err != nil {
		return Hint{}, err
	}
	return Hint{demarche, number, r.Form.Get("state"), rubyTime(r.Form.Get("updated_at"))}, nil
}

// positive reads a number of at most 32 bits, as GraphQL has them.
func positive(r *http.Request, field string) (int, error) {
	text := r.Form.Get(field)
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%s must be a positive whole number (got %d characters)", field, len(text))
	}
	return int(n), nil
}

func rubyTime(text string) time.Time {
	for _, form := range rubyTimes {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// ReadHintNumbers is ReadHint for who wants the two numbers only.
func ReadHintNumbers(r *http.Request) (demarche, number int, err error) {
	h, err := ReadHint(r)
	return h.Demarche, h.Number, err
}
