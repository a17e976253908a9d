package preference

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Subscriber is whom a token is for.
type Subscriber struct {
	// Person is an opaque name: "a-" and 16 hexadecimal digits.
	Person string
	// Calls are ids, sorted; empty means every call.
	Calls []string
}

// ErrToken is all that is said of a token that is not ours.
var ErrToken = errors.New("not a token of preferences")

// Bounds of a token. A subscriber of more or longer calls is sealed without any,
// which stands for every call.
const (
	mostCalls    = 40
	longestCall  = 64
	longestToken = 800 // List-Unsubscribe is one line of 998 characters at most (RFC 5322 §2.1.1)
)

// version begins each token; the labels of the keys follow it.
const version = 1

const (
	personMark = "a-"
	personSize = 8 // bytes of its digits
	nonceSize  = 12
)

var encoding = base64.RawURLEncoding.Strict()

// Seal makes the token of a subscriber, always the same one: the nonce is an HMAC of
// what is sealed. It is "" when Person is not of its form.
func (k Key) Seal(s Subscriber) string {
	person, ok := personBytes(s.Person)
	if !ok || k.seal == nil {
		return ""
	}
	if token := k.sealed(append(person, pack(s.Calls)...)); len(token) <= longestToken {
		return token
	}
	return k.sealed(person)
}

func (k Key) sealed(plain []byte) string {
	head := append([]byte{version}, k.nonceOf(plain)...)
	return encoding.EncodeToString(k.seal.Seal(head, head[1:], plain, head[:1]))
}

func (k Key) nonceOf(plain []byte) []byte {
	mac := hmac.New(sha256.New, k.nonce)
	mac.Write([]byte{version})
	mac.Write(plain)
	return mac.Sum(nil)[:nonceSize]
}

// Open reads a token; ErrToken when it is not exactly one that Seal made.
func (k Key) Open(token string) (Subscriber, error) {
	if k.seal == nil || len(token) > longestToken {
		return Subscriber{}, ErrToken
	}
	raw, err := encoding.DecodeString(token)
	// The decoder passes over line breaks.
	if err != nil || encoding.EncodeToString(raw) != token || len(raw) <= 1+nonceSize || raw[0] != version {
		return Subscriber{}, ErrToken
	}
	nonce := raw[1 : 1+nonceSize]
	plain, err := k.seal.Open(nil, nonce, raw[1+nonceSize:], raw[:1])
	if err != nil || !hmac.Equal(nonce, k.nonceOf(plain)) || len(plain) < personSize {
		return Subscriber{}, ErrToken
	}
	calls, ok := unpack(plain[personSize:])
	if !ok {
		return Subscriber{}, ErrToken
	}
	return Subscriber{personMark + hex.EncodeToString(plain[:personSize]), calls}, nil
}

func personBytes(person string) ([]byte, bool) {
	digits, marked := strings.CutPrefix(person, personMark)
	b, err := hex.DecodeString(digits)
	return b, marked && err == nil && len(b) == personSize && digits == strings.ToLower(digits)
}

var callID = regexp.MustCompile(`^[a-z0-9-]+$`)

func isCall(id string) bool { return len(id) <= longestCall && callID.MatchString(id) }

// pack writes each id after its length, in their order; nothing at all when there
// are too many, or when one is not of the form of an id.
func pack(calls []string) []byte {
	ids := slices.Compact(slices.Sorted(slices.Values(calls)))
	if len(ids) > mostCalls || slices.ContainsFunc(ids, func(id string) bool { return !isCall(id) }) {
		return nil
	}
	var packed []byte
	for _, id := range ids {
		packed = append(packed, byte(len(id)))
		packed = append(packed, id...)
	}
	return packed
}

func unpack(packed []byte) (calls []string, ok bool) {
	for len(packed) > 0 {
		size := int(packed[0])
		if size >= len(packed) || !isCall(string(packed[1:1+size])) {
			return nil, false
		}
		calls = append(calls, string(packed[1:1+size]))
		packed = packed[1+size:]
	}
	return calls, len(calls) <= mostCalls
}

// prefix of the path of each page; Path is its route.
const (
	prefix = "/preferences/"
	Path   = prefix + "{token}"
)

// Page is the address of a subscriber's page under a public URL; "" when there is
// none.
func (k Key) Page(base *url.URL, s Subscriber) string {
	token := k.Seal(s)
	if base == nil || token == "" {
		return ""
	}
	return base.JoinPath(prefix, token).String()
}
