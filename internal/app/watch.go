package app

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
	"relais/internal/letter"
	"relais/internal/notify"
)

// oldCopy is the age from which the operator hears that a copy is not fresh:
// several polls must have failed.
const oldCopy = time.Hour

// notices are how many days before its last day the operator hears of a token.
var notices = []int{30, 7, 1}

// Watch raises what is wrong after a poll and clears what no longer is. The
// operator is written to once per cause, when it begins. pollErr is the poll's
// error; expires is the token's last day, or zero.
func (w *World) Watch(ctx context.Context, pollErr error, expires dossier.Day) error {
	wrong := map[string]string{}
	w.watchToken(wrong, pollErr, expires)
	for _, demarche := range w.Calls.Demarches() {
		if err := w.watchDemarche(ctx, wrong, demarche); err != nil {
			return err
		}
	}
	return w.tell(ctx, wrong, ownedByWatch)
}

// ownedByWatch are the causes that a poll raises and clears: others raise theirs.
func ownedByWatch(cause string) bool {
	return !strings.HasPrefix(cause, notify.RefusalCause) && !strings.HasPrefix(cause, unreachedCause)
}

// watchToken looks at refusals, which no retry mends, and at the calendar.
func (w *World) watchToken(wrong map[string]string, pollErr error, expires dossier.Day) {
	for cause := range causes(pollErr) {
		switch cause {
		case "expired_token":
			wrong["token/"+cause] = "Le jeton a expiré. Plus rien n’est lu. Créez un nouveau jeton, puis changez DS_API_TOKEN et DS_TOKEN_EXPIRES."
		case "wrong_token", "old_token", "no_token":
			wrong["token/"+cause] = "La plateforme refuse le jeton : il est révoqué, mal recopié ou d’un format ancien. Plus rien n’est lu. Créez un nouveau jeton et changez DS_API_TOKEN."
		case "refused_network":
			wrong["token/"+cause] = "La plateforme refuse l’adresse réseau de Relais pour ce jeton. Plus rien n’est lu. Ajoutez l’adresse aux réseaux autorisés du jeton ; relais check la montre."
		case "unauthorized":
			wrong["token/"+cause] = "La plateforme ferme une démarche à ce jeton : la personne qui l’a créé n’en est plus administratrice, ou le jeton ne la nomme pas. Elle n’est plus lue ; relais check dit laquelle."
		case "not_found":
			wrong["demarche/"+cause] = "La plateforme ne connaît plus une démarche : elle a été supprimée, ou son numéro est faux dans un fichier d’appel. Elle n’est plus lue et rien n’est effacé ; relais check dit laquelle."
		}
	}
	left, known := w.TokenDaysLeft(expires)
	if !known {
		return
	}
	for i := len(notices) - 1; i >= 0; i-- {
		if left <= notices[i] {
			wrong[fmt.Sprintf("token/expires/%s/%d", expires, notices[i])] = "Le jeton expire le " + french.LongDay(expires) +
				"\u00a0: préparez son remplacement, puis changez DS_API_TOKEN et DS_TOKEN_EXPIRES."
			return
		}
	}
}

// causes are those of every error in a tree, in one word each: the démarches of a
// poll fail for reasons of their own.
func causes(err error) iter.Seq[string] {
	return func(yield func(string) bool) { eachCause(err, yield) }
}

func eachCause(err error, yield func(string) bool) bool {
	if c, ok := err.(interface{ Cause() string }); ok {
		return yield(c.Cause())
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return eachCause(e.Unwrap(), yield)
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			if !eachCause(one, yield) {
				return false
			}
		}
	}
	return true
}

// TokenDaysLeft is how many days the token still works after today; negative once
// expired. False when its last day is not known.
func (w *World) TokenDaysLeft(expires dossier.Day) (int, bool) {
	return expires.Sub(dossier.DayOf(w.Now(), call.PlatformZone())), !expires.IsZero()
}

func (w *World) watchDemarche(ctx context.Context, wrong map[string]string, demarche int) error {
	streams, err := w.Store.Streams(ctx, demarche)
	if err != nil {
		return err
	}
	if age := w.Now().Sub(streams.CompletedAt); !streams.CompletedAt.IsZero() && age > oldCopy {
		wrong[fmt.Sprintf("copy/%d", demarche)] = fmt.Sprintf("Démarche %d\u00a0: la dernière lecture complète date de plus d’une heure. Les courriels aux instructeurs attendent. relais check dit pourquoi.", demarche)
	}
	for _, s := range streams.Stale {
		wrong["binding/"+s.Call+"/"+s.Field] = "Appel " + s.Call + "\u00a0: le formulaire a changé. " + s.Why
	}
	cases, err := w.Store.Cases(ctx, demarche)
	if len(cases) > 0 {
		wrong[fmt.Sprintf("quarantine/%d", demarche)] = fmt.Sprintf("Démarche %d\u00a0: %s ne peuvent pas être lus, sans gêner les autres. Relais réessaie seul\u202f; relais quarantine les liste.",
			demarche, french.Count(len(cases), "dossier", "dossiers"))
	}
	return err
}

// tell writes about the causes that are new and forgets those, of the owner's, that
// are over.
func (w *World) tell(ctx context.Context, wrong map[string]string, owns func(cause string) bool) error {
	raised, err := w.Store.Alarms(ctx)
	if err != nil {
		return err
	}
	for _, a := range raised {
		if _, still := wrong[a.Cause]; !still && owns(a.Cause) {
			if err := w.Store.ClearAlarm(ctx, a.Cause); err != nil {
				return err
			}
		}
	}
	var causes, texts []string
	for _, cause := range slices.Sorted(maps.Keys(wrong)) {
		first, err := w.Store.RaiseAlarm(ctx, cause, w.Now())
		if err != nil {
			return err
		}
		if first {
			w.Log.WithField("cause", cause).Warn("alarm")
			causes, texts = append(causes, cause), append(texts, wrong[cause])
		}
	}
	return w.orTakeBack(ctx, w.writeOperator(ctx, texts), causes)
}

// orTakeBack lowers alarms that the operator could not be told of, so that the
// next look tells.
func (w *World) orTakeBack(ctx context.Context, failed error, causes []string) error {
	if failed == nil {
		return nil
	}
	problems := []error{failed}
	for _, cause := range causes {
		problems = append(problems, w.Store.ClearAlarm(context.WithoutCancel(ctx), cause))
	}
	return errors.Join(problems...)
}

// writeOperator sends one mail with all that is new. In mode hold nobody is
// written to; the log has it.
func (w *World) writeOperator(ctx context.Context, texts []string) error {
	if len(texts) == 0 || w.Operator == "" || w.Sender == nil || w.Mode.Name == notify.ModeHold {
		return nil
	}
	to := w.Operator
	if w.Mode.Name == notify.ModeRedirect {
		to = w.Mode.To
	}
	now := w.Now()
	l, err := letter.WriteNotice(letter.Notice{
		Day: french.Capital(french.LongDay(dossier.DayOf(now, call.PlatformZone()))), Points: texts, Demo: w.Demo,
	})
	if err != nil {
		return err
	}
	id := fmt.Sprintf("operator-%d", now.UnixNano())
	_, domain, _ := strings.Cut(w.From, "@")
	return w.Sender.Send(ctx, notify.Message{
		ID: id, MessageID: id + "@" + strings.TrimSuffix(domain, ">"), To: to, From: w.From, Date: now,
		Subject: l.Subject, Text: l.Text, HTML: l.HTML,
	})
}
