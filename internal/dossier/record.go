package dossier

import (
	"errors"
	"time"
)

// ErrConflict says that the stored record changed since it was read; read it
// again and decide anew.
var ErrConflict = errors.New("the stored record has changed since it was read")

// Severity of a rule.
type Severity string

// Severities, in the words of the export.
const (
	Blocking Severity = "blocking"
	Warning  Severity = "warning"
	Info     Severity = "info"
)

// Outcome of a rule on one dossier.
type Outcome string

// Outcomes. Unknown: the data needed is missing or not configured. NotApplicable:
// the call does not have this rule, or it does not concern this demandeur.
const (
	Pass          Outcome = "pass"
	Fail          Outcome = "fail"
	Unknown       Outcome = "unknown"
	NotApplicable Outcome = "not_applicable"
)

// Finding is what one rule says of one dossier. Message is French, for staff,
// and free of personal data.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Outcome  Outcome  `json:"outcome"`
	Message  string   `json:"message"`
}

// Verdict is a proposal to a person; nobody is refused by it.
type Verdict string

// Verdicts (design §5). Empty when the dossier matches no call.
const (
	Recevable    Verdict = "recevable"
	NonRecevable Verdict = "non_recevable"
	ACompleter   Verdict = "a_completer"
	AVerifier    Verdict = "a_verifier"
)

// Deadline is one legal or practical date. DueOn and PrudentOn are the last days
// to act, in the call's zone: with and without suspension. Reminders follow
// PrudentOn only. Basis says in French how the date was computed; Hypothesis
// says what it rests on while unconfirmed, or nothing.
//
// Held tells that a suspension was still open when the dossier was read, and
// HeldUntil is its last day at most; the deadline itself holds no clock.
//
// HandledUntil is the progress of reminders for this very due date: steps at or
// before it have been told or skipped.
type Deadline struct {
	Kind         string    `json:"kind"`
	DueOn        Day       `json:"due_on"`
	PrudentOn    Day       `json:"prudent_on"`
	Basis        string    `json:"basis,omitempty"`
	Source       string    `json:"source,omitempty"`
	Hypothesis   string    `json:"hypothesis,omitempty"`
	Held         bool      `json:"held,omitempty"`
	HeldUntil    Day       `json:"held_until,omitzero"`
	MetOn        Day       `json:"met_on,omitzero"`
	Steps        []Step    `json:"steps,omitempty"`
	HandledUntil time.Time `json:"handled_until,omitzero"`
}

// Step is one reminder of a deadline: "J-7", "J", "J+1". At is 08:00 in the
// call's zone, moved to the previous working day.
type Step struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

// Key identifies what a deadline tells: the same kind with another date is
// another intention.
func (d Deadline) Key() string { return d.Kind + "/" + d.PrudentOn.String() }

// Open tells that reminders still make sense.
func (d Deadline) Open() bool { return d.MetOn.IsZero() }

// NextStep is the first step not handled yet; false when none is left or the
// deadline is met.
func (d Deadline) NextStep() (Step, bool) {
	if !d.Open() {
		return Step{}, false
	}
	for _, s := range d.Steps {
		if s.At.After(d.HandledUntil) {
			return s, true
		}
	}
	return Step{}, false
}

// Facts are the few values of a dossier that lists, exports and mails show.
// Amounts are in euros, nil when not given or not bound.
type Facts struct {
	Region          string   `json:"region,omitempty"` // INSEE code
	Siret           string   `json:"siret,omitempty"`
	Structure       string   `json:"structure,omitempty"`
	TotalCost       *float64 `json:"total_cost,omitempty"`
	RequestedAmount *float64 `json:"requested_amount,omitempty"`
	// How many people the candidate means to find (repérer) and to support
	// (accompagner) in all; nil when not given or not bound.
	PeopleFound     *int `json:"people_found,omitempty"`
	PeopleSupported *int `json:"people_supported,omitempty"`
	// EditedAt is when the candidate last changed the form after filing it, and
	// CorrectedAt when a request for correction was last answered; zero for never.
	EditedAt    time.Time `json:"edited_at,omitzero"`
	CorrectedAt time.Time `json:"corrected_at,omitzero"`
}

// Judgement is all that Relais computed of one dossier. It holds no clock: the
// same dossier, calls and calendar give the same Judgement (HandledUntil is
// carried over by the caller). Call is "" when no call matches.
type Judgement struct {
	Call       string     `json:"call,omitempty"`
	Facts      Facts      `json:"facts"`
	Verdict    Verdict    `json:"verdict,omitempty"`
	Findings   []Finding  `json:"findings,omitempty"`
	Deadlines  []Deadline `json:"deadlines,omitempty"`
	JudgedWith string     `json:"judged_with"`
}

// NextStep is the instant of the earliest step not handled yet; zero when none.
func (j Judgement) NextStep() time.Time {
	var next time.Time
	for _, d := range j.Deadlines {
		if s, ok := d.NextStep(); ok && (next.IsZero() || s.At.Before(next)) {
			next = s.At
		}
	}
	return next
}

// Removal says why a dossier is no longer shown by the platform.
type Removal string

// Removals. Pending can come back; missing was in no list of a complete sweep;
// purged has lost its payload and keeps no personal data.
const (
	Present Removal = ""
	Pending Removal = "pending"
	Missing Removal = "missing"
	Purged  Removal = "purged"
)

// Portrait is what instructeurs are told changes of. The zero Portrait is that of
// a dossier never told of.
type Portrait struct {
	State       State     `json:"state,omitempty"`
	Verdict     Verdict   `json:"verdict,omitempty"`
	EditedAt    time.Time `json:"edited_at,omitzero"`
	CorrectedAt time.Time `json:"corrected_at,omitzero"`
}

// Equal compares instants whatever their zone.
func (p Portrait) Equal(o Portrait) bool {
	return p.State == o.State && p.Verdict == o.Verdict &&
		p.EditedAt.Equal(o.EditedAt) && p.CorrectedAt.Equal(o.CorrectedAt)
}

// Head is what our copy knows of a dossier without its content.
type Head struct {
	Number   int   `json:"number"`
	Demarche int   `json:"demarche"`
	Version  int64 `json:"version"` // 0 = never stored; each write adds one

	State     State     `json:"state"`
	Groupe    string    `json:"groupe,omitempty"` // label of the groupe instructeur
	DateDepot time.Time `json:"date_depot"`
	// Modified and ReadAt order two readings of one dossier: modification date
	// first, then the instant our request was sent.
	Modified    time.Time `json:"modified"`
	ReadAt      time.Time `json:"read_at"`
	Fingerprint string    `json:"fingerprint"`
	FirstSeen   time.Time `json:"first_seen"`
	// AdoptedAt is when the dossier was first judged under its present call.
	// Steps at or before it were past already: skipped, summed up in one opening.
	AdoptedAt time.Time `json:"adopted_at,omitzero"`
	// Told is the portrait that instructeurs were last told of.
	Told      Portrait  `json:"told,omitzero"`
	Removed   Removal   `json:"removed,omitempty"`
	RemovedAt time.Time `json:"removed_at,omitzero"`
	// Foreign: the dossier is of a region outside this deployment. Only its
	// number and modification date are kept; a store erases the payload.
	Foreign bool `json:"foreign,omitempty"`

	Judgement Judgement `json:"judgement"`
}

// NextStep is when remind must look at the dossier next; zero when never, as
// for a dossier that is no longer shown.
func (h Head) NextStep() time.Time {
	if h.Removed != Present || h.Foreign {
		return time.Time{}
	}
	if h.News() {
		return h.AdoptedAt
	}
	return h.Judgement.NextStep()
}

// Portrait is the dossier as it is now.
func (h Head) Portrait() Portrait {
	return Portrait{h.State, h.Judgement.Verdict, h.Judgement.Facts.EditedAt, h.Judgement.Facts.CorrectedAt}
}

// News tells that instructeurs do not know the dossier as it is now. One that
// matches no call has no instructeur to tell.
func (h Head) News() bool {
	return h.Judgement.Call != "" && !h.Told.Equal(h.Portrait())
}

// Record is a stored dossier. Dossier is nil once purged, and when only the
// head was read.
type Record struct {
	Head
	Dossier *Dossier
}
