package notify

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"time"

	"github.com/sirupsen/logrus"
)

// Feedback is what a mail service says of a message after it had accepted it.
type Feedback struct {
	Mail       string // the Message's ID; "" or unknown when it was not one of ours
	Permanent  bool   // a bounce for good; else it may pass, unless it is a complaint
	Complaint  bool   // the recipient said that the message was not wanted
	Recipients []string
	At         time.Time // zero: now
}

// ErrUnsettled is that a mail bounced before its delivery wrote that it was sent:
// to be heard again. Its address is suppressed already.
var ErrUnsettled = errors.New("the mail is not settled yet")

// RefusalCause begins the cause of every alarm about a refused address. The
// beginning of its digest follows. Such an alarm lasts: it is not for the look at
// the platform after each poll to clear it.
const RefusalCause = "refused/"

// Alarms is what feedback needs of ingest.Alarms.
type Alarms interface {
	// RaiseAlarm raises a cause, since at; first when it was not raised already.
	RaiseAlarm(ctx context.Context, cause string, at time.Time) (first bool, err error)
}

// Listener hears what the mail service says after it had accepted.
//
// For a permanent bounce or a complaint, the mail is Refused and with it its
// intentions, the address is suppressed, and the operator hears of the address,
// once. What the mail said is not told again to somebody else by itself: the
// operator decides. What is still to be told goes to the others (see Delivery).
// A bounce that may pass changes nothing.
//
// Order and repeats do not matter. The address is suppressed first: when the mail
// is still claimed, its delivery lives, and the feedback must come again
// (ErrUnsettled); or it died, and the later one that takes the orphan over finds
// the address suppressed and tells the others instead.
//
// The address of a redirection is not suppressed: it is a setting, and every mail
// goes there. The mail is Refused, and the operator hears of it. Feedback that
// comes after the mode has changed counts like any other.
type Listener struct {
	Mails    Mails
	Refusals Refusals
	Alarms   Alarms
	Mode     Mode
	Now      func() time.Time
	Log      logrus.FieldLogger
}

// Heard counts what was made of some feedback.
type Heard struct {
	Refused int       `json:"refused"` // mails
	Ignored int       `json:"ignored"` // feedback that changes nothing: it may pass, or is about nobody
	Fresh   []Refusal `json:"-"`       // what the operator is to be told
	Again   []int     `json:"-"`       // places in the list of the feedback to be heard again
}

// Refusal is an address that was not known to be refused.
type Refusal struct {
	Cause       string // of the alarm
	Persons     []string
	Mails       []string
	Complaint   bool
	Redirection bool // the address of the mode, not a person's
}

// Hear takes each feedback in turn. An error about one stops no other; all are
// joined.
func (l *Listener) Hear(ctx context.Context, list []Feedback) (Heard, error) {
	h := &hearing{Listener: l, fresh: map[string]int{}}
	var problems []error
	for n, f := range list {
		if err := h.feedback(ctx, f); err != nil {
			problems = append(problems, fmt.Errorf("feedback %d of %d: %w", n+1, len(list), err))
			h.done.Again = append(h.done.Again, n)
		}
	}
	return h.done, errors.Join(problems...)
}

// hearing is some feedback under way.
type hearing struct {
	*Listener
	fresh map[string]int // place in done.Fresh, by cause
	done  Heard
}

func (h *hearing) feedback(ctx context.Context, f Feedback) error {
	if !f.Permanent && !f.Complaint {
		h.done.Ignored++
		return nil
	}
	if f.At.IsZero() {
		f.At = h.Now()
	}
	refusals, err := h.suppress(ctx, f)
	m, known, fate := h.refuse(ctx, f)
	problems := []error{err, fate}
	if len(refusals) == 0 && known {
		refusals = []Refusal{{Cause: RefusalCause + m.ID, Complaint: f.Complaint}}
	}
	if len(refusals) == 0 {
		h.done.Ignored++
	}
	for _, r := range refusals {
		h.log(r, m)
		problems = append(problems, h.raise(ctx, r, m, f.At))
	}
	return errors.Join(problems...)
}

// suppress takes the addresses of a feedback out of use, but that of a
// redirection.
func (h *hearing) suppress(ctx context.Context, f Feedback) ([]Refusal, error) {
	var refusals []Refusal
	var problems []error
	for _, recipient := range f.Recipients {
		address := bare(recipient)
		if address == "" {
			continue
		}
		digest := Digest(address)
		r := Refusal{Cause: RefusalCause + digest[:12], Complaint: f.Complaint}
		r.Redirection = h.Mode.redirects() && address == normal(h.Mode.To)
		if !r.Redirection {
			problems = append(problems, h.Refusals.Suppress(ctx, digest, f.At))
		}
		refusals = append(refusals, r)
	}
	return refusals, errors.Join(problems...)
}

// bare is the address in anne@x.example or Anne <anne@x.example>, as it is
// compared; "" when there is none.
func bare(recipient string) string {
	if parsed, err := mail.ParseAddress(recipient); err == nil {
		recipient = parsed.Address
	}
	return normal(recipient)
}

// refuse gives the mail its fate. One that is unknown was not ours, or was
// released since, and its intentions with it.
func (h *hearing) refuse(ctx context.Context, f Feedback) (Mail, bool, error) {
	if f.Mail == "" {
		return Mail{}, false, nil
	}
	m, known, err := h.Mails.Mail(ctx, f.Mail)
	if err != nil || !known {
		return Mail{}, false, err
	}
	switch m.Status {
	case Pending:
		return m, true, ErrUnsettled
	case Sent:
		refused, err := h.Refusals.Refuse(ctx, m.ID, f.At)
		if refused {
			h.done.Refused++
		}
		return m, true, err
	}
	return m, true, nil
}

// raise makes the operator hear of an address once, with all its mails of the
// list.
func (h *hearing) raise(ctx context.Context, r Refusal, m Mail, at time.Time) error {
	place, told := h.fresh[r.Cause]
	if !told {
		first, err := h.Alarms.RaiseAlarm(ctx, r.Cause, at)
		if err != nil || !first {
			return err
		}
		place = len(h.done.Fresh)
		h.fresh[r.Cause] = place
		h.done.Fresh = append(h.done.Fresh, r)
	}
	fresh := &h.done.Fresh[place]
	fresh.Complaint = fresh.Complaint || r.Complaint
	fresh.Mails = with(fresh.Mails, m.ID)
	fresh.Persons = with(fresh.Persons, m.Person)
	return nil
}

func (h *hearing) log(r Refusal, m Mail) {
	log := h.Log.WithFields(logrus.Fields{"cause": r.Cause, "mail": m.ID, "person": m.Person})
	if r.Redirection {
		log.Error("feedback: the address that mails are redirected to refuses them for good; change it")
		return
	}
	log.Warn("feedback: an address refuses mails for good; it is not written to any more")
}

// with adds what is new and not empty.
func with(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
