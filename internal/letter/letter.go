// Package letter writes the mails that staff read: the morning mail, the
// immediate one, the weekly report. It is pure: it decides nothing, sends
// nothing, reads no clock.
package letter

import (
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/report"
)

// Kind of an item.
type Kind int

// Kinds.
const (
	Date    Kind = iota // a deadline of a dossier or of a call
	Opening             // a subject taken over: summed up
	Change              // a new dossier, or what changed in one
)

// Item is one thing to tell one person. It was checked to be true.
type Item struct {
	Kind Kind
	Call *call.Call
	Head dossier.Head // Number 0: about the call itself
	// Deadline is the one of a Date; Open are all the open ones of the subject.
	Deadline dossier.Deadline
	Open     []dossier.Deadline
	// Revision never decreases for a subject and grows when it changes: the
	// SEQUENCE of its calendar events.
	Revision int64
	News     News // of a Change
	Because  Because
}

// News is what a Change says: a dossier never told of, or what was told before of
// each trait that changed.
type News struct {
	New       bool
	State     *dossier.State   // the former one, when it changed
	Verdict   *dossier.Verdict // the former one, when it changed
	Edited    bool             // the candidate changed the form
	Corrected bool             // a request for correction was answered
}

// Reason says why somebody is written to; the mail repeats it.
type Reason int

// Reasons.
const (
	Follows    Reason = iota // follows the dossier
	Belongs                  // member of the dossier's groupe; nobody nearer can be told
	Serves                   // member of a groupe of the call's regions
	LastResort               // fallback address of the call
	Escalated                // escalation address: nobody follows the dossier, or nobody else can be told
	Heads                    // receives the weekly report of the call
)

// Because is the reason of one item. Groupe is a label, for Belongs and Serves.
type Because struct {
	Reason Reason
	Groupe string
}

// Committee is a committee ahead of a call, and how many of the call's dossiers
// expire before it.
type Committee struct {
	Call   *call.Call
	On     dossier.Day
	Before int
}

// Weekly is the report of one call.
type Weekly struct {
	Call    *call.Call
	Figures report.Figures
	Because Because
}

// Draft is all that one mail is made of.
type Draft struct {
	Now   time.Time
	Zone  *time.Location // of the reader: that of the first item
	Items []Item
	// Committees of the calls of Items, those worth a sentence.
	Committees []Committee
	Reports    []Weekly

	// Urgent: an immediate mail, outside the morning one.
	Urgent     bool
	Demo       bool   // every mail says données fictives
	Redirected string // the person it was for, when it goes elsewhere
	Platform   string // base URL of the platform's pages for instructeurs; "" for no link
	Console    string // of our own page; "" for no link
	// Preferences is the reader's own page of preferences; "" for none.
	Preferences string
	// Host ends the UIDs of calendar events.
	Host string
}

// Letter is a mail as written. Text and HTML say the same.
type Letter struct {
	Subject string
	Text    string
	HTML    string
	Files   []File
}

// File goes with a Letter; one with a ContentID is shown in the HTML part as
// cid:CONTENTID.
type File struct {
	Name, Type, ContentID string
	Data                  []byte
}
