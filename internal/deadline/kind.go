// Package deadline counts the dates of a dossier and of a call, and the
// reminders that lead to them. It reads no clock: whoever asks brings now.
//
// How dates are counted (design §5): months run from date to date and are
// clamped to the month's last day; a day is a calendar day in the call's zone;
// DueOn and PrudentOn are the last days to act. PrudentOn ignores every
// suspension and alone drives the reminders; DueOn adds the days suspended.
package deadline

import "slices"

// Version of the counting rules and of the holiday calendar, part of the stamp
// of judgements. It changes whenever the same dossier could get another date.
const Version = "1"

// The kinds of deadline (o2r-domain §B).
const (
	ClosingSoon    = "D02"
	Closing        = "D03"
	SilentRejet    = "D14"
	SuspendedRejet = "D15"
	Expiration     = "D21"
)

// Kind is a sort of deadline. Title and LegalGround are French, for staff;
// DefaultSteps are used by a call that configures none for this kind.
type Kind struct {
	ID           string
	Title        string
	LegalGround  string
	DefaultSteps []string
}

var kinds = []Kind{
	{ClosingSoon, "Clôture prochaine de l’appel", "Calendrier de l’appel", []string{"J-30", "J-7", "J-2"}},
	{Closing, "Clôture de l’appel", "Calendrier de l’appel", []string{"J"}},
	{SilentRejet, "Dernier jour avant rejet implicite", "CRPA, art. L. 231-4, 3°", []string{"J-30", "J-15", "J-7", "J-1", "J", "J+1"}},
	{SuspendedRejet, "Dernier jour avant rejet implicite, suspension comptée", "CRPA, art. L. 114-5", nil},
	{Expiration, "Suppression du dossier par la plateforme", "Durée de conservation de la démarche", []string{"J-30", "J-7"}},
}

// Kinds lists every kind of deadline, in the order of their codes.
func Kinds() []Kind { return slices.Clone(kinds) }

// KindOf finds a kind by its code; false when there is none.
func KindOf(id string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}
