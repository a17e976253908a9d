package notify

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sirupsen/logrus"

	"relais/internal/dossier"
)

// errUnreachable and errUnknown leave a subject for the next tick.
var (
	errUnreachable = errors.New("nobody can be told: no follower, no groupe member, no fallback address")
	errUnknown     = errors.New("its call or its démarche is not known yet")
)

// left is what subjects that keep their steps have in common. Thousands may be
// left for one reason, such as a call file that is gone: the log counts them.
type left struct {
	subjects string // calls or dossiers
	demarche int
	call     string
	reason   string
}

// leave counts a subject that keeps its steps, and returns what is a failure.
// number is that of a dossier, 0 for a call.
func (t *reminding) leave(err error, which left, number int) error {
	switch {
	case errors.Is(err, errUnreachable):
		t.done.Unreachable++
		if t.done.Unreached == nil {
			t.done.Unreached = map[string]int{}
		}
		t.done.Unreached[which.call]++
		which.reason = errUnreachable.Error()
	case errors.Is(err, errUnknown):
		t.done.Left++
		which.reason = errUnknown.Error()
	case errors.Is(err, dossier.ErrConflict):
		t.done.Left++
		which.reason = dossier.ErrConflict.Error()
	default:
		t.done.Left++
		if number == 0 {
			return fmt.Errorf("remind: call %s: %w", which.call, err)
		}
		return fmt.Errorf("remind: dossier %d, call %s: %w", number, which.call, err)
	}
	t.left[which]++
	return nil
}

// report says how many subjects were left, once a call and reason.
func (t *reminding) report() {
	for _, which := range slices.SortedFunc(maps.Keys(t.left), byCall) {
		log := t.Log.WithFields(logrus.Fields{which.subjects: t.left[which], "demarche": which.demarche, "call": which.call})
		if which.reason == dossier.ErrConflict.Error() {
			log.Info("remind: left for the next tick: " + which.reason)
			continue
		}
		log.Warn("remind: left for the next tick: " + which.reason)
	}
}

func byCall(a, b left) int {
	return cmp.Or(
		cmp.Compare(a.demarche, b.demarche), cmp.Compare(a.call, b.call),
		cmp.Compare(a.subjects, b.subjects), cmp.Compare(a.reason, b.reason),
	)
}
