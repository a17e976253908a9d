package notify

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"relais/internal/letter"
)

// compose writes the mail of a claimed batch.
func (t *delivering) compose(ctx context.Context, m Mail, batch []statement) (Message, error) {
	draft, err := t.draft(ctx, m, batch)
	if err != nil {
		return Message{}, err
	}
	l, err := letter.Write(draft)
	if err != nil {
		return Message{}, fmt.Errorf("write mail %s: %w", m.ID, err)
	}
	message := Message{
		ID: m.ID, To: t.address(batch[0].to), From: t.From, Subject: l.Subject, Text: l.Text, HTML: l.HTML,
		Date: t.now.In(draft.Zone), MessageID: messageID(m, draft.Host), Unsubscribe: draft.Preferences,
	}
	for _, f := range l.Files {
		message.Files = append(message.Files, File(f))
	}
	return message, nil
}

func (t *delivering) draft(ctx context.Context, m Mail, batch []statement) (letter.Draft, error) {
	d := letter.Draft{
		Now: t.now, Zone: zoneOf(batch[0].call), Urgent: m.ID == mailID(m.Person, m.Keys),
		Demo: t.Demo, Platform: t.BaseURL, Console: t.Console, Preferences: t.page(batch), Host: host(t.From),
	}
	if t.Mode.redirects() {
		d.Redirected = m.Person
	}
	var err error
	if d.Committees, err = t.committees(ctx, batch); err != nil {
		return d, err
	}
	for _, s := range batch {
		if s.intention.Kind != Report {
			d.Items = append(d.Items, s.item())
			continue
		}
		figures, err := t.count(ctx)
		if err != nil {
			return d, err
		}
		d.Reports = append(d.Reports, letter.Weekly{Call: s.call, Figures: figures[s.call.ID], Because: s.to.because})
	}
	return d, nil
}

// kinds are those of a letter's items.
var kinds = map[Kind]letter.Kind{
	Reminder: letter.Date, Immediate: letter.Date, Opening: letter.Opening, Change: letter.Change,
}

func (s statement) item() letter.Item {
	return letter.Item{
		Kind: kinds[s.intention.Kind], Call: s.call, Head: s.record.Head, Deadline: s.deadline, Open: s.deadlines,
		Revision: s.revision, News: s.news, Because: s.to.because,
	}
}

// page is where the reader of a mail chooses what they receive about its calls. A
// redirected mail has none: it would change another person's.
func (t *delivering) page(batch []statement) string {
	if t.Page == nil || t.Mode.redirects() {
		return ""
	}
	var calls []string
	for _, s := range batch {
		calls = append(calls, s.call.ID)
	}
	slices.Sort(calls)
	return t.Page(Subscriber(batch[0].to.address), slices.Compact(calls))
}

// host is the domain of an address, for Message-IDs.
func host(from string) string {
	a, err := mail.ParseAddress(from)
	if err != nil {
		return "relais.invalid"
	}
	return a.Address[strings.LastIndex(a.Address, "@")+1:]
}
