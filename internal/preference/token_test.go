package preference

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

const (
	secret = "k3pt-secret-of-the-preferences-0123456789"
	anne   = "a-0123456789abcdef"
	luc    = "a-fedcba9876543210"
)

func key(t testing.TB) Key {
	t.Helper()
	k, err := NewKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Whoever a token is for, it opens as them, and it is always the same one.
func TestSealThenOpen(t *testing.T) {
	k := key(t)
	rapid.Check(t, func(t *rapid.T) {
		want := Subscriber{
			Person: "a-" + rapid.StringMatching(`[0-9a-f]{16}`).Draw(t, "person"),
			Calls:  rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,63}`), 0, 50, rapid.ID).Draw(t, "calls"),
		}
		token := k.Seal(want)
		if again := k.Seal(Subscriber{want.Person, rapid.Permutation(want.Calls).Draw(t, "order")}); again != token {
			t.Fatal("the same calls in another order make another token")
		}
		if len(token) > 800 || url.PathEscape(token) != token {
			t.Fatalf("a token of %d characters does not fit into a URL", len(token))
		}
		got, err := k.Open(token)
		if err != nil {
			t.Fatal(err)
		}
		if length := len(strings.Join(want.Calls, ",")); len(want.Calls) > 40 || length > 562 {
			want.Calls = nil // too many for a link: every call
		}
		sorted := cmpopts.SortSlices(func(a, b string) bool { return a < b })
		if diff := cmp.Diff(want, got, sorted, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestWhatATokenNames(t *testing.T) {
	k := key(t)
	many := func(n, length int) (ids []string) {
		for i := range n {
			ids = append(ids, fmt.Sprintf("%02d%s", i, strings.Repeat("a", length-2)))
		}
		return ids
	}
	for name, tt := range map[string]struct {
		calls []string
		want  int
	}{
		"no call":             {nil, 0},
		"one":                 {[]string{"o2r-bretagne"}, 1},
		"one twice":           {[]string{"o2r-bretagne", "o2r-bretagne"}, 1},
		"forty short ones":    {many(40, 13), 40},
		"thirty usual ones":   {many(30, 17), 30},
		"forty-one":           {many(41, 4), 0},
		"forty long ones":     {many(40, 64), 0}, // over 800 characters
		"eight long ones":     {many(8, 64), 8},
		"nine long ones":      {many(9, 64), 0},
		"one that is longer":  {many(1, 65), 0},
		"one that is no id":   {[]string{"o2r-bretagne", "../étoile"}, 0},
		"one that is nothing": {[]string{""}, 0},
	} {
		token := k.Seal(Subscriber{anne, tt.calls})
		got, err := k.Open(token)
		if err != nil || got.Person != anne || len(got.Calls) != tt.want || len(token) > 800 {
			t.Errorf("%s: %d calls, want %d (%d characters, %v)", name, len(got.Calls), tt.want, len(token), err)
		}
	}
	for _, person := range []string{"", "a-", "a-0123456789ABCDEF", "a-0123456789abcde", "a-0123456789abcdef0", "b-0123456789abcdef", "anne@dreets.example", "a-0123456789abcdeg"} {
		if token := k.Seal(Subscriber{Person: person}); token != "" {
			t.Errorf("%q has a token", person)
		}
	}
}

// TestTokensStay holds the links of mails that were sent: a version that could not
// open this one would break them all.
func TestTokensStay(t *testing.T) {
	const sent = "AT85EpgIWOvGVOzpViX-rnrGI3J8L2Q8N0sDezrjlYhIWyIb_Pqk9b-3-pZG2c0MzbRwO7fbuQtY0sC9"
	want := Subscriber{anne, []string{"o2r-bretagne", "spie-2021"}}
	if got := key(t).Seal(want); got != sent {
		t.Errorf("token %s", got)
	}
	if got, err := key(t).Open(sent); err != nil || cmp.Diff(want, got) != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestNoForgedTokenOpens changes a true token in every way that a single mistake, or
// an attacker, can.
func TestNoForgedTokenOpens(t *testing.T) {
	k := key(t)
	token := k.Seal(Subscriber{anne, []string{"o2r-bretagne", "o2r-occitanie"}})
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what, forged string) {
		t.Helper()
		if s, err := k.Open(forged); !errors.Is(err, ErrToken) || err.Error() != ErrToken.Error() || s.Person != "" {
			t.Errorf("%s: %+v, %v", what, s, err)
		}
	}
	for i := range raw {
		for bit := range 8 {
			forged := append([]byte{}, raw...)
			forged[i] ^= 1 << bit
			refused(fmt.Sprintf("bit %d of byte %d", bit, i), base64.RawURLEncoding.EncodeToString(forged))
		}
	}
	for i := range raw {
		refused("cut", base64.RawURLEncoding.EncodeToString(raw[:i]))
	}
	for i := range token {
		refused("a character less", token[:i]+token[i+1:])
	}
	other, err := NewKey(strings.ToUpper(secret))
	if err != nil {
		t.Fatal(err)
	}
	refused("another secret", other.Seal(Subscriber{Person: anne}))
	for _, forged := range []string{"", "AQ", token + "A", token + "=", token + "\n", " " + token, token + token, strings.Repeat("A", 3000), "../../etc/passwd", "é", token[:20] + "\n" + token[20:]} {
		refused("no token", forged)
	}
	if _, err := (Key{}).Open(token); !errors.Is(err, ErrToken) || (Key{}).Seal(Subscriber{Person: anne}) != "" {
		t.Error("the zero key opens or seals")
	}
}

// A token whose nonce is not ours, though sealed with our key, is refused: one
// subscriber has one token.
func TestOneTokenASubscriber(t *testing.T) {
	k := key(t)
	person, _ := personBytes(anne)
	nonce := make([]byte, nonceSize)
	raw := k.seal.Seal(append([]byte{version}, nonce...), nonce, person, []byte{version})
	if _, err := k.Open(encoding.EncodeToString(raw)); !errors.Is(err, ErrToken) {
		t.Errorf("a second token of the same subscriber: %v", err)
	}
	for what, plain := range map[string][]byte{
		"nobody": person[:7], "an empty id": append(person, 0), "an id cut short": append(person, 5, 'a'), "no id": append(person, 1, '/'),
	} {
		if _, err := k.Open(k.sealed(plain)); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestSecretsMustBeLong(t *testing.T) {
	for secret, ok := range map[string]bool{"": false, strings.Repeat("s", 31): false, strings.Repeat("s", 32): true} {
		if _, err := NewKey(secret); (err == nil) != ok || err != nil && strings.Contains(err.Error(), "sss") {
			t.Errorf("%d characters: %v", len(secret), err)
		}
	}
	k := key(t)
	for _, shown := range []string{fmt.Sprint(k), fmt.Sprintf("%+v %#v %q", k, k, k), fmt.Sprintf("%v", struct{ K Key }{k})} {
		if !strings.Contains(shown, "[key]") || strings.Contains(shown, fmt.Sprint(k.nonce[0])+" ") {
			t.Errorf("the key shows in %s", shown)
		}
	}
}

func TestLinks(t *testing.T) {
	k, who := key(t), Subscriber{Person: anne}
	for base, want := range map[string]string{
		"https://relais.example":        "https://relais.example/preferences/",
		"https://relais.example/":       "https://relais.example/preferences/",
		"https://relais.example/outil/": "https://relais.example/outil/preferences/",
		"http://127.0.0.1:8480":         "http://127.0.0.1:8480/preferences/",
	} {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		if got := k.Page(u, who); got != want+k.Seal(who) {
			t.Errorf("%s: %s", base, got)
		}
	}
	if k.Page(nil, who) != "" || k.Page(&url.URL{Host: "x"}, Subscriber{}) != "" {
		t.Error("a link to nowhere, or for nobody")
	}
}

func FuzzOpen(f *testing.F) {
	k, err := NewKey(secret)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []Subscriber{{Person: anne}, {anne, []string{"o2r-bretagne"}}, {luc, []string{"a", "b", "c"}}} {
		f.Add(k.Seal(s))
	}
	f.Add("AQ")
	f.Add("%2e%2e/")
	f.Fuzz(func(t *testing.T, token string) {
		s, err := k.Open(token)
		if err != nil {
			if !errors.Is(err, ErrToken) || s.Person != "" || s.Calls != nil {
				t.Errorf("refused with %+v, %v", s, err)
			}
			return
		}
		if k.Seal(s) != token {
			t.Errorf("opens as %+v, which has another token", s)
		}
	})
}
