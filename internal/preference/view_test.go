package preference

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var style = regexp.MustCompile(`(?s)<style>(.*)</style>`)

// protected wants the headers of every answer, and the style of a page to be the one
// that its policy lets in.
func protected(t *testing.T, name string, w *httptest.ResponseRecorder) {
	t.Helper()
	for header, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(header); got != want {
			t.Errorf("%s: %s is %q", name, header, got)
		}
	}
	policy := w.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; ") || !strings.Contains(policy, "form-action 'self'") || strings.Contains(policy, "script") || strings.Contains(policy, "unsafe") {
		t.Errorf("%s: the policy is %s", name, policy)
	}
	if found := style.FindSubmatch(w.Body.Bytes()); found != nil {
		sum := sha256.Sum256(found[1])
		if !strings.Contains(policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
			t.Errorf("%s: the policy lets no style in", name)
		}
	} else if strings.Contains(w.Header().Get("Content-Type"), "html") {
		t.Errorf("%s: the page has no style", name)
	}
}

// TestWhatThePageShows, to whom.
func TestWhatThePageShows(t *testing.T) {
	o := newOffice(t)
	for _, tt := range []struct {
		name, path string
		want       url.Values
		says, not  []string
	}{
		{
			"one call explains each answer", o.link(anne, "bzh"), url.Values{"choix-bzh": {"morning"}},
			[]string{`aria-describedby="choix-bzh-3-sens"`, "Aucun courriel."}, []string{"<dl>", "Occitanie", "C’est enregistré"},
		},
		{
			"several explain them once", o.link(anne, "bzh", "occ"), url.Values{"choix-bzh": {"morning"}, "choix-occ": {"immediate"}},
			[]string{"<dl>"}, []string{"aria-describedby"},
		},
		{"what the file says of somebody", o.link(luc, "bzh"), url.Values{"choix-bzh": {"weekly"}}, nil, nil},
		{
			"a call that is gone", o.link(anne, "bzh", "gone"), url.Values{"choix-bzh": {"morning"}},
			nil, []string{"gone"},
		},
		{"too many calls for a link", o.link(anne), url.Values{"choix": {"morning"}}, []string{"Tous les appels à projets"}, []string{"O2R"}},
		{"a hostile title", o.link(anne, "x"), url.Values{"choix-x": {"morning"}}, []string{"&lt;script&gt;alert(1)"}, []string{"<script", `" onfocus`}},
	} {
		w := o.get(tt.path)
		body := w.Body.String()
		protected(t, tt.name, w)
		if got := form(t, body, "Enregistrer"); got.Encode() != tt.want.Encode() {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		for _, said := range tt.says {
			if !strings.Contains(body, said) {
				t.Errorf("%s: the page does not say %q:\n%s", tt.name, said, body)
			}
		}
		for _, not := range append(tt.not, anne, luc, "dreets.example", "javascript", "http://", "https://") {
			if strings.Contains(body, not) {
				t.Errorf("%s: the page says %q:\n%s", tt.name, not, body)
			}
		}
	}
	if w := o.get(o.link(anne, "gone")); w.Code != 200 || !strings.Contains(w.Body.String(), "ne sont plus suivis") || strings.Contains(w.Body.String(), "<form") {
		t.Errorf("only calls that are gone: %d\n%s", w.Code, w.Body)
	}
	options := o.options()
	options.Demo, options.Subscriber = true, nil
	o.handler = Handler(options)
	if w := o.get(o.link(luc, "bzh")); !strings.Contains(w.Body.String(), "Données fictives") || form(t, w.Body.String(), "Enregistrer").Get("choix-bzh") != "morning" {
		t.Errorf("the demonstration:\n%s", w.Body)
	}
}
