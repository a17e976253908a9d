package console

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
)

// formToken proves that a form was on a page of ours: another site can make a
// browser post, but cannot read what to post. It is that of the session or, on a
// page that asks no password, of this process.
type formToken string

func newFormToken() formToken { return formToken(rand.Text()) }

// tokenField is its name in forms.
const tokenField = "jeton"

// largestForm is far above any form of ours.
const largestForm = 16 << 10

type tokenKey struct{}

func withToken(r *http.Request, token formToken) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), tokenKey{}, token))
}

// tokenOf is the token for the forms of the answer; "" where no form may be sent.
func tokenOf(r *http.Request) string {
	token, _ := r.Context().Value(tokenKey{}).(formToken)
	return string(token)
}

var errForeign = refusal{http.StatusForbidden,
	"Cette demande ne vient pas d’une page de Relais ouverte à l’instant. Revenez à la page, chargez-la de nouveau, puis réessayez."}

// ours refuses a form that no page of ours showed.
func (s *site) ours(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		want := tokenOf(r)
		r.Body = http.MaxBytesReader(w, r.Body, largestForm)
		got := r.PostFormValue(tokenField)
		if want == "" || subtle.ConstantTimeCompare([]byte(got), []byte(want)) != 1 {
			s.fail(w, r, errForeign)
			return
		}
		next(w, r)
	}
}
