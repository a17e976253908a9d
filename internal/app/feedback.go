package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"relais/internal/french"
	"relais/internal/notify"
)

// Feedback hears what the mail service says after it had accepted a mail: bounces
// and complaints. The operator is written to about each address that was not known
// to be refused. What Heard.Again lists must come again; all of it may.
func (w *World) Feedback(ctx context.Context, list []notify.Feedback) (notify.Heard, error) {
	l := notify.Listener{Mails: w.Store, Refusals: w.Store, Alarms: w.Store, Mode: w.Mode, Now: w.Now, Log: w.Log}
	heard, err := l.Hear(ctx, list)
	untold := w.tellRefusals(ctx, heard.Fresh)
	if untold != nil {
		heard.Again = every(list)
	}
	return heard, errors.Join(err, untold)
}

// tellRefusals takes its alarms back when the operator could not be written to, so
// that the same feedback, heard again, tells of them. An operator whose own
// address is refused cannot be told: the log has it.
func (w *World) tellRefusals(ctx context.Context, fresh []notify.Refusal) error {
	var texts []string
	for _, r := range fresh {
		texts = append(texts, refusalText(r))
	}
	err := w.writeOperator(ctx, texts)
	if err == nil || errors.Is(err, notify.ErrRefused) {
		return nil
	}
	var causes []string
	for _, r := range fresh {
		causes = append(causes, r.Cause)
	}
	return w.orTakeBack(ctx, fmt.Errorf("tell the operator of refused addresses: %w", err), causes)
}

// refusalText names persons by their opaque ids only.
func refusalText(r notify.Refusal) string {
	const colon = french.NBSP + ": "
	count := ""
	if n := len(r.Mails); n > 0 {
		count = french.Count(n, "courriel", "courriels")
	}
	mark := " Repère" + colon + strings.TrimPrefix(r.Cause, notify.RefusalCause) + "."
	if count != "" {
		mark = " Ce que disaient les courriels refusés n’est pas redit" + colon + "relais outbox le montre." + mark
	}
	if r.Redirection {
		return "L’adresse vers laquelle les courriels sont redirigés les refuse définitivement" + within(count) +
			". Corrigez RELAIS_MAIL_MODE." + mark
	}
	text := "L’adresse d’une personne refuse définitivement les courriels"
	if r.Complaint {
		text = "Une personne a signalé un courriel comme indésirable"
	}
	if count != "" && len(r.Persons) > 0 {
		count += " pour " + french.Enumerate(r.Persons)
	}
	return text + within(count) + ". Relais n’écrit plus à cette adresse" + colon +
		"ce qui reste à dire va aux autres personnes concernées ou attend s’il n’y en a pas." + mark
}

func within(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func every(list []notify.Feedback) []int {
	places := make([]int, len(list))
	for n := range places {
		places[n] = n
	}
	return places
}
