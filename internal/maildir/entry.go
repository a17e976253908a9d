package maildir

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"relais/internal/notify"
)

const (
	suffix = ".eml"
	// stamp sorts as text and holds no colon, which some file systems refuse.
	stamp = "20060102T150405Z"
	// digits of a Message-ID's digest, in a file's name.
	digits = 12
)

// Entry is one mail of the folder. Key tells it from a mail with the same ID and
// another Message-ID; Read takes either. Stamp is its date in UTC, as the file's
// name shows it.
type Entry struct {
	ID    string
	Key   string
	File  string
	Stamp string
}

// Time is the instant of Stamp; zero when the file's name holds none.
func (e Entry) Time() time.Time {
	t, err := time.Parse(stamp, e.Stamp)
	if err != nil {
		return time.Time{}
	}
	return t
}

// keyOf is ID.DIGEST.
func keyOf(m notify.Message) string {
	sum := sha256.Sum256([]byte(m.MessageID))
	return m.ID + "." + hex.EncodeToString(sum[:])[:digits]
}

// entryFor names the file of a mail: STAMP-ID.DIGEST.eml.
func entryFor(m notify.Message) Entry {
	e := Entry{ID: m.ID, Key: keyOf(m), Stamp: m.Date.UTC().Format(stamp)}
	e.File = e.Stamp + "-" + e.Key + suffix
	return e
}

// entryOf reads a file's name. One without a digest, which anybody can put there,
// has its ID as Key.
func entryOf(file string) (Entry, bool) {
	base, ok := strings.CutSuffix(file, suffix)
	if !ok {
		return Entry{}, false
	}
	when, key, ok := strings.Cut(base, "-")
	id, digest, digested := strings.Cut(key, ".")
	if !ok || len(when) != len(stamp) || !isID(id) || digested && !isDigest(digest) {
		return Entry{}, false
	}
	return Entry{ID: id, Key: key, File: file, Stamp: when}, true
}

// isID tells 1 to 128 letters, digits, - or _.
func isID(s string) bool {
	return s != "" && len(s) <= 128 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

func isDigest(s string) bool {
	return len(s) == digits && strings.Trim(s, "0123456789abcdef") == ""
}
