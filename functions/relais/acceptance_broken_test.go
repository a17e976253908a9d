package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// raw answers one body with status 200.
func raw(body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// page is a page of dossiers whose nodes and pageInfo are given as JSON.
func page(info, nodes string) func(http.ResponseWriter) {
	return raw(fmt.Sprintf(`{"data":{"demarche":{"number":%d,"dossiers":{"pageInfo":%s,"nodes":%s}}}}`, otherDemarche, info, nodes))
}

const (
	lastPage = `{"hasNextPage":false,"endCursor":"pos_00"}`
	nextPage = `{"hasNextPage":true,"endCursor":"pos_00"}`
)

// cut sends a whole header and a part of the body.
func cut(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "5000")
	_, _ = io.WriteString(w, `{"data":{"demarche":{"number":904117,"dossiers":{"pageInfo":`)
}

// hangUp closes the connection without an answer.
func hangUp(http.ResponseWriter) { panic(http.ErrAbortHandler) }

func status(code int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

// huge is larger than any page.
func huge(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	for range 40 {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// bomb is small on the wire and huge once uncompressed.
func bomb(w http.ResponseWriter) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	for range 400 {
		if _, err := z.Write(chunk); err != nil {
			return
		}
	}
	_ = z.Close()
}

func tooMany(w http.ResponseWriter) {
	w.Header().Set("RateLimit-Remaining", "0")
	w.Header().Set("RateLimit-Reset", fmt.Sprint(time.Now().Add(40*time.Second).Unix()))
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = io.WriteString(w, "Trop de requêtes / Too many requests")
}

// away sends the caller, token and all, to another host.
func away(w http.ResponseWriter) {
	w.Header().Set("Location", "http://203.0.113.9/api/v2/graphql")
	w.WriteHeader(http.StatusMovedPermanently)
}

// brokenAnswers are what a platform, or what stands before it, may send in place
// of a page. The error must hold the word.
var brokenAnswers = []struct {
	name   string
	answer func(http.ResponseWriter)
	word   string
}{
	{"HTML with status 200", raw("<!doctype html><html><body>Maintenance</body></html>"), "not JSON"},
	{"nothing", raw(""), "empty"},
	{"blank", raw("  \n "), "empty"},
	{"truncated JSON", raw(`{"data":{"demarche":{"number":904117,"dossiers":{"pageInfo":{"has`), "cut short"},
	{"body cut on the way", cut, "again later"},
	{"connection closed", hangUp, "again later"},
	{"empty object", raw(`{}`), "neither data nor errors"},
	{"null", raw(`null`), ""},
	{"a list", raw(`[]`), ""},
	{"a text", raw(`"data"`), ""},
	{"a number", raw(`12`), ""},
	{"two documents", raw(`{"data":null}{"data":null}`), ""},
	{"not UTF-8", raw("{\"data\":\xff\xfe}"), "not JSON"},
	{"deep nesting", raw(strings.Repeat(`{"data":[`, 200_000)), ""},
	{"null data", raw(`{"data":null}`), "neither data nor errors"},
	{"data of another kind", raw(`{"data":7}`), ""},
	{"null data with an error", raw(`{"data":null,"errors":[{"message":"Quenouillard","extensions":{"code":"unheard_of"}}]}`), ""},
	{"refused query", raw(`{"errors":[{"message":"Query has complexity of 99999"}]}`), "too complex"},
	{"errors of another kind", raw(`{"data":null,"errors":"Quenouillard"}`), ""},
	{"null démarche", raw(`{"data":{"demarche":null}}`), ""},
	{"null dossiers", raw(`{"data":{"demarche":{"number":904117,"dossiers":null}}}`), ""},
	{"no pageInfo", page("null", "[]"), "pageInfo"},
	{"no nodes", page(nextPage, "null"), "nodes"},
	{"null node", page(lastPage, "[null]"), "could not be read"},
	{"empty node", page(lastPage, "[{}]"), "could not be read"},
	{"node of another kind", page(lastPage, `["Quenouillard"]`), "could not be read"},
	{"node with a text for a number", page(lastPage, `[{"id":"x","number":"Quenouillard"}]`), "could not be read"},
	{"cursor that does not move", page(`{"hasNextPage":true,"endCursor":null}`, "[]"), "no way to reach"},
	{"partial data with errors", raw(`{"data":{"demarche":{"number":904117,"dossiers":{"pageInfo":` + lastPage + `,"nodes":[]}}},"errors":[{"message":"Timeout on Dossier.champs","path":["demarche","dossiers","nodes",0]}]}`), "timeout"},
	{"huge body", huge, "32 MiB"},
	{"huge body, compressed", bomb, "32 MiB"},
	{"500", status(500, `{"errors":[{"message":"x","extensions":{"code":"internal_server_error","exception_id":"ab12"}}]}`), "ab12"},
	{"502", status(502, "<html>Bad gateway</html>"), "HTTP 502"},
	{"503 maintenance", status(503, `{"error":"maintenance"}`), "maintenance"},
	{"429", tooMany, "too many requests"},
	{"418", status(418, "teapot"), "418"},
	{"redirect", away, "redirects"},
	{"204", status(204, ""), ""},
}

// TestMalformedAnswers: whatever comes in place of the second page, poll says so
// in one sentence and leaves a store that a healthy pass completes.
func TestMalformedAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range brokenAnswers {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newOther(t, 25)
			p.change(func() { p.pageSize = 10 })
			d := ready(t, p)
			p.fails(func(w http.ResponseWriter, operation string, nth int) bool {
				if operation != "dossiers" || nth < 2 {
					return false
				}
				tt.answer(w)
				return true
			})
			o := d.do(1, "poll")
			o.sentence(t, tt.word, fmt.Sprintf("démarche %d", otherDemarche))
			t.Log(strings.TrimSpace(o.err))
			half := d.exported()
			for number, l := range half {
				if diff := cmp.Diff(p.truth()[number], l); diff != "" {
					t.Errorf("half-written dossier: %s", diff)
				}
			}
			p.fails(nil)
			d.do(0, "poll")
			d.isTrue(p)
		})
	}
}

// TestMalformedOtherAnswers: the same in place of the first page, of the deletion
// lists and of the form.
func TestMalformedOtherAnswers(t *testing.T) {
	t.Parallel()
	p := newOther(t, 12)
	d := ready(t, p)
	for _, operation := range []string{"dossiers", "pending", "deleted"} {
		d = fresh(d, operation) // the deleted list is read once an hour
		for _, body := range []string{"<html>", `{"data":null}`, `{"data":{"demarche":{"` + operation + `":[]}}}`, `{"data":{"demarche":{"number":1,"pendingDeletedDossiers":{"pageInfo":` + lastPage + `,"nodes":[null]}}}}`} {
			p.fails(func(w http.ResponseWriter, asked string, _ int) bool {
				if asked == operation {
					raw(body)(w)
				}
				return asked == operation
			})
			d.do(1, "poll").sentence(t)
		}
	}
	p.fails(func(w http.ResponseWriter, asked string, _ int) bool {
		raw(`{"data":{"demarche":{"number":1,"activeForm":{"champDescriptors":7}}}}`)(w)
		return true
	})
	d.do(1, "init", "--demarche", "904230").sentence(t, "904230")
	d.do(1, "check")
	p.fails(nil)
	d.do(0, "poll")
	d.isTrue(p)
}
