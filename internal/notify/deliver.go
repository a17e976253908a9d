package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/report"
)

// DefaultFreshness is the age beyond which our copy is too old to write from.
const DefaultFreshness = 15 * time.Minute

// orphanAge is how long a claim may stay unsettled before another delivery takes
// it over: longer than any delivery lives.
const orphanAge = 15 * time.Minute

// peopleBatch bounds one reading of the outbox.
const peopleBatch = 100

// Delivery turns pending intentions into mails: one morning mail a person and
// working day, and one of its own for what cannot wait (see morning.go).
//
// Told once: a mail is a row, claimed with its intentions before it is sent and
// settled after, each in one write. A delivery that dies between the two leaves
// an orphan, and so does one whose mail service gave no clear answer. A later one
// sends it again under the same Message-ID, since nobody can know whether the mail
// service had taken it: that window is the only way to a duplicate, and it is
// counted as Repeated.
//
// Never told wrongly: what a mail says is checked before its claim and again
// after it. What is no longer true is dropped; what our copy is too old to tell
// waits.
//
// Never told where it is refused: an address that the mail service refused for
// good is suppressed, and what its owner was to be told goes to the others
// concerned (see addressee). What the refused mail said stays Refused.
type Delivery struct {
	Outbox   Outbox
	Claims   Claims
	Mails    Mails
	Truth    Truth
	Plans    Plans
	Census   Census
	Notes    Notes
	Sender   Sender
	Refusals Refusals // nil: nobody is suppressed
	// Preferences are people's own choices; nil for none but the call files'. Page
	// is where one changes them, for their owner; nil, or "", for nowhere.
	Preferences Preferences
	Page        func(subscriber string, calls []string) string
	Calls       call.Set
	Calendar    deadline.Calendar
	Mode        Mode
	// Freshness is DefaultFreshness when zero; Waive sends from a copy of any age, and
	// tries again at once what the mail service did not take.
	Freshness time.Duration
	Waive     bool
	// Fresh hears of each address that the mail service refused for good, for the
	// operator; nil when nobody listens.
	Fresh func(Refusal)
	// From is the sender's address; BaseURL that of the platform's pages and
	// Console that of our own, both for links and both optional.
	From    string
	BaseURL string
	Console string
	Demo    bool // every mail says données fictives
	// Clock dates claims and the age of our copy, even when a tick is played at
	// another instant; nil takes the tick's.
	Clock func() time.Time
	Log   logrus.FieldLogger
}

// Delivered counts what a tick did. Waiting, Held and the rest count intentions;
// Sent, Refused, Released, Unsure and Repeated count
// mails.
type Delivered struct {
	Sent     int `json:"sent"`
	Refused  int `json:"refused"`
	Released int `json:"released"` // to be tried again: the mail service did not take them
	Unsure   int `json:"unsure"`   // perhaps taken: to be sent again under the same Message-ID
	Repeated int `json:"repeated"` // orphans sent again, perhaps twice
	Dropped  int `json:"dropped"`
	Waiting  int `json:"waiting"`
	Held     int `json:"held"`
	Openings int `json:"openings"` // summaries written on leaving hold
	Later    int `json:"later"`    // intentions that wait for the next morning
	Unwanted int `json:"unwanted"` // intentions whose person chose not to hear of them
}

// Run makes one tick. An error about one person stops nobody else; all are
// joined.
func (d *Delivery) Run(ctx context.Context, now time.Time) (Delivered, error) {
	t := d.tick(now)
	err := t.orphans(ctx)
	if d.Mode.holds() {
		err = errors.Join(err, t.hold(ctx))
		return t.done, err
	}
	// A backlog that cannot be read must not go out piece by piece.
	if left := t.leaveHold(ctx); left != nil {
		return t.done, errors.Join(err, left)
	}
	err = errors.Join(err, t.everybody(ctx, Pending, t.person))
	if t.done.Waiting > 0 {
		d.Log.WithField("waiting", t.done.Waiting).Warn("deliver: intentions wait: our copy is too old, a call is not configured any more, nobody can be told or redirected to, or their mail is to be tried again later")
	}
	return t.done, err
}

// delivering is one tick under way.
type delivering struct {
	*Delivery
	now      time.Time
	choices  map[string]call.Choice
	pauses   map[string]pause
	figures  map[string]report.Figures // by call; nil until asked for
	failures int                       // in a row
	done     Delivered
}

func (d *Delivery) tick(now time.Time) *delivering {
	return &delivering{Delivery: d, now: now, choices: map[string]call.Choice{}, pauses: map[string]pause{}}
}

// everybody visits the persons who have unclaimed intentions in a status.
func (t *delivering) everybody(ctx context.Context, status Status, visit func(context.Context, []Intention) error) error {
	var problems []error
	for after := ""; ; {
		people, err := t.Outbox.People(ctx, status, after, peopleBatch)
		if err != nil {
			return errors.Join(append(problems, fmt.Errorf("deliver: read who has %s intentions: %w", status, err))...)
		}
		for _, person := range people {
			if err := ctx.Err(); err != nil {
				return errors.Join(append(problems, err)...)
			}
			if t.failures >= mostFailures {
				return errors.Join(append(problems, errors.New("deliver: the mail service fails again and again: the rest waits for the next tick"))...)
			}
			intentions, err := t.Outbox.Of(ctx, person, status)
			if err == nil && len(intentions) > 0 {
				err = visit(ctx, intentions)
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("deliver: person %s: %w", person, err))
			}
		}
		if len(people) == 0 {
			return errors.Join(problems...)
		}
		after = people[len(people)-1]
	}
}

// mostFailures in a row end a tick: it is the mail service, not the mails.
const mostFailures = 5

// rounds bounds how often a person's mail is made again because something
// changed while it was claimed; the rest waits for the next tick.
const rounds = 3

// person writes to one person.
func (t *delivering) person(ctx context.Context, pending []Intention) error {
	pending = slices.DeleteFunc(pending, func(i Intention) bool { return i.CreatedAt.After(t.now) })
	if len(pending) == 0 {
		return nil // written by a tick played at a later instant
	}
	slot, err := t.slot(ctx, pending[0].Person, pending)
	if err != nil {
		return err
	}
	able := t.ripe(pending, slot)
	t.done.Later += len(pending) - len(able)
	if len(able) == 0 {
		return nil
	}
	if waits, err := t.postponed(ctx, pending[0].Person); waits || err != nil {
		t.done.Waiting += len(able)
		return err
	}
	return t.write(ctx, able, slot)
}

// write makes the mail of a person's intentions, anew when something changed
// meanwhile.
func (t *delivering) write(ctx context.Context, pending []Intention, slot string) error {
	for range rounds {
		now, err := t.check(ctx, pending)
		if err != nil {
			return err
		}
		if err := errors.Join(t.handOver(ctx, now.moved), t.drop(ctx, now.gone)); err != nil {
			return err
		}
		stand, err := t.choose(ctx, now.stand)
		if err != nil {
			return err
		}
		batch := sameAddress(stand)
		if len(batch) == 0 {
			t.done.Waiting += now.waits
			return nil
		}
		changed, err := t.claim(ctx, batch, slot)
		if !changed || err != nil {
			t.done.Waiting += now.waits
			return err
		}
		pending = intentionsOf(batch)
	}
	return nil
}

// choose keeps what a person wants to be told now.
func (t *delivering) choose(ctx context.Context, all []statement) ([]statement, error) {
	now, unwanted, later, err := t.wanted(ctx, all)
	if err != nil {
		return nil, err
	}
	t.done.Later += later
	if err := t.mark(ctx, intentionsOf(unwanted), Skipped); err != nil {
		return nil, fmt.Errorf("leave out what is not wanted: %w", err)
	}
	t.done.Unwanted += len(unwanted)
	return now, nil
}

func (t *delivering) drop(ctx context.Context, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	if err := t.Outbox.Mark(ctx, keys, Dropped); err != nil {
		return fmt.Errorf("drop what is no longer true: %w", err)
	}
	t.done.Dropped += len(keys)
	return nil
}

// sameAddress keeps what may go to the address of the first statement. A person
// whose address differs between two subjects gets the others at the next tick.
func sameAddress(all []statement) []statement {
	var batch []statement
	for _, s := range all {
		if s.to.address == all[0].to.address {
			batch = append(batch, s)
		}
	}
	return batch
}

func intentionsOf(batch []statement) []Intention {
	intentions := make([]Intention, len(batch))
	for n, s := range batch {
		intentions[n] = s.intention
	}
	return intentions
}

func (d *Delivery) freshness() time.Duration {
	if d.Freshness == 0 {
		return DefaultFreshness
	}
	return d.Freshness
}

func (d *Delivery) clock(tick time.Time) time.Time {
	if d.Clock == nil {
		return tick
	}
	return d.Clock()
}

// conflict tells that another delivery was faster: not a failure.
func conflict(err error) bool { return errors.Is(err, dossier.ErrConflict) }
