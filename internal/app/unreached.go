package app

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"relais/internal/french"
)

// unreachedNote holds how many subjects of each call nobody can be told of, as
// remind last counted them: remind writes to nobody, and deliver tells the operator.
const unreachedNote = "unreached"

// unreachedCause begins the cause of an alarm about such a call.
const unreachedCause = "unreached/"

// noteUnreached writes what remind counted, when it changed.
func (w *World) noteUnreached(ctx context.Context, counts map[string]int) error {
	if counts == nil {
		counts = map[string]int{}
	}
	text, err := json.Marshal(counts)
	if err != nil {
		return err
	}
	old, err := w.Store.Meta(ctx, unreachedNote)
	if err != nil || old == string(text) || old == "" && len(counts) == 0 {
		return err
	}
	return w.Store.SetMeta(ctx, unreachedNote, string(text))
}

// watchUnreached raises an alarm for each call that has dossiers nobody can be told
// of, and clears those that are over.
func (w *World) watchUnreached(ctx context.Context) error {
	text, err := w.Store.Meta(ctx, unreachedNote)
	if err != nil || text == "" {
		return err
	}
	counts := map[string]int{}
	if err := json.Unmarshal([]byte(text), &counts); err != nil {
		return nil // of another version: the next remind writes it anew
	}
	wrong := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		wrong[unreachedCause+id] = unreachedText(id, counts[id])
	}
	return w.tell(ctx, wrong, func(cause string) bool { return strings.HasPrefix(cause, unreachedCause) })
}

func unreachedText(id string, n int) string {
	return "Appel " + id + french.NBSP + ": personne ne peut être prévenu pour " +
		french.Count(n, "dossier ou échéance", "dossiers ou échéances") +
		". Aucun instructeur ne les suit ni n’est membre de leur groupe, ou plus aucune adresse n’est utilisable. " +
		"Donnez une adresse de secours à l’appel (recipients" + french.NBSP + ": fallback), ou des membres au groupe sur la plateforme."
}
