package preference

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"

	"relais/internal/call"
)

// TestAReaderWhoIsWrittenToTooOften opens the link, chooses, changes their mind.
func TestAReaderWhoIsWrittenToTooOften(t *testing.T) {
	o := newOffice(t)
	link := o.link(anne, "bzh", "occ")
	first := o.get(link)
	asked := form(t, first.Body.String(), "Enregistrer")
	if first.Code != 200 || asked.Get("choix-bzh") != "morning" || asked.Get("choix-occ") != "immediate" || len(asked) != 2 {
		t.Errorf("%d, at first: %v", first.Code, asked)
	}
	for _, said := range []string{"O2R Bretagne", "DREETS Bretagne", "O2R Occitanie", "Réglage de votre service", "les délais légaux continuent de courir", `lang="fr"`} {
		if !strings.Contains(first.Body.String(), said) {
			t.Errorf("the page does not say %q", said)
		}
	}

	asked.Set("choix-bzh", "none")
	saved := o.submit(link, asked)
	if saved.Code != 200 || !strings.Contains(saved.Body.String(), "C’est enregistré") || !strings.Contains(saved.Body.String(), "<b>O2R Bretagne</b>&nbsp;: rien. Les échéances vont désormais") {
		t.Errorf("%d after none:\n%s", saved.Code, saved.Body)
	}
	o.wants("bzh", call.None)
	o.wants("occ", "") // left as it was: it goes on following the call's file
	if now := form(t, saved.Body.String(), "Enregistrer"); now.Get("choix-bzh") != "none" {
		t.Errorf("the new state: %v", now)
	}

	back := o.submit(link, form(t, saved.Body.String(), "Annuler"))
	o.wants("bzh", call.Morning)
	if now := form(t, back.Body.String(), "Enregistrer"); now.Get("choix-bzh") != "morning" || now.Get("choix-occ") != "immediate" {
		t.Errorf("after the way back: %v", now)
	}
	same := o.submit(link, form(t, back.Body.String(), "Enregistrer"))
	if writes := o.notes.writes; writes != 2 || !strings.Contains(same.Body.String(), "Rien n’a changé") {
		t.Errorf("%d writes after saving the same:\n%s", writes, same.Body)
	}
}

func TestOneClick(t *testing.T) {
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	if err := errors.Join(parts.WriteField("List-Unsubscribe", "One-Click"), parts.Close()); err != nil {
		t.Fatal(err)
	}
	for kind, body := range map[string]string{
		urlencoded:                          "List-Unsubscribe=One-Click",
		urlencoded + "; charset=UTF-8":      "List-Unsubscribe=One-Click&choix-bzh=weekly",
		parts.FormDataContentType():         b.String(),
		"Application/X-WWW-Form-Urlencoded": "List%2DUnsubscribe=One%2DClick",
	} {
		t.Run(kind, func(t *testing.T) {
			o := newOffice(t)
			w := o.do("POST", o.link(anne, "bzh", "gone"), kind, body)
			if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || !strings.Contains(w.Body.String(), "enregistré") || len(w.Result().Cookies()) > 0 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			o.wants("bzh", call.None)
			o.wants("gone", call.None) // perhaps not deployed here yet
			o.wants("occ", "")
		})
	}
	o := newOffice(t)
	o.do("POST", o.link(anne), urlencoded, "List-Unsubscribe=One-Click")
	for _, id := range []string{"bzh", "occ", "", "whatever"} {
		o.wants(id, call.None)
	}
}

// TestLooking: mail servers open every link, in every way, before the reader does.
func TestLooking(t *testing.T) {
	o := newOffice(t)
	for _, query := range []string{"", "?List-Unsubscribe=One-Click", "?choix-bzh=none", "?choix=none&x"} {
		for _, method := range []string{"GET", "HEAD"} {
			if w := o.do(method, o.link(anne, "bzh")+query, urlencoded, "List-Unsubscribe=One-Click&choix-bzh=none"); w.Code != 200 {
				t.Errorf("%s %s: %d", method, query, w.Code)
			}
		}
	}
	// what the address says is not what the form says
	if w := o.do("POST", o.link(anne, "bzh")+"?List-Unsubscribe=One-Click&choix-bzh=none", urlencoded, ""); w.Code != 400 {
		t.Errorf("an empty form: %d", w.Code)
	}
	if o.notes.writes != 0 {
		t.Errorf("looking wrote %d notes", o.notes.writes)
	}
}

func TestWhatIsRefused(t *testing.T) {
	o := newOffice(t)
	link := o.link(anne, "bzh")
	forged := link[:len(link)-1] + "A"
	if strings.HasSuffix(link, "A") {
		forged = link[:len(link)-1] + "B"
	}
	for _, tt := range []struct {
		name, method, path, kind, body string
		want                           int
		says                           string
	}{
		{"a forged token", "GET", forged, "", "", 404, "Ouvrez le lien"},
		{"a forged token that posts", "POST", forged, urlencoded, "List-Unsubscribe=One-Click", 404, "Ouvrez le lien"},
		{"no token", "GET", prefix, "", "", 404, "Ouvrez le lien"},
		{"another page", "GET", "/", "", "", 404, "Ouvrez le lien"},
		{"below a token", "GET", link + "/x", "", "", 404, "Ouvrez le lien"},
		{"PUT", "PUT", link, urlencoded, "choix-bzh=none", 405, ""},
		{"DELETE", "DELETE", link, "", "", 405, ""},
		{"OPTIONS of a forged one", "OPTIONS", forged, "", "", 405, ""},
		{"a choice that is none", "POST", link, urlencoded, "choix-bzh=daily", 400, "Rien n’a été changé"},
		{"an empty choice", "POST", link, urlencoded, "choix-bzh=", 400, "Rien n’a été changé"},
		{"a call of another token", "POST", link, urlencoded, "choix-occ=none", 400, "Rien n’a été changé"},
		{"every call from a token of one", "POST", link, urlencoded, "choix=none", 400, "Rien n’a été changé"},
		{"no form", "POST", link, "application/json", `{"List-Unsubscribe":"One-Click"}`, 400, "Rien n’a été changé"},
		{"no kind of form", "POST", link, "", "List-Unsubscribe=One-Click", 400, "Rien n’a été changé"},
		{"a broken form", "POST", link, urlencoded, "%zz=1;%", 400, "Rien n’a été changé"},
		{"broken parts", "POST", link, "multipart/form-data; boundary=x", "--x\r\nnothing", 400, "Rien n’a été changé"},
		{"parts without boundary", "POST", link, "multipart/form-data", "x", 400, "Rien n’a été changé"},
		{"one click misspelt", "POST", link, urlencoded, "List-Unsubscribe=one-click", 400, "Rien n’a été changé"},
		{"a large form", "POST", link, urlencoded, "choix-bzh=none&x=" + strings.Repeat("x", 16<<10), 413, "Rien n’a été changé"},
		{"large parts", "POST", link, "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n" + strings.Repeat("x", 17<<10), 413, "Rien n’a été changé"},
	} {
		w := o.do(tt.method, tt.path, tt.kind, tt.body)
		if w.Code != tt.want || !strings.Contains(w.Body.String(), tt.says) || !strings.Contains(w.Body.String(), "<h1>") {
			t.Errorf("%s: %d, want %d:\n%s", tt.name, w.Code, tt.want, w.Body)
		}
		if tt.want == 405 && w.Header().Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: Allow is %q", tt.name, w.Header().Get("Allow"))
		}
		protected(t, tt.name, w)
		if strings.Contains(w.Body.String(), strings.TrimPrefix(link, prefix)) {
			t.Errorf("%s: the page holds the token", tt.name)
		}
	}
	if o.notes.writes != 0 {
		t.Errorf("what was refused wrote %d notes", o.notes.writes)
	}
}

// TestEveryCall: the one question of a token that names no call.
func TestEveryCall(t *testing.T) {
	o := newOffice(t)
	link := o.link(anne)
	w := o.submit(link, url.Values{"choix": {"weekly"}})
	if got := form(t, w.Body.String(), "Enregistrer"); w.Code != 200 || got.Get("choix") != "weekly" {
		t.Errorf("%d: %v", w.Code, got)
	}
	o.wants("bzh", call.Weekly)
	o.submit(link, form(t, w.Body.String(), "Annuler"))
	o.wants("occ", call.Morning)
}

// TestBadDays: a store or a secret that is away is told, and shows nothing.
func TestBadDays(t *testing.T) {
	o := newOffice(t)
	link := o.link(anne, "bzh")
	o.notes.broken = errors.New("the disk is gone")
	for _, w := range []*httptest.ResponseRecorder{
		o.get(link), o.submit(link, url.Values{"choix-bzh": {"none"}}), o.submit(link, url.Values{"List-Unsubscribe": {"One-Click"}}),
	} {
		if w.Code != 503 || strings.Contains(w.Body.String(), "disk") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		protected(t, "a broken store", w)
	}
	o.notes.broken = nil
	o.notes.kept = map[string]string{noteKey(anne, "bzh"): "of a later version"}
	if w := o.get(link); w.Code != 200 || form(t, w.Body.String(), "Enregistrer").Get("choix-bzh") != "morning" {
		t.Errorf("a strange note: %d", w.Code)
	}
	o.submit(link, url.Values{"choix-bzh": {"weekly"}})
	o.wants("bzh", call.Weekly)
	options := o.options()
	options.Key = KeyOf(func(context.Context) (string, error) { return "", errors.New("parameter /relais/x does not exist") })
	o.handler = Handler(options)
	if w := o.get(link); w.Code != 503 || strings.Contains(w.Body.String(), "/relais/x") {
		t.Errorf("no secret: %d %s", w.Code, w.Body)
	}
	options.Key = KeyOf(func(context.Context) (string, error) { return "short", nil })
	o.handler = Handler(options)
	if w := o.get(link); w.Code != 503 {
		t.Errorf("a short secret: %d", w.Code)
	}
	for _, said := range []string{"the disk is gone", "later version", "does not exist", "at least 32"} {
		if shown := strings.Contains(o.log.String(), said); shown == (said == "later version") {
			t.Errorf("the log, about %q:\n%s", said, o.log)
		}
	}
}

// TestBehindAMux serves the page as the two worlds mount it.
func TestBehindAMux(t *testing.T) {
	o := newOffice(t)
	for _, pattern := range []string{Path, prefix} {
		mux := http.NewServeMux()
		mux.Handle(pattern, o.handler)
		server := httptest.NewServer(mux)
		defer server.Close()
		res, err := http.Get(server.URL + o.link(anne, "bzh"))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != 200 || !strings.Contains(string(body), "O2R Bretagne") {
			t.Errorf("%s: %d", pattern, res.StatusCode)
		}
	}
}

func FuzzPost(f *testing.F) {
	f.Add(urlencoded, "choix-bzh=none")
	f.Add(urlencoded, "List-Unsubscribe=One-Click")
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"choix-bzh\"\r\n\r\nnone\r\n--x--")
	k, err := NewKey(secret)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, kind, body string) {
		b, n := newBook()
		log := logrus.New()
		log.SetOutput(io.Discard)
		h := Handler(Options{
			Key: func(context.Context) (Key, error) { return k, nil }, Book: b, Log: log,
			Calls: call.NewSet(call.Call{ID: "bzh", Title: "O2R"}),
		})
		r := httptest.NewRequest("POST", prefix+k.Seal(Subscriber{anne, []string{"bzh"}}), strings.NewReader(body))
		r.Header["Content-Type"] = []string{kind}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		switch w.Code {
		case 200, 400, 413:
		default:
			t.Errorf("answers %d", w.Code)
		}
		for key, value := range n.kept {
			if w.Code != 200 || key != noteKey(anne, "bzh") || len(value) > 80 {
				t.Errorf("%d, and wrote %s: %s", w.Code, key, value)
			}
		}
	})
}
