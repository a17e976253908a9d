package dynamo

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/dossier"
	"relais/internal/notify"
)

var second = time.Date(1970, time.January, 1, 1, 0, 1, 999, time.FixedZone("Paris", 3600)) // 1000000 µs

func shapeStore(t *testing.T) *Store {
	s, err := NewWith(nil, "relais", Options{Now: func() time.Time { return second }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plain is an item as text, with its body unpacked and without its token.
func plain(t *testing.T, s *Store, it item) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, v := range it {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			out[name] = v.Value
		case *types.AttributeValueMemberN:
			out[name] = v.Value
		case *types.AttributeValueMemberB:
			b, err := s.codec.plain(v.Value)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = string(b)
		}
	}
	delete(out, token)
	return out
}

// TestStoredShapes pins the rows of released tables. When it fails, rows of users
// no longer read as they did: add a format, then change it here.
func TestStoredShapes(t *testing.T) {
	s := shapeStore(t)
	head, err := s.encodeHead(row{Head: dossier.Head{
		Number: 1, Demarche: 2, Version: 3, State: dossier.Accepte, Modified: second,
		Judgement: dossier.Judgement{JudgedWith: "s", Deadlines: []dossier.Deadline{{
			Kind: "D14", Steps: []dossier.Step{{Name: "J-7", At: second}},
		}}},
	}, pointer: "p", parts: 2})
	if err != nil {
		t.Fatal(err)
	}
	intention, err := s.encodeIntention(notify.Intention{
		Key: "k", Kind: notify.Opening, Person: "p", CreatedAt: second, Status: notify.Held, Mail: "m", SentAt: second,
	})
	if err != nil {
		t.Fatal(err)
	}
	mail, err := s.encodeMail(notify.Mail{ID: "i", Person: "p", Keys: []string{"k"}, ClaimedAt: second, Status: notify.Pending, Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	const number = "0000000000000000001"
	for name, c := range map[string]struct {
		got  item
		want map[string]string
	}{
		"head": {head, map[string]string{
			"pk": "dossier", "sk": number, "v": "4", "p": "p", "n": "2",
			"wp": "due", "ws": "80000000000f4240" + number,
			"lp": "judged#0000000000000000002", "ls": "043a718774c572bd" + number,
			"b": `{"number":1,"demarche":2,"version":0,"state":"accepte","date_depot":"0001-01-01T00:00:00Z",` +
				`"modified":"1970-01-01T00:00:01Z","read_at":"0001-01-01T00:00:00Z","fingerprint":"","first_seen":"0001-01-01T00:00:00Z",` +
				`"judgement":{"facts":{},"deadlines":[{"kind":"D14","due_on":"","prudent_on":"",` +
				`"steps":[{"name":"J-7","at":"1970-01-01T00:00:01Z"}]}],"judged_with":"s"}}`,
		}},
		"intention": {intention, map[string]string{
			"pk": "intention#k", "sk": "-", "s": "held",
			"wp": "free#held", "ws": "p\x0080000000000f4240\x00k", "lp": "outbox", "ls": "80000000000f4240\x00k",
			"b": `{"key":"k","kind":"opening","call":"","demarche":0,"person":"p","created_at":"1970-01-01T00:00:01Z","status":""}`,
		}},
		"mail": {mail, map[string]string{
			"pk": "mail#i", "sk": "-", "s": "pending", "c": "1000000", "a": "1",
			"wp": "unsettled", "ws": "80000000000f4240\x00i", "b": `{"id":"i","person":"p","keys":["k"]}`,
		}},
	} {
		if diff := cmp.Diff(c.want, plain(t, s, c.got)); diff != "" {
			t.Errorf("%s: want (-), got (+):\n%s", name, diff)
		}
	}
}

// TestUnknownShape: bodies that this version did not write are errors, not zeros,
// and their content is not in the error.
func TestUnknownShape(t *testing.T) {
	s := shapeStore(t)
	for _, b := range []string{"", "{}", "j", "j{", `j"secret"`, "z", "zsecret", "?secret"} {
		var h dossier.Head
		err := s.codec.unpack([]byte(b), &h)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: error %v", b, err)
		}
	}
}

// TestOrderOfKeys: texts sort as what they stand for.
func TestOrderOfKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		instant := rapid.Custom(func(t *rapid.T) time.Time {
			return time.UnixMicro(rapid.Int64Range(-62135596800000000, 253402300799999999).Draw(t, "µs"))
		})
		a, b := instant.Draw(t, "a"), instant.Draw(t, "b")
		if a.Compare(b) != strings.Compare(moment(a), moment(b)) {
			t.Fatalf("%v and %v sort otherwise as %s and %s", a, b, moment(a), moment(b))
		}
		m, n := rapid.IntRange(0, math.MaxInt).Draw(t, "m"), rapid.IntRange(0, math.MaxInt).Draw(t, "n")
		if (m < n) != (digits(m) < digits(n)) || len(digits(m)) != len(digits(n)) {
			t.Fatalf("%d and %d sort otherwise", m, n)
		}
		p, q := rapid.StringN(1, 300, -1).Draw(t, "p"), rapid.StringN(1, 300, -1).Draw(t, "q")
		long := rapid.IntRange(64, 200).Draw(t, "longest")
		if len(short(p, long)) > long || p != q && short(p, long) == short(q, long) {
			t.Fatalf("%q and %q become %q and %q", p, q, short(p, long), short(q, long))
		}
		if len(p) <= long && short(p, long) != p {
			t.Fatalf("%q is short already", p)
		}
	})
}

// TestSizes follows the documentation's rules.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		v    types.AttributeValue
		want int
	}{
		{text("é"), 2}, {text(""), 0}, {bytes([]byte{1, 2, 3}), 3},
		{integer(0), 1}, {integer(7), 2}, {integer(27), 2}, {integer(-27), 3}, {integer(461), 3}, {integer(1000), 2},
		{&types.AttributeValueMemberBOOL{Value: true}, 1}, {&types.AttributeValueMemberNULL{Value: true}, 1},
		{&types.AttributeValueMemberL{Value: []types.AttributeValue{text("ab")}}, 3 + 1 + 2},
		{&types.AttributeValueMemberM{Value: item{"k": text("ab")}}, 3 + 1 + 1 + 2},
	} {
		if got := ItemSize(item{"name": c.v}); got != 4+c.want {
			t.Errorf("%T %v: %d bytes, want %d", c.v, c.v, got-4, c.want)
		}
	}
}
