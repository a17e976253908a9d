package app

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"relais/internal/call"
	"relais/internal/letter"
	"relais/internal/notify"
)

// ExplainIntention prints the life of the intention of a key: why it exists, who it
// is for, the mail that carried it, what it waits for. It shows no address.
func (w *World) ExplainIntention(ctx context.Context, key string, out io.Writer) error {
	d := w.delivery()
	story, ok, err := d.Explain(ctx, w.Now(), key)
	if err != nil {
		return err
	}
	if !ok {
		return usage("no intention has this key: copy the \"key\" of a line of relais outbox, whole")
	}
	s := sheet{out: tabwriter.NewWriter(out, 0, 0, 2, ' ', 0), zone: w.zone(story.Call), now: w.Now()}
	s.intention(story, w.Mode)
	return s.out.Flush()
}

func (s sheet) intention(st notify.Story, mode notify.Mode) {
	s.line("key", "%s", st.Key)
	s.line("kind", "%s", kindTexts[st.Kind])
	s.line("call", "%s", orNone(st.Call))
	if st.Dossier != 0 {
		s.line("dossier", "%d (relais show %d)", st.Dossier, st.Dossier)
	}
	if st.Deadline != "" {
		s.line("deadline", "%s, %s, step %s (relais explain %s)", st.Deadline, st.DueOn, st.Step, st.Deadline)
	}
	s.line("person", "%s", st.Person)
	s.line("written", "%s", s.date(st.CreatedAt))
	if st.Mail != "" {
		s.line("mail", "%s, claimed %s, %s", st.Mail, s.date(st.Carried.ClaimedAt), count(st.Carried.Attempts, "attempt"))
		s.line("it told", "%s", count(len(st.Carried.Keys), "intention"))
		if !st.Carried.SettledAt.IsZero() {
			s.line("settled", "%s", s.date(st.Carried.SettledAt))
		}
	}
	s.line("status", "%s: %s", st.Status, statusTexts[st.Status])
	if st.Status == notify.Pending {
		s.waiting(st, mode)
	}
}

func (s sheet) waiting(st notify.Story, mode notify.Mode) {
	if st.Choice != "" {
		s.line("told because", "%s", reasonTexts[st.Because.Reason])
		s.line("choice", "%s: %s", st.Choice, choiceTexts[st.Choice])
	}
	if mode.Name != notify.ModeSend && mode.Name != notify.ModeRedirect {
		s.line("waits", "mode hold: the next delivery keeps it back")
		return
	}
	s.line("waits", "%s", waitTexts[st.Wait])
	if st.Failures > 0 {
		s.line("failures", "%d in a row, tried again after %s", st.Failures, s.date(st.Until))
	}
}

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, strings.TrimSuffix(word, "s"))
}

var kindTexts = map[notify.Kind]string{
	notify.Reminder:  "reminder of a date",
	notify.Immediate: "reminder that does not wait for the morning",
	notify.Opening:   "summary of a subject taken over with dates already past",
	notify.Change:    "a new dossier, or what changed in one",
	notify.Report:    "weekly report of the call",
}

var statusTexts = map[notify.Status]string{
	notify.Pending: "to be told",
	notify.Held:    "kept back by mode hold; leaving hold sums it up",
	notify.Sent:    "the mail service took its mail",
	notify.Refused: "the mail service refused its mail for good, or its mail bounced; it is not told again",
	notify.Dropped: "no longer true when it was to be told, or told to somebody else",
	notify.Skipped: "its time had passed at first sight, a later step was told in its place, or its person does not want it",
}

var waitTexts = map[notify.Wait]string{
	notify.WaitsForNothing:  "nothing: the next delivery tells it",
	notify.WaitsForMorning:  "the next working morning, 8 o'clock where the call is",
	notify.WaitsForWeek:     "the first working morning of the week, as its person chose",
	notify.WaitsForCopy:     "our copy is too old to be trusted, or its call file is gone: see relais check",
	notify.WaitsForAnybody:  "nobody can be told: give the call a fallback, or the groupe members",
	notify.WaitsForAnother:  "the next delivery hands it to others: its person is not concerned any more, chose none, or refuses mails",
	notify.WaitsForTry:      "another try: the mail service did not take the last one",
	notify.WaitsForAddress:  "the next morning: its person is written to at another address first",
	notify.WaitsToBeDropped: "the next delivery drops it: it is no longer true",
	notify.WaitsUnwanted:    "the next delivery leaves it out: its person wants only what cannot wait",
	notify.WaitsForSettling: "the fate of its mail: being sent, or repeated under the same Message-ID",
}

var reasonTexts = map[letter.Reason]string{
	letter.Follows:    "follows the dossier",
	letter.Belongs:    "member of the dossier's groupe",
	letter.Serves:     "member of a groupe of the call",
	letter.LastResort: "fallback address of the call",
	letter.Escalated:  "escalation address of the call",
	letter.Heads:      "receives the call's report",
}

var choiceTexts = map[call.Choice]string{
	call.Morning:   "one mail a working morning",
	call.Immediate: "only what cannot wait",
	call.Weekly:    "one mail a week",
	call.None:      "nothing",
}
