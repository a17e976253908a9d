package dynamo

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"relais/internal/notify"
)

// Attributes. Names count in the size of an item, so they are short.
const (
	pk, sk         = "pk", "sk"
	workPK, workSK = "wp", "ws"
	listPK, listSK = "lp", "ls"

	version    = "v"
	token      = "t" // of the last write: tells our own write, repeated, from another's
	body       = "b"
	pointer    = "p" // of a head to its payload
	parts      = "n" // of a payload
	statusName = "s"
	carrier    = "m" // of an intention: its mail
	claimed    = "c"
	settled    = "e"
	attempts   = "a"
	hidden     = "h"
	written    = "w" // of a payload
	expires    = ExpiresAttribute
)

// Partitions. The heads are in one, in the order of their numbers: a consistent
// Query lists them without an index.
const (
	heads      = "dossier"
	streams    = "stream"
	demarches  = "demarche"
	plans      = "plan"
	quarantine = "case"
	alarms     = "alarm"
	hints      = "hint"
	metas      = "meta"
	counters   = "counter"
	suppressed = "suppressed"

	payloadOf   = "payload#"   // number
	intentionOf = "intention#" // key
	mailOf      = "mail#"      // id

	// In WorkIndex.
	due       = "due"
	unsettled = "unsettled"
	freeOf    = "free#" // status

	// In ListIndex.
	judgedOf = "judged#" // démarche
	outbox   = "outbox"

	only = "-" // sort key of a partition of one item
)

// DynamoDB's limits on keys, in bytes, are 2048 and 1024. The second is shared
// where a sort key has several texts.
const (
	longestPartition = 2000
	longestSort      = 1000
	longestPerson    = 400
	longestShared    = 500
)

// nul stands between the texts of a sort key. No text of ours contains it, and
// it sorts before everything, so that "b" comes before "b2".
const nul = "\x00"

// short is a text, or when it is too long for a key its beginning and a digest.
// The items themselves keep the text whole; only the order of texts that are
// equal for that long is lost.
func short(text string, longest int) string {
	if len(text) <= longest {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	digest := hex.EncodeToString(sum[:16])
	cut := longest - len(digest)
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + digest
}

// digits writes a number so that texts sort as the numbers do.
func digits(n int) string { return fmt.Sprintf("%019d", n) }

// moment writes an instant, in microseconds, so that texts sort as the instants
// do, before 1970 too.
func moment(t time.Time) string { return fmt.Sprintf("%016x", uint64(t.UnixMicro())^(1<<63)) }

// stampDigest stands for a stamp, which may be long, in a sort key.
func stampDigest(stamp string) string {
	sum := sha256.Sum256([]byte(stamp))
	return hex.EncodeToString(sum[:8])
}

func duePlace(s notify.Seen) string { return moment(s.Step) + digits(s.Number) }

func freePlace(i notify.Intention) string {
	return short(i.Person, longestPerson) + nul + moment(i.CreatedAt) + nul + short(i.Key, longestShared)
}

func outboxPlace(i notify.Intention) string {
	return moment(i.CreatedAt) + nul + short(i.Key, longestShared)
}

func unsettledPlace(m notify.Mail) string {
	return moment(m.ClaimedAt) + nul + short(m.ID, longestShared)
}

func judgedPlace(stamp string, number int) string { return stampDigest(stamp) + digits(number) }

func headKey(number int) item { return key(heads, digits(number)) }

func intentionKey(k string) item { return key(intentionOf+short(k, longestPartition), only) }

func mailKey(id string) item { return key(mailOf+short(id, longestPartition), only) }

func caseKey(demarche, number int) item {
	return key(quarantine, digits(demarche)+nul+digits(number))
}

// afterText is the first sort key after all those that begin with a text and nul.
func afterText(text string) string { return text + "\x01" }

// newToken is unlike any other.
func newToken() string { return strings.ToLower(rand.Text()[:13]) } // 65 bits

// expired tells whether a time-to-live is over: DynamoDB itself may take days.
func (s *Store) expired(it item) bool {
	at, has := it.number(expires)
	return has && at <= s.now().Unix()
}
