package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// outboxLine is one intention; its JSON is a contract (design §6).
type outboxLine struct {
	Key      string  `json:"key"`
	Kind     string  `json:"kind"`
	Call     *string `json:"call"`
	Dossier  *int    `json:"dossier"`
	Deadline *string `json:"deadline"`
	Step     *string `json:"step"`
	DueOn    *string `json:"due_on"`
	Person   string  `json:"person"`
	Email    *string `json:"email,omitempty"`
	Status   string  `json:"status"`
	Mail     *string `json:"mail"`
	SentAt   *string `json:"sent_at"`
}

// Outbox writes the intentions as JSON Lines, oldest first. reveal adds each
// person's address, as it would be written to today; it is absent for somebody
// who is no longer concerned.
func (w *World) Outbox(ctx context.Context, reveal bool, out io.Writer) error {
	intentions, err := w.intentions(ctx)
	if err != nil {
		return err
	}
	var book *addressBook
	if reveal {
		book = &addressBook{world: w, demarches: map[int]*dossier.Demarche{}}
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, i := range intentions {
		line := lineOf(i)
		if book != nil {
			if line.Email, err = book.address(ctx, i); err != nil {
				return err
			}
		}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// intentions are read before anything else is asked of the store: a reading
// under way may hold it.
func (w *World) intentions(ctx context.Context) ([]notify.Intention, error) {
	var list []notify.Intention
	err := w.Store.EachIntention(ctx, func(i notify.Intention) error {
		list = append(list, i)
		return nil
	})
	return list, err
}

func lineOf(i notify.Intention) outboxLine {
	line := outboxLine{
		Key: i.Key, Kind: string(i.Kind), Call: text(i.Call), Deadline: text(i.Deadline),
		Step: text(i.Step), DueOn: text(i.DueOn.String()), Person: i.Person,
		Status: string(i.Status), Mail: text(i.Mail), SentAt: instant(i.SentAt),
	}
	if i.Kind == notify.Change { // its step says what changed; it is no J-7
		line.Step = nil
	}
	if i.Dossier != 0 {
		line.Dossier = &i.Dossier
	}
	return line
}

// addressBook finds the addresses of persons again; none is stored.
type addressBook struct {
	world     *World
	demarches map[int]*dossier.Demarche
	last      dossier.Record // intentions of one dossier follow each other
}

func (b *addressBook) address(ctx context.Context, i notify.Intention) (*string, error) {
	d, err := b.demarche(ctx, i.Demarche)
	if err != nil || d == nil {
		return nil, err
	}
	if i.Dossier == 0 {
		return text(notify.AddressAboutCall(i, b.world.Calls, d.Groupes)), nil
	}
	if b.last.Number != i.Dossier {
		if b.last, _, err = b.world.Store.Record(ctx, i.Dossier); err != nil {
			return nil, err
		}
	}
	return text(notify.AddressAboutDossier(i, b.world.Calls, b.last.Dossier, d.Groupes)), nil
}

func (b *addressBook) demarche(ctx context.Context, number int) (*dossier.Demarche, error) {
	if d, ok := b.demarches[number]; ok {
		return d, nil
	}
	d, ok, err := b.world.Store.Demarche(ctx, number)
	if err != nil {
		return nil, err
	}
	b.demarches[number] = nil
	if ok {
		b.demarches[number] = &d
	}
	return b.demarches[number], nil
}

// Allow lets mails go again to the address of a person that refused them, once its
// trouble is over, and clears its alarm. The address is found as it would be written
// to today; nobody has to type it.
func (w *World) Allow(ctx context.Context, person string) error {
	intentions, err := w.intentions(ctx)
	if err != nil {
		return err
	}
	book := addressBook{world: w, demarches: map[int]*dossier.Demarche{}}
	for _, i := range slices.Backward(intentions) {
		if i.Person != person {
			continue
		}
		address, err := book.address(ctx, i)
		if err != nil {
			return err
		}
		if address != nil {
			return w.allow(ctx, notify.Digest(*address))
		}
	}
	return usage("no such person is concerned by anything now: copy the \"person\" of a line of relais outbox")
}

func (w *World) allow(ctx context.Context, digest string) error {
	since, err := w.Store.Suppressed(ctx, digest)
	if err != nil {
		return err
	}
	if since.IsZero() {
		return usage("the address of this person refuses nothing")
	}
	return errors.Join(w.Store.Allow(ctx, digest), w.Store.ClearAlarm(ctx, notify.RefusalCause+digest[:12]))
}
