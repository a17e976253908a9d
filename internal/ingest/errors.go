package ingest

import (
	"errors"
	"fmt"

	"relais/internal/dossier"
)

// ErrBusy says that another pass of the démarche holds its lease. It wraps
// dossier.ErrConflict.
var ErrBusy = fmt.Errorf("another pass of this démarche is under way and will do the work: %w", dossier.ErrConflict)

var (
	errStuck    = errors.New("the platform announces a next page but its cursor does not move; the position is kept, try again later")
	errNameless = errors.New("the platform lists a dossier that it can neither show nor name; the position is kept before it, write to its support")
	errChanging = errors.New("dossiers keep changing under this pass; is another Relais writing to the same store?")
)

// What an error of Source may say of itself. One that says nothing stops the
// pass, which keeps its position.
type (
	// isolable: the cause may lie in one dossier of what was asked for, or in how
	// much was asked at once, so smaller requests are worth trying.
	isolable interface{ Isolable() bool }
	// missing: the platform does not show the dossier that was asked for.
	missing interface{ Missing() bool }
	// malformed: the platform does not understand what was asked with.
	malformed interface{ Malformed() bool }
	// caused gives the cause in one short word, never content.
	caused interface{ Cause() string }
	// salvaged gives the dossiers of a page with holes that are whole.
	salvaged interface{ Salvaged() dossier.Page }
)

func isIsolable(err error) bool {
	var e isolable
	return errors.As(err, &e) && e.Isolable()
}

func isMissing(err error) bool {
	var e missing
	return errors.As(err, &e) && e.Missing()
}

func isMalformed(err error) bool {
	var e malformed
	return errors.As(err, &e) && e.Malformed()
}

func causeOf(err error) string {
	var e caused
	if errors.As(err, &e) {
		return e.Cause()
	}
	return "unreadable"
}

func salvage(err error) dossier.Page {
	var e salvaged
	if errors.As(err, &e) {
		return e.Salvaged()
	}
	return dossier.Page{}
}
