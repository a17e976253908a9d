package dynamo

import (
	"errors"
	"fmt"

	"relais/internal/notify"
)

// letter is the part of a mail that never changes.
type letter struct {
	ID     string   `json:"id"`
	Person string   `json:"person"`
	Keys   []string `json:"keys"`
}

// encodeMail makes the row of a mail that is not settled.
func (s *Store) encodeMail(m notify.Mail) (item, error) {
	if m.ID == "" {
		return nil, errors.New("a mail must have an id")
	}
	b, err := s.codec.pack(letter{m.ID, m.Person, m.Keys})
	if err != nil {
		return nil, fmt.Errorf("the mail %w", err)
	}
	return mailKey(m.ID).with(statusName, text(string(m.Status))).with(claimed, micros(m.ClaimedAt)).
		with(attempts, integer(m.Attempts)).with(token, text(newToken())).with(body, bytes(b)).
		with(workPK, text(unsettled)).with(workSK, text(unsettledPlace(m))), nil
}

func (s *Store) decodeMail(it item) (notify.Mail, error) {
	var l letter
	if err := s.codec.unpack(it.bytes(body), &l); err != nil {
		return notify.Mail{}, fmt.Errorf("a mail %w", err)
	}
	return notify.Mail{
		ID: l.ID, Person: l.Person, Keys: l.Keys,
		ClaimedAt: it.instant(claimed), Status: notify.Status(it.text(statusName)),
		SettledAt: it.instant(settled), Attempts: int(it.int(attempts)),
	}, nil
}
