package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// monday is the start of most worlds here.
var monday = time.Date(2026, 11, 23, 9, 30, 0, 0, paris)

func clock(t time.Time) func() time.Time { return func() time.Time { return t } }

func newPlatform(t testing.TB, o Options) *Platform {
	t.Helper()
	if o.Now == nil {
		o.Now = clock(monday)
	}
	if o.RatePerMinute == 0 {
		o.RatePerMinute = -1
	}
	p := New(o)
	if p.fault != nil {
		t.Fatalf("schema: %v", p.fault)
	}
	return p
}

// object is decoded JSON.
type object = map[string]any

type answer struct {
	Data   object
	Errors []struct {
		Message    string
		Path       []any
		Extensions object
	}
}

func (a answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

// post sends a body as it is.
func post(p *Platform, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "http://platform.example"+Endpoint, bytes.NewBufferString(body))
	r.Header.Set("Authorization", "Bearer "+p.Token())
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, r)
	return w
}

// ask sends a query and wants HTTP 200.
func ask(t testing.TB, p *Platform, query string, variables object) answer {
	t.Helper()
	body, _ := json.Marshal(object{"query": query, "variables": variables})
	w := post(p, string(body))
	if w.Code != http.StatusOK {
		t.Fatalf("HTTP %d: %s", w.Code, w.Body)
	}
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, w.Body)
	}
	return a
}

// get asks and wants no error.
func get(t testing.TB, p *Platform, query string, variables object) object {
	t.Helper()
	a := ask(t, p, query, variables)
	if len(a.Errors) > 0 {
		t.Fatalf("errors: %+v", a.Errors)
	}
	return a.Data
}

// dig follows keys.
func dig(t testing.TB, v any, path ...any) any {
	t.Helper()
	for _, key := range path {
		switch key := key.(type) {
		case string:
			o, ok := v.(object)
			if !ok {
				t.Fatalf("no %v in %v", key, v)
			}
			v = o[key]
		case int:
			list, ok := v.([]any)
			if !ok || key >= len(list) {
				t.Fatalf("no item %d in %v", key, v)
			}
			v = list[key]
		}
	}
	return v
}
