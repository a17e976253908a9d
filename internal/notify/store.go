// Package notify tells each instructeur once: remind turns due steps into
// intentions, deliver turns a person's intentions into one mail.
package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"relais/internal/dossier"
)

// Kind of an intention.
type Kind string

// Kinds, in the words of `relais outbox`.
const (
	Reminder  Kind = "reminder"  // a date of a dossier or of a call
	Immediate Kind = "immediate" // a date that cannot wait for the next morning
	Opening   Kind = "opening"   // a subject taken over with dates already past
	Change    Kind = "change"    // a new dossier, or what changed in one
	Report    Kind = "report"    // the weekly figures of a call
)

// Status of an intention.
type Status string

// Statuses, in the words of `relais outbox`. An intention that a mail has
// claimed shows the status of that mail.
const (
	Pending Status = "pending" // to be told at the next delivery
	Held    Status = "held"    // mode hold: written, not sent
	Sent    Status = "sent"
	Refused Status = "refused" // the address was refused for good
	Dropped Status = "dropped" // no longer true when it was to be sent
	Skipped Status = "skipped" // its time had passed before we first saw its subject, or the backlog of a hold
)

// Intention is something to tell one person, once. Key is its identity:
// subject/deadline/due date/step/person.
type Intention struct {
	Key      string      `json:"key"`
	Kind     Kind        `json:"kind"`
	Call     string      `json:"call"`
	Demarche int         `json:"demarche"`
	Dossier  int         `json:"dossier,omitempty"` // 0: about the call itself
	Deadline string      `json:"deadline,omitempty"`
	DueOn    dossier.Day `json:"due_on,omitzero"`
	Step     string      `json:"step,omitempty"`
	Person   string      `json:"person"` // opaque, never an address
	// Urgent: it does not wait for the morning, as every Immediate one.
	Urgent    bool      `json:"urgent,omitempty"`
	CreatedAt time.Time `json:"created_at"`

	Status Status    `json:"status"`
	Mail   string    `json:"mail,omitempty"`
	SentAt time.Time `json:"sent_at,omitzero"`
}

// waits tells whether an intention may wait for the morning.
func (i Intention) waits() bool { return i.Kind != Immediate && !i.Urgent }

// Mail is one message to one person: the row that its intentions point to.
// Status is Pending from the claim to the settlement, then Sent or Refused.
type Mail struct {
	ID        string    `json:"id"`
	Person    string    `json:"person"`
	Keys      []string  `json:"keys"`
	ClaimedAt time.Time `json:"claimed_at"`
	Status    Status    `json:"status"`
	SettledAt time.Time `json:"settled_at,omitzero"`
	// Attempts counts the sendings tried; above 1 after an orphaned claim.
	Attempts int `json:"attempts"`
}

// Plan is the progress of a call's own deadlines (D02, D03). Version 0 means
// never stored.
type Plan struct {
	Call      string             `json:"call"`
	Version   int64              `json:"-"`
	AdoptedAt time.Time          `json:"adopted_at"`
	Deadlines []dossier.Deadline `json:"deadlines"`
	// Reported is the Monday of the last week in which a report was due.
	Reported dossier.Day `json:"reported,omitzero"`
}

// Seen is a place in the schedule: by the instant of the next step, in
// microseconds, then by number. The zero Seen is before every record.
type Seen struct {
	Step   time.Time
	Number int
}

func (s Seen) compare(o Seen) int {
	return cmp.Or(s.Step.Compare(o.Step), cmp.Compare(s.Number, o.Number))
}

// Schedule is what remind reads and writes.
type Schedule interface {
	// Due returns at most limit records, payload included, whose next step is at
	// or before an instant and after the place given, in the order of Seen. No
	// record after it means that the rest is not due.
	Due(ctx context.Context, at time.Time, after Seen, limit int) ([]dossier.Record, error)
	// Advance stores the progress of reminders (head.Judgement.Deadlines) and
	// adds the intentions whose key is new, in one atomic write; an existing key
	// is left as it is. dossier.ErrConflict when the stored Version differs from
	// head.Version; else it adds one to it.
	Advance(ctx context.Context, head dossier.Head, intentions []Intention) (added int, err error)
	// CallPlan returns the stored plan of a call, or one of Version 0.
	CallPlan(ctx context.Context, call string) (Plan, error)
	// AdvanceCall is Advance for the deadlines of a call.
	AdvanceCall(ctx context.Context, plan Plan, intentions []Intention) (added int, err error)
}

// Truth is what deliver asks just before it sends. Reads are consistent.
type Truth interface {
	// Record returns one stored dossier, payload included; false when unknown.
	Record(ctx context.Context, number int) (dossier.Record, bool, error)
	// Demarche returns a démarche and its groupes; false when never read.
	Demarche(ctx context.Context, number int) (dossier.Demarche, bool, error)
	// CompletedAt is the start of the last complete pass of a démarche; zero when
	// there was none.
	CompletedAt(ctx context.Context, demarche int) (time.Time, error)
}

// Plans reads the progress of calls.
type Plans interface {
	// CallPlan returns the stored plan of a call, or one of Version 0.
	CallPlan(ctx context.Context, call string) (Plan, error)
}

// Census goes through our copy, for figures.
type Census interface {
	// EachHead visits the stored dossiers by number, above after.
	EachHead(ctx context.Context, after int, visit func(dossier.Head) error) error
}

// Notes are short texts kept by name.
type Notes interface {
	// Meta returns a note, "" when absent.
	Meta(ctx context.Context, key string) (string, error)
	// SetMeta writes a note over the former one.
	SetMeta(ctx context.Context, key, value string) error
}

// Outbox keeps intentions and the mails that carry them.
type Outbox interface {
	// People returns the persons who have intentions of a status that no mail has
	// claimed, in order, at most limit, after the given one.
	People(ctx context.Context, status Status, after string, limit int) ([]string, error)
	// Of returns the unclaimed intentions of a person in a status, oldest first.
	Of(ctx context.Context, person string, status Status) ([]Intention, error)
	// Mark gives unclaimed intentions another status; claimed ones stay.
	Mark(ctx context.Context, keys []string, status Status) error
	// Rows returns the intentions of some keys, claimed or not, those that exist,
	// by key. Status is that of the mail that claimed it, if one did.
	Rows(ctx context.Context, keys []string) ([]Intention, error)
	// Enqueue adds the intentions whose key is new.
	Enqueue(ctx context.Context, intentions []Intention) (added int, err error)
}

// Claims is the exactly-once part of the outbox.
type Claims interface {
	// Claim stores a mail and points its intentions to it, all or nothing;
	// dossier.ErrConflict when one is no longer Pending and unclaimed.
	Claim(ctx context.Context, m Mail) error
	// Settle writes the fate of a claimed mail, and so of its intentions: Sent or
	// Refused. Pending releases the claim: the intentions are free again and the
	// mail row is gone.
	Settle(ctx context.Context, mail string, fate Status, at time.Time) error
	// Orphans returns mails claimed before an instant and never settled, oldest
	// first, at most limit.
	Orphans(ctx context.Context, before time.Time, limit int) ([]Mail, error)
	// Reclaim takes an orphan over for another attempt, if it was last claimed at
	// m.ClaimedAt; else dossier.ErrConflict.
	Reclaim(ctx context.Context, m Mail, at time.Time) error
}

// Mails reads the rows of mails. Reads are consistent.
type Mails interface {
	// Mail returns one mail, claimed or settled; false when unknown or released.
	Mail(ctx context.Context, id string) (Mail, bool, error)
}

// Refusals keeps what a mail service refuses after it had accepted: bounces and
// complaints. An address is never kept: it is known by its digest only, which a
// store does not look into (see Digest). Reads are consistent, and what was
// written is durable when the call returns: a lost suppression is a mail to
// somebody who must not get any.
type Refusals interface {
	// Refuse makes a Sent mail Refused, and so its intentions, which it keeps: they
	// are not free, and were never sent (SentAt is zero). Its SettledAt becomes at.
	// false, and nothing is written, when the mail is unknown or not Sent: Pending,
	// released, or Refused before. Of several callers at once, one gets true.
	Refuse(ctx context.Context, mail string, at time.Time) (bool, error)
	// Suppress keeps that an address is not to be written to, since at. One that
	// is suppressed already stays as it is, its instant included. An empty digest
	// or a zero instant is an error, and nothing is written.
	Suppress(ctx context.Context, digest string, at time.Time) error
	// Allow forgets a suppression, which may begin anew; one that is not there is
	// no error.
	Allow(ctx context.Context, digest string) error
	// Suppressed tells since when an address is suppressed; zero when it is not.
	Suppressed(ctx context.Context, digest string) (time.Time, error)
}

// Message is a mail as written, before MIME. Text and HTML say the same.
type Message struct {
	ID        string // the Mail's id: Message-ID is made of it, so a repeat is recognisable
	To        string
	From      string
	Subject   string
	Text      string
	HTML      string
	Date      time.Time
	MessageID string
	// Files are attached, in order; those with a ContentID are shown inside the
	// HTML part instead, where cid:CONTENTID names them.
	Files []File
	// Unsubscribe is the address of List-Unsubscribe, which one click posts to
	// (RFC 8058); "" for none.
	Unsubscribe string
}

// File goes with a Message.
type File struct {
	Name      string // échéances.ics; plain ASCII is safest
	Type      string // its media type, with parameters
	ContentID string // "" for an attachment
	Data      []byte
}

// ErrRefused marks a message that the mail service will never take, as for an
// address that does not exist: an outcome, not a failure. Wrap it. Deliver then
// suppresses the address, unless it is an ErrMessageRefused. What is wrong on our
// side (sender, credentials, quota, policy) is neither: one wrong setting would
// silence everybody.
var ErrRefused = errors.New("the mail service refused the message for good")

// ErrMessageRefused is an ErrRefused for what the message is, as its size: the
// address is not to blame. Wrap it instead.
var ErrMessageRefused = fmt.Errorf("because of the message itself: %w", ErrRefused)

// ErrNotTaken marks a failure after which the mail service certainly has nothing of
// the message, as when it answers that it is busy. Wrap it. After any other
// failure, a lost connection say, nobody knows.
var ErrNotTaken = errors.New("the mail service did not take the message")

// Sender hands one message to the mail service. A permanent refusal wraps
// ErrRefused; any other error is worth another try later, and wraps ErrNotTaken
// when the message was certainly not taken.
type Sender interface {
	Send(ctx context.Context, m Message) error
}
