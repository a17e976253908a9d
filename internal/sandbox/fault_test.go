package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// wires says, for each fault, what must be on the wire of a page of ten dossiers.
var wires = map[Fault]func(t *testing.T, r reply){
	BadGateway:        html(502),
	Unavailable:       html(503),
	GatewayTimeout:    html(504),
	HTMLPage:          html(200),
	UnderMaintenance:  text(503, `{"error":`),
	TooMany:           rate("1795422660"),
	TooManyPast:       rate("1795422540"),
	TooManyAbsent:     rate(""),
	TooManyAbsurd:     rate("253402300800"),
	TooManyDelay:      rate("60"),
	ServerError:       refusal(500, "internal_server_error", "exception_id"),
	BadRequest:        refusal(400, "bad_request", ""),
	TokenExpired:      refusal(401, "unauthorized", "Token expired"),
	NetworkRefused:    refusal(403, "forbidden", "203.0.113.7/32"),
	TokenRefused:      refusal(403, "forbidden", "persisted queries"),
	WithoutRights:     refusal(200, "unauthorized", `"data":null`),
	RedirectInsecure:  redirect("http://platform.example" + Endpoint),
	RedirectElsewhere: redirect("http://ancienne-plateforme.example" + Endpoint),
	ResetBefore:       noAnswer,
	Hang:              noAnswer,
	Lost:              noAnswer,
	EmptyBody:         text(200, ""),
	EmptyObject:       text(200, "{}"),
	DataNull:          text(200, `{"data":null}`),
	ErrorsWithoutData: func(t *testing.T, r reply) {
		text(200, `{"errors":[`)(t, r)
		if strings.Contains(r.body, "data") || r.code(t) != "" {
			t.Errorf("body %s", r.body)
		}
	},
	ErrorsAndDataNull: text(200, `{"errors":[{"message":"Something failed"}],"data":null}`),
	ErrorsBesideAll: func(t *testing.T, r reply) {
		a := decoded(t, r)
		if len(a.Errors) != 1 || a.Errors[0].Path != nil || len(nodesOf(t, a)) != 10 {
			t.Errorf("errors %v", a.Errors)
		}
	},
	HugeBody: func(t *testing.T, r reply) {
		if len(r.body) < hugeBody || !json.Valid([]byte(r.body)) {
			t.Errorf("%d bytes", len(r.body))
		}
	},
	ResetMiddle: func(t *testing.T, r reply) {
		if r.status != 200 || !errors.Is(r.bodyErr, syscall.ECONNRESET) || len(r.body) == 0 {
			t.Errorf("HTTP %d, %d bytes, %v", r.status, len(r.body), r.bodyErr)
		}
	},
	Truncated: func(t *testing.T, r reply) {
		if r.status != 200 || r.bodyErr != nil || json.Valid([]byte(r.body)) || !strings.HasPrefix(r.body, `{"data":`) {
			t.Errorf("HTTP %d, %v, %.60q", r.status, r.bodyErr, r.body)
		}
	},
	SlowBody: func(t *testing.T, r reply) {
		if len(nodesOf(t, decoded(t, r))) != 10 {
			t.Error("a slow answer is whole in the end")
		}
	},
	TimeoutPartial: func(t *testing.T, r reply) {
		a := decoded(t, r)
		if got := whole(nodesOf(t, a)); got != "1110000000" {
			t.Errorf("rows %s", got)
		}
		if dig(t, a.Data, "demarche", "dossiers", "pageInfo", "endCursor") == nil {
			t.Error("the cursor, selected first, must survive")
		}
		for i, e := range a.Errors {
			if coded := e.Extensions["code"] == "timeout"; coded != (i == 0) || !strings.HasPrefix(e.Message, "Timeout on") {
				t.Errorf("error %d: %+v", i, e)
			}
		}
	},
	NullNode: func(t *testing.T, r reply) {
		a := decoded(t, r)
		if got := whole(nodesOf(t, a)); got != "1110111111" || a.code() != "invalid_null" {
			t.Errorf("rows %s, code %q", got, a.code())
		}
		if diff := cmp.Diff([]any{"demarche", "dossiers", "nodes", 3.0}, a.Errors[0].Path); diff != "" {
			t.Error(diff)
		}
	},
}

func TestEachFaultOnTheWire(t *testing.T) {
	for _, f := range Faults() {
		t.Run(string(f), func(t *testing.T) {
			check, ok := wires[f]
			if !ok {
				t.Fatal("nobody says what it looks like")
			}
			p, slept := bare(t, 10)
			h := Hit{Fault: f, For: 90 * time.Second}
			if f == TimeoutPartial || f == NullNode {
				h.At = 3
			}
			p.Inject(Times(1, Always(h)))
			check(t, readPage(t, p))
			if want := f == Hang || f == SlowBody; want != (*slept == 90*time.Second) {
				t.Errorf("slept %v", *slept)
			}
			if again := decoded(t, readPage(t, p)); len(again.Errors) > 0 || whole(nodesOf(t, again)) != "1111111111" {
				t.Error("the next request must be answered")
			}
		})
	}
}

// On a socket the same faults come through net/http.
func TestEachFaultOnASocket(t *testing.T) {
	for _, f := range Faults() {
		if f == HugeBody {
			continue
		}
		p, _ := bare(t, 4)
		server := httptest.NewServer(p.Handler())
		via := &http.Transport{DisableKeepAlives: true}
		p.Inject(Nth(map[int]Fault{1: f}))
		got := send(t, via, server.URL, rows, object{"n": numberO2R, "since": always})
		memory, _ := bare(t, 4)
		memory.Inject(Nth(map[int]Fault{1: f}))
		want := readPage(t, memory)
		if (got.err == nil) != (want.err == nil) || (got.bodyErr == nil) != (want.bodyErr == nil) || got.status != want.status {
			t.Errorf("%s: %d %v %v on a socket, %d %v %v in memory", f, got.status, got.err, got.bodyErr, want.status, want.err, want.bodyErr)
		}
		if want.bodyErr == nil && got.body != want.body {
			t.Errorf("%s: another body", f)
		}
		if next := send(t, via, server.URL, rows, object{"n": numberO2R}); next.status != 200 || next.bodyErr != nil {
			t.Errorf("%s: then %d %v", f, next.status, next.err)
		}
		server.Close()
	}
}

func TestALostAnswerWasExecuted(t *testing.T) {
	p, _ := bare(t, 3)
	d := p.Truth(numberO2R)[0]
	id, _ := p.Descriptor(numberO2R, "ann_complet")
	who := p.world.numbers[d.Number].group.members[0].id
	write := `mutation write($in: DossierModifierAnnotationsInput!) { dossierModifierAnnotations(input: $in) { errors { message } } }`
	v := object{"in": object{"dossierId": globalID("Dossier", d.Number), "instructeurId": globalID("Instructeur", who),
		"annotations": []any{object{"id": id, "value": object{"yesNo": true}}}}}
	for _, c := range []struct {
		fault Fault
		done  bool
	}{{ResetBefore, false}, {GatewayTimeout, false}, {Lost, true}, {ResetMiddle, true}} {
		p.world.numbers[d.Number].annotations = nil
		p.Inject(When(func(c Call) bool { return c.Mutation && c.Operation == "write" }, Hit{Fault: c.fault}))
		send(t, p.Transport(), "https://platform.example", write, v)
		if done := p.world.numbers[d.Number].annotations["ann_complet"] == true; done != c.done {
			t.Errorf("%s: written %v", c.fault, done)
		}
	}
}

func TestAPlanKnowsWhatIsAsked(t *testing.T) {
	p, _ := bare(t, 3)
	n := p.Truth(numberO2R)[0].Number
	var got []Call
	p.Inject(func(c Call) Hit { got = append(got, c); return Hit{} })
	readPage(t, p)
	send(t, p.Transport(), "https://h", "# a comment\nquery one($number: Int!) { dossier(number: $number) { id } }", object{"number": n})
	send(t, p.Transport(), "https://h", `query d($number: Int!, $after: String) { demarche(number: $number) { id } }`, object{"number": numberO2R, "after": "x"})
	want := []Call{{N: 1, Operation: "rows"}, {N: 2, Operation: "one", Dossier: n}, {N: 3, Operation: "d", Demarche: numberO2R, After: "x"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestASeededStormCanBeReplayed(t *testing.T) {
	storm := func(seed uint64) string {
		p, _ := bare(t, 12)
		p.Inject(Chain(OnOperation("nothing", Hit{Fault: Lost}), Seeded(seed, 0.6)))
		var out strings.Builder
		for range 60 {
			r := readPage(t, p)
			fmt.Fprintf(&out, "%d %d %v %v\n", r.status, len(r.body), r.err, r.bodyErr)
		}
		return out.String()
	}
	if first, again := storm(1), storm(1); first != again {
		t.Error("one seed, two storms")
	}
	if storm(1) == storm(2) {
		t.Error("two seeds, one storm")
	}
}

func TestTheCandidTransportSeesNoFault(t *testing.T) {
	p, _ := bare(t, 5)
	p.Inject(Always(Hit{Fault: BadGateway}))
	p.Maintain("en maintenance")
	must(t, p.Poison(p.Truth(numberO2R)[0].Number, Poison{Harm: Breaks}))
	r := send(t, p.Candid(), "https://platform.example", rows, object{"n": numberO2R, "since": always})
	if whole(nodesOf(t, decoded(t, r))) != "11111" {
		t.Errorf("HTTP %d %s", r.status, r.body)
	}
}

func TestAClientThatHasGoneGetsItsOwnError(t *testing.T) {
	p := newPlatform(t, Options{Bare: true, Dossiers: 1})
	p.Inject(Always(Hit{Fault: Hang}))
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, "https://h"+Endpoint, strings.NewReader("{}"))
	if _, err := p.Transport().RoundTrip(r); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
