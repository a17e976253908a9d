package preference

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/sirupsen/logrus"

	"relais/internal/call"
)

// largestBody bounds what is posted, in bytes; a form of 40 calls has under 5 KB.
const largestBody = 16 << 10

// Options of the page. All but Subscriber are needed.
type Options struct {
	// Key is asked for at each request; without it the answer is 503.
	Key   func(context.Context) (Key, error)
	Book  Book
	Calls call.Set
	// Subscriber names the owner of an address as tokens do: the page then knows what
	// a call's file says of that person. Nil shows the default of the call.
	Subscriber func(address string) string
	Demo       bool // the page says données fictives
	Log        logrus.FieldLogger
}

var (
	//go:embed page.html
	pageText string
	//go:embed style.css
	styleText string
)

// site serves the page.
type site struct {
	Options
	pages  *template.Template
	policy string
}

// Handler serves Path, wherever it is mounted. It needs no JavaScript, sets no
// cookie and loads nothing.
func Handler(o Options) http.Handler {
	digest := sha256.Sum256([]byte(styleText))
	return &site{
		Options: o,
		pages:   template.Must(template.New("page").Parse(pageText)),
		policy: "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) +
			"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	}
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", s.policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address is the capability
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		h.Set("Allow", "GET, HEAD, POST")
		s.refuse(w, notAllowed)
		return
	}
	key, err := s.Key(r.Context())
	if err != nil {
		s.Log.WithField("cause", err.Error()).Error("preferences: the secret cannot be used")
		s.refuse(w, notNow)
		return
	}
	token, ours := strings.CutPrefix(r.URL.Path, prefix)
	who, err := key.Open(token)
	switch {
	case !ours || err != nil:
		s.refuse(w, unknownLink)
	case r.Method == http.MethodPost:
		s.post(w, r, who)
	default:
		s.show(w, r, who, nil)
	}
}

// show answers the page with the choices in force, and what was just changed.
func (s *site) show(w http.ResponseWriter, r *http.Request, who Subscriber, saved *saved) {
	rows, err := s.rows(r.Context(), who)
	if err != nil {
		s.trouble(w, err)
		return
	}
	s.answer(w, http.StatusOK, page{Rows: rows, Saved: saved})
}

// trouble logs what a store says: its errors hold no key.
func (s *site) trouble(w http.ResponseWriter, err error) {
	if !errors.Is(err, context.Canceled) {
		s.Log.WithField("cause", err.Error()).Error("preferences: the store does not answer")
	}
	s.refuse(w, notNow)
}

func (s *site) refuse(w http.ResponseWriter, why refusal) {
	s.answer(w, why.status, page{Refusal: &why})
}

func (s *site) answer(w http.ResponseWriter, status int, p page) {
	p.Style, p.Demo = template.CSS(styleText), s.Demo
	var body bytes.Buffer
	if err := s.pages.Execute(&body, p); err != nil { // the template is ours and writes to memory
		s.Log.WithError(err).Error("preferences: the page cannot be written")
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}
