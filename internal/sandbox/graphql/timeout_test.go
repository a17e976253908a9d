package graphql_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/sandbox/graphql"
)

// after gives a budget that is spent once n fields have begun.
func after(n int) func() bool {
	return func() bool { n--; return n < 0 }
}

// A page read when time runs out in the middle: dossiers already written stay,
// the others are null, and only the first error says "timeout" in its code.
func TestTimeoutHalfWay(t *testing.T) {
	root := graphql.Object{"sureBook": graphql.Object{"note": "first"}, "shelf": []any{book("1"), book("2"), book("3")}}
	r := ask(t, root, graphql.Request{Query: `{ sureBook { note } shelf { id title } }`, Budget: after(5)})
	if diff := cmp.Diff(`{"sureBook":{"note":"first"},"shelf":[{"id":"1","title":"T1"},null,null]}`, string(r.Data)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"timeout [shelf 1 id]", " [shelf 2 id]"}, faults(r)); diff != "" {
		t.Error(diff)
	}
	for _, e := range r.Errors {
		if !strings.HasPrefix(e.Message, "Timeout on Book.id") {
			t.Errorf("message %q", e.Message)
		}
	}
	if r.Errors[1].Extensions != nil {
		t.Error("the second error has extensions")
	}
}

func TestTimeoutIsForGood(t *testing.T) {
	calls := 0
	second := func() bool { calls++; return calls == 2 }
	r := ask(t, graphql.Object{"shelf": []any{book("1")}}, graphql.Request{Query: `{ a: shelf { id } b: shelf { id } }`, Budget: second})
	if string(r.Data) != `{"a":[null],"b":null}` {
		t.Errorf("data %s", r.Data)
	}
}

// What is mandatory and comes last takes everything with it: the reason why
// pageInfo must be selected before nodes.
func TestTimeoutBeforeMandatoryField(t *testing.T) {
	root := graphql.Object{"sureBook": book("1"), "shelf": []any{book("1")}}
	for query, want := range map[string]string{
		`{ shelf { id } sureBook { id } }`: `null`,
		`{ sureBook { id } shelf { id } }`: `{"sureBook":{"id":"1"},"shelf":null}`,
	} {
		if r := ask(t, root, graphql.Request{Query: query, Budget: after(2)}); string(r.Data) != want {
			t.Errorf("%s gave %s, want %s", query, r.Data, want)
		}
	}
}

func TestTimeoutOfTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	slow := graphql.Field(func(ctx context.Context, _ map[string]any) (any, error) {
		cancel()
		return nil, ctx.Err()
	})
	r := engine(t).Execute(ctx, query(graphql.Object{"book": slow}), graphql.Request{Query: `{ book(number: 1) { id } shelf { id } }`})
	if diff := cmp.Diff([]string{"timeout [book]", " [shelf]"}, faults(r)); diff != "" {
		t.Error(diff)
	}
	if string(r.Data) != `{"book":null,"shelf":null}` {
		t.Errorf("data %s", r.Data)
	}
}
