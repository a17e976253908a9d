package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"relais/internal/dossier"
)

// What is no reminder has no deadline; these words stand in its place in the key.
const (
	openingDeadline = "opening"
	openingStep     = "summary"
	changeDeadline  = "change"
	reportDeadline  = "report"
	reportStep      = "weekly"
)

// The two kinds of subject, as a key begins.
const (
	dossierSubject = "dossier:"
	callSubject    = "call:"
)

// subject is what an intention is about, for its key.
func (i Intention) subject() string {
	if i.Dossier != 0 {
		return dossierSubject + strconv.Itoa(i.Dossier)
	}
	return callSubject + i.Call
}

// withKey derives the key from the other fields. The day of an opening is that of
// the adoption, the day of a change the one it was seen on; they are no due dates
// and are kept in the key only.
func (i Intention) withKey(day dossier.Day) Intention {
	kind, step := i.Deadline, i.Step
	switch i.Kind {
	case Opening:
		kind, step = openingDeadline, openingStep
	case Change:
		kind = changeDeadline
	case Report:
		kind, step = reportDeadline, reportStep
	}
	i.Key = strings.Join([]string{i.subject(), kind, day.String(), step, i.Person}, "/")
	return i
}

// parseKey reads back what a key says: all of an intention but its démarche and,
// for a dossier, its call. An orphaned mail holds nothing but keys.
func parseKey(key string) (Intention, error) {
	part := strings.SplitN(key, "/", 5)
	if len(part) != 5 || part[4] == "" {
		return Intention{}, fmt.Errorf("an intention's key must have five parts (got %d)", len(part))
	}
	day, err := dossier.ParseDay(part[2])
	if err != nil {
		return Intention{}, fmt.Errorf("an intention's key: %w", err)
	}
	i := Intention{Key: key, Kind: Reminder, Deadline: part[1], DueOn: day, Step: part[3], Person: part[4]}
	switch part[1] {
	case openingDeadline:
		i.Kind, i.Deadline, i.Step, i.DueOn = Opening, "", "", dossier.Day{}
	case changeDeadline:
		i.Kind, i.Deadline, i.DueOn = Change, "", dossier.Day{}
	case reportDeadline:
		i.Kind, i.Deadline, i.Step = Report, "", ""
	}
	if id, ok := strings.CutPrefix(part[0], callSubject); ok && id != "" {
		i.Call = id
		return i, nil
	}
	number, ok := strings.CutPrefix(part[0], dossierSubject)
	i.Dossier, err = strconv.Atoi(number)
	if !ok || err != nil || i.Dossier <= 0 {
		return Intention{}, fmt.Errorf("an intention's key must begin with %sNUMBER or %sID", dossierSubject, callSubject)
	}
	return i, nil
}

// mailID is the same for the same person and intentions, so that two deliveries
// of one moment claim one mail.
func mailID(person string, keys []string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", append([]string{person}, slices.Sorted(slices.Values(keys))...))
	return "m-" + hex.EncodeToString(h.Sum(nil)[:10])
}

// morningID is that of the one morning mail of a person on a day, whatever it
// says: a store holds it once.
func morningID(person string, day dossier.Day) string {
	return mailID(person, []string{"morning", day.String()})
}

// messageID is the same for a repeat of a mail, and another when its id was
// released and serves for other words. It is short: some readers do not take a
// header that is folded.
func messageID(m Mail, host string) string {
	return m.ID + "." + mailID("", m.Keys)[2:8] + "@" + host
}

func keysOf(intentions []Intention) []string {
	keys := make([]string, len(intentions))
	for n, i := range intentions {
		keys[n] = i.Key
	}
	return keys
}
