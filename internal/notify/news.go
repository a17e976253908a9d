package notify

import (
	"fmt"
	"strings"
	"time"

	"relais/internal/dossier"
	"relais/internal/letter"
)

// The step of a change says what its mail needs of the past: the modification of
// the dossier that it was seen in, then what was told before of each trait that
// changed. 20261122T101502Z:state=en_construction:edited
const (
	traitNew       = "new"
	traitState     = "state="
	traitVerdict   = "verdict="
	traitEdited    = "edited"
	traitCorrected = "corrected"
)

// newsOf compares a dossier with what was told of it. A decision says all: the
// verdict, a proposal, is no news then.
func newsOf(h dossier.Head) letter.News {
	told, now := h.Told, h.Portrait()
	n := letter.News{
		Edited:    !now.EditedAt.Equal(told.EditedAt) && !now.EditedAt.IsZero(),
		Corrected: !now.CorrectedAt.Equal(told.CorrectedAt) && !now.CorrectedAt.IsZero(),
	}
	if now.State != told.State {
		n.State = &told.State
	}
	if now.Verdict != told.Verdict && !h.State.Termine() {
		n.Verdict = &told.Verdict
	}
	return n
}

func isNews(n letter.News) bool { return n != letter.News{} }

// changeStep writes the step of a change.
func changeStep(modified time.Time, n letter.News) string {
	traits := []string{modified.UTC().Format("20060102T150405Z")}
	for _, t := range []struct {
		said bool
		word string
	}{
		{n.New, traitNew},
		{n.State != nil, traitState + string(orZero(n.State))},
		{n.Verdict != nil, traitVerdict + string(orZero(n.Verdict))},
		{n.Edited, traitEdited},
		{n.Corrected, traitCorrected},
	} {
		if t.said {
			traits = append(traits, t.word)
		}
	}
	return strings.Join(traits, ":")
}

func orZero[T any](p *T) (zero T) {
	if p == nil {
		return zero
	}
	return *p
}

// parseChange reads the step of a change back.
func parseChange(step string) (letter.News, error) {
	var n letter.News
	traits := strings.Split(step, ":")
	for _, t := range traits[1:] {
		word, value, valued := strings.Cut(t, "=")
		switch {
		case t == traitNew:
			n.New = true
		case t == traitEdited:
			n.Edited = true
		case t == traitCorrected:
			n.Corrected = true
		case valued && word+"=" == traitState:
			state := dossier.State(value)
			n.State = &state
		case valued && word+"=" == traitVerdict:
			verdict := dossier.Verdict(value)
			n.Verdict = &verdict
		default:
			return n, fmt.Errorf("a change: a trait of its step is unknown (%d bytes)", len(t))
		}
	}
	return n, nil
}

// unchanged are the changes of dossiers that came back to what was told before the
// first of them: nothing is left to tell. The oldest come first.
func unchanged(all []statement) map[string]bool {
	first := map[int]letter.News{}
	for _, s := range all {
		if s.intention.Kind == Change {
			n := s.intention.Dossier
			first[n] = merge(first[n], s.news)
		}
	}
	gone := map[string]bool{}
	for _, s := range all {
		if s.intention.Kind == Change && !isNews(standing(first[s.intention.Dossier], s.record.Head)) {
			gone[s.intention.Key] = true
		}
	}
	return gone
}

// merge keeps the oldest of what was told before.
func merge(older, newer letter.News) letter.News {
	if older.State == nil {
		older.State = newer.State
	}
	if older.Verdict == nil {
		older.Verdict = newer.Verdict
	}
	older.New = older.New || newer.New
	older.Edited = older.Edited || newer.Edited
	older.Corrected = older.Corrected || newer.Corrected
	return older
}

// standing is what is left of some news of a dossier as it is now.
func standing(n letter.News, h dossier.Head) letter.News {
	if n.State != nil && *n.State == h.State {
		n.State = nil
	}
	if n.Verdict != nil && (*n.Verdict == h.Judgement.Verdict || h.State.Termine()) {
		n.Verdict = nil
	}
	return n
}
