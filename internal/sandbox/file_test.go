package sandbox

import (
	"crypto/md5"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func download(p *Platform, link string) *httptest.ResponseRecorder {
	u, _ := url.Parse(link)
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, u.RequestURI(), nil))
	return w
}

func TestFileLinks(t *testing.T) {
	now := monday
	p := newPlatform(t, Options{Now: func() time.Time { return now }})
	n, err := p.Deposit(Draft{Answers: map[string]any{
		"pj_rib":     []File{{Name: "R.I.B. été/\"quote\".pdf", Type: "application/pdf", Size: 333}},
		"pj_comptes": []File{{Name: "virus.pdf", Size: 10, Infected: true}},
		"pj_budget":  nil,
	}})
	must(t, err)
	list := champs(t, p, n)
	f := dig(t, champOf(t, p, list, "pj_rib"), "files", 0).(object)
	w := download(p, f["url"].(string))
	sum := md5.Sum(w.Body.Bytes())
	if w.Code != 200 || base64.StdEncoding.EncodeToString(sum[:]) != f["checksum"] || strconv.Itoa(w.Body.Len()) != f["byteSizeBigInt"] {
		t.Errorf("HTTP %d, %d bytes, file %v", w.Code, w.Body.Len(), f)
	}
	again := dig(t, champOf(t, p, champs(t, p, n), "pj_rib"), "files", 0, "url").(string)
	if again == f["url"] {
		t.Error("a link must differ at each call")
	}
	if got := champOf(t, p, list, "pj_comptes")["files"].([]any); len(got) != 0 {
		t.Error("an infected file is left out")
	}
	if c := champOf(t, p, list, "pj_budget"); len(c["files"].([]any)) != 0 || c["stringValue"] != nil {
		t.Errorf("no file: %v", c)
	}

	if w := download(p, strings.Replace(again, "size=333", "size=334", 1)); w.Code != 403 {
		t.Errorf("forged link: HTTP %d", w.Code)
	}
	pdf := dig(t, get(t, p, `query($n: Int!) { dossier(number: $n) { pdf { url byteSizeBigInt checksum virusScanResult createdAt } } }`, object{"n": n}), "dossier", "pdf")
	if dig(t, pdf, "byteSizeBigInt") != "0" || dig(t, pdf, "checksum") != "" || dig(t, pdf, "virusScanResult") != "pending" {
		t.Errorf("pdf %v", pdf)
	}
	now = now.Add(59 * time.Minute)
	if w := download(p, again); w.Code != 200 {
		t.Errorf("HTTP %d after 59 minutes", w.Code)
	}
	now = now.Add(2 * time.Minute)
	if w := download(p, again); w.Code != 403 {
		t.Errorf("HTTP %d after its hour", w.Code)
	}
	if w := download(p, dig(t, pdf, "url").(string)); w.Code != 401 || w.Body.Len() != 0 {
		t.Errorf("pdf after its hour: HTTP %d, %d bytes", w.Code, w.Body.Len())
	}
}
