package ds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

// book is a platform of a few pages of one dossier each, whose cursors are c1,
// c2… It tells what was asked for.
type book struct {
	pages int
	fail  string // the cursor whose page is refused
	stall string // the cursor whose page never comes
	slow  bool   // the rows of the first page wait for the second to be asked for

	mu    sync.Mutex
	asked []string
	heard chan string
}

func newBook(pages int) *book { return &book{pages: pages, heard: make(chan string, 100)} }

func (b *book) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q struct{ Variables struct{ After string } }
	body, _ := io.ReadAll(r.Body) // to the end: only then is a hang-up heard
	_ = json.Unmarshal(body, &q)
	after := q.Variables.After
	b.mu.Lock()
	b.asked = append(b.asked, after)
	stalls := after != "" && after == b.stall
	b.mu.Unlock()
	b.heard <- after
	n := 1
	if after != "" {
		_, _ = fmt.Sscanf(after, "c%d", &n)
		n++
	}
	switch {
	case after != "" && after == b.fail:
		http.Error(w, "", http.StatusForbidden)
	case stalls:
		<-r.Context().Done()
	default:
		// In the order of the query, which a map would not keep.
		node, _ := json.Marshal(aDossier(n))
		fmt.Fprintf(w, `{"data":{"demarche":{"number":62515,"dossiers":{"pageInfo":{"hasNextPage":%t,"endCursor":"c%d"},`, n < b.pages, n)
		if b.slow && n == 1 {
			_ = http.NewResponseController(w).Flush()
			<-b.heard // this one
			<-b.heard
		}
		fmt.Fprintf(w, `"nodes":[%s]}}}}`, node)
	}
}

func (b *book) requests() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.asked, " ")
}

// walk reads pages as a pass does, until the end or an error.
func walk(ctx context.Context, read func(context.Context, int, dossier.Position, int, bool) (dossier.Page, error)) (pages []dossier.Page, err error) {
	at := dossier.Position{Since: moment}
	for {
		page, err := read(ctx, 62515, at, 100, false)
		if err != nil {
			return pages, err
		}
		pages = append(pages, page)
		if !page.HasNextPage {
			return pages, nil
		}
		at.Cursor = page.EndCursor
	}
}

func TestAheadReadsTheSamePagesInAsManyRequests(t *testing.T) {
	b := newBook(5)
	client := newClient(t, b)
	plain, err := walk(t.Context(), client.Dossiers)
	if err != nil {
		t.Fatal(err)
	}
	want := b.requests()
	b.asked = nil
	ahead, err := walk(t.Context(), (&Ahead{Client: client}).Dossiers)
	if err != nil {
		t.Fatal(err)
	}
	for i := range plain {
		plain[i].PlatformAt, ahead[i].PlatformAt = moment, moment
	}
	if diff := cmp.Diff(plain, ahead); diff != "" {
		t.Error(diff)
	}
	if got := b.requests(); got != want {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

func TestAheadAsksBeforeItIsAsked(t *testing.T) {
	b := newBook(3)
	a := &Ahead{Client: newClient(t, b)}
	if _, err := a.Dossiers(inContext(t), 62515, dossier.Position{Since: moment}, 100, false); err != nil {
		t.Fatal(err)
	}
	if first, second := <-b.heard, <-b.heard; first != "" || second != "c1" {
		t.Errorf("asked for %q then %q", first, second)
	}
}

func TestAheadFailsOnThePageThatFails(t *testing.T) {
	b := newBook(4)
	b.fail = "c2"
	pages, err := walk(inContext(t), (&Ahead{Client: newClient(t, b)}).Dossiers)
	if len(pages) != 2 || !errors.Is(err, FrontServer) {
		t.Errorf("%d pages, then %v", len(pages), err)
	}
	if got := b.requests(); got != " c1 c2" {
		t.Errorf("asked for %q: what failed once is not asked twice", got)
	}
}

// A walk given up, its page still awaited, must not spoil the next one.
func TestAheadForgetsAWalkGivenUp(t *testing.T) {
	b := newBook(3)
	b.stall = "c1"
	a := &Ahead{Client: newClient(t, b)}
	ctx, giveUp := context.WithCancel(inContext(t))
	at := dossier.Position{Since: moment}
	if _, err := a.Dossiers(ctx, 62515, at, 100, false); err != nil {
		t.Fatal(err)
	}
	<-b.heard
	<-b.heard // the page that never comes was asked for
	giveUp()
	at.Cursor = "c1"
	if _, err := a.Dossiers(ctx, 62515, at, 100, false); !errors.Is(err, Canceled) {
		t.Errorf("in a context that is over: %v", err)
	}
	b.mu.Lock()
	b.stall = ""
	b.mu.Unlock()
	if page, err := a.Dossiers(inContext(t), 62515, at, 100, false); err != nil || page.EndCursor != "c2" {
		t.Errorf("%+v, %v", page, err)
	}
	at.Cursor = "" // elsewhere than what was read ahead
	if page, err := a.Dossiers(inContext(t), 62515, at, 100, false); err != nil || page.EndCursor != "c1" {
		t.Errorf("%+v, %v", page, err)
	}
}

// The rows of a page come only after the next page was asked for.
func TestAheadDoesNotWaitForTheRows(t *testing.T) {
	b := newBook(2)
	b.slow = true
	a := &Ahead{Client: newClient(t, b)}
	page, err := a.Dossiers(inContext(t), 62515, dossier.Position{Since: moment}, 100, false)
	if err != nil || len(page.Dossiers) != 1 || b.requests() != " c1" {
		t.Errorf("%d rows, %v, asked for %q", len(page.Dossiers), err, b.requests())
	}
}

func TestAheadIsOnePageAhead(t *testing.T) {
	b := newBook(9)
	a := &Ahead{Client: newClient(t, b)}
	if _, err := a.Dossiers(inContext(t), 62515, dossier.Position{Since: moment}, 100, false); err != nil {
		t.Fatal(err)
	}
	<-a.next.done
	if got := b.requests(); got != " c1" {
		t.Errorf("asked for %q", got)
	}
}

func TestSmallPagesAreNotReadAhead(t *testing.T) {
	b := newBook(9)
	a := &Ahead{Client: newClient(t, b)}
	if _, err := a.Dossiers(inContext(t), 62515, dossier.Position{Since: moment}, 99, false); err != nil {
		t.Fatal(err)
	}
	if a.next != nil || b.requests() != "" {
		t.Errorf("asked for %q too", b.requests())
	}
}

// What does not lead on for sure is not read ahead.
func TestEndOfPage(t *testing.T) {
	for name, tt := range map[string]struct{ head, want string }{
		"as asked":          {`{"data":{"demarche":{"number":1,"x":{"nodes":[1]},"dossiers":{"pageInfo":{"hasNextPage":true,"endCursor":"c"},"nodes":[`, "c"},
		"errors first":      {`{"errors":[{"message":"x"}],"data":{"demarche":{"dossiers":{"pageInfo":{"hasNextPage":true,"endCursor":"c"}}}}}`, "c"},
		"rows first":        {`{"data":{"demarche":{"dossiers":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":"c"}}}}}`, ""},
		"no page":           {`{"data":{"demarche":null}}`, ""},
		"no démarche":       {`{"data":{}}`, ""},
		"no object":         {`[]`, ""},
		"nothing":           {``, ""},
		"another shape":     {`{"data":{"demarche":{"dossiers":{"pageInfo":{"hasNextPage":"yes"}}}}}`, ""},
		"cut in the middle": {`{"data":{"demarche":{"dossiers":{"pageInfo":{"hasNextPage":true,"endCur`, ""},
	} {
		info, ok := endOfPage([]byte(tt.head))
		if ok != (tt.want != "") || info.EndCursor != tt.want {
			t.Errorf("%s: %+v, %v", name, info, ok)
		}
	}
}

// However a body is cut into pieces, it comes whole, and its end is told once.
func TestOverheardBodyIsUntouched(t *testing.T) {
	body := `{"data":{"demarche":{"number":1,"dossiers":{"pageInfo":{"hasNextPage":true,"endCursor":"c"},"nodes":[1,2,3]}}}}`
	for _, chunk := range []int{1, 2, 7, 64, 1000} {
		end := make(chan wirePageInfo, 1)
		got, err := io.ReadAll(chunked{overhear(tellingEnd(t.Context(), end), io.NopCloser(strings.NewReader(body))), chunk})
		if err != nil || string(got) != body {
			t.Errorf("by %d: %q, %v", chunk, got, err)
		}
		if len(end) != 1 || (<-end).EndCursor != "c" {
			t.Errorf("by %d: the end was not told", chunk)
		}
	}
}

// chunked reads at most n bytes at a time.
type chunked struct {
	io.Reader
	n int
}

func (c chunked) Read(p []byte) (int, error) { return c.Reader.Read(p[:min(len(p), c.n)]) }
