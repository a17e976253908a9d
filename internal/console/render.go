package console

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"

	"github.com/sirupsen/logrus"

	"relais/internal/french"
)

//go:embed pages
var files embed.FS

// layout is parsed once; each page is a clone of it with its own "main".
var (
	layout = template.Must(template.New("layout.html").ParseFS(files, "pages/layout.html", "pages/parts.html"))
	pages  = map[string]*template.Template{
		"overview":    parse("overview"),
		"dossiers":    parse("dossiers"),
		"dossier":     parse("dossier"),
		"echeances":   parse("echeances"),
		"mails":       parse("mails"),
		"mail":        parse("mail"),
		"quarantaine": parse("quarantaine"),
		"etat":        parse("etat"),
		"login":       parse("login"),
		"error":       parse("error"),
	}
)

func parse(name string) *template.Template {
	return template.Must(template.Must(layout.Clone()).ParseFS(files, "pages/"+name+".html"))
}

// view is one page to render. Section is the entry of the menu it belongs to.
type view struct {
	name    string
	section string
	title   string
	data    any
}

// shell is what the layout knows beside the page's own data.
type shell struct {
	Title   string
	Section string
	Demo    bool
	Now     moment
	// SignedOut: a password is wanted and was not given. Leave is the token of the
	// form that ends the session; "" without one.
	SignedOut bool
	Leave     string
	Data      any
}

// refusal is an answer other than 200 whose French text may be shown.
type refusal struct {
	status int
	text   string
}

func (r refusal) Error() string { return http.StatusText(r.status) }

var errNotFound = refusal{http.StatusNotFound,
	"Cette page n’existe pas, ou ce qu’elle montrait n’est plus dans notre copie."}

func badParameter(name, want string) error {
	return refusal{http.StatusBadRequest, "Le paramètre " + french.Quoted(name) + " de l’adresse doit être " + want + "."}
}

// page answers with what build returns, or with the page of its error.
func (s *site) page(build func(*http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := build(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.render(w, r, http.StatusOK, v)
	}
}

// render writes the whole page or none of it.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, v view) {
	var b bytes.Buffer
	err := pages[v.name].Execute(&b, shell{
		Title: v.title, Section: v.section, Demo: s.Demo,
		Now: instant(s.Now(), s.Zone), Data: v.data,
		SignedOut: s.access != nil && tokenOf(r) == "", Leave: s.leave(r),
	})
	if err != nil {
		s.log(r, err)
		http.Error(w, "Relais n’a pas pu composer cette page.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// leave is the token of the form that ends a session.
func (s *site) leave(r *http.Request) string {
	if s.access == nil {
		return ""
	}
	return tokenOf(r)
}

// fail shows a refusal's text; of any other error only that there was one. The
// cause goes to the log.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return
	}
	var known refusal
	if !errors.As(err, &known) {
		s.log(r, err)
		known = refusal{http.StatusInternalServerError,
			"Relais n’a pas pu lire sa copie. La cause est écrite dans son journal\u202f; réessayez dans un instant."}
	}
	s.render(w, r, known.status, view{name: "error", title: headings[known.status],
		data: errorData{headings[known.status], known.text}})
}

// errorData is the page of a refusal.
type errorData struct{ Heading, Text string }

var headings = map[int]string{
	http.StatusBadRequest:          "Adresse mal formée",
	http.StatusForbidden:           "Demande refusée",
	http.StatusTooManyRequests:     "Trop d’essais",
	http.StatusNotFound:            "Page introuvable",
	http.StatusMethodNotAllowed:    "Méthode refusée",
	http.StatusMisdirectedRequest:  "Nom d’hôte refusé",
	http.StatusInternalServerError: "Lecture impossible",
}

// log names the route: a path holds a dossier's number or a mail's id, and a
// query whatever was searched.
func (s *site) log(r *http.Request, err error) {
	if s.Log == nil {
		return
	}
	s.Log.WithFields(logrus.Fields{"route": r.Pattern}).WithError(err).Error("console: a page could not be shown")
}

func (s *site) style(w http.ResponseWriter, _ *http.Request) {
	css, err := files.ReadFile("pages/style.css")
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(css)
}
