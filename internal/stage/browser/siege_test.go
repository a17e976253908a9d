package browser

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"time"

	"relais/internal/console"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// siege is a store where every text that a page shows is hostile: dossier 1000+n
// says payload n, wherever it can say something.
type siege struct {
	heads      []dossier.Head
	intentions []notify.Intention
	cases      []ingest.Case
	alarms     []ingest.Alarm
	streams    ingest.Streams
}

func besieged(now time.Time) *siege {
	s := &siege{streams: ingest.Streams{CompletedAt: now, Revision: payloads[0], Bound: []ingest.Bound{{Call: "o2r"}}}}
	day := dossier.DayOf(now, time.UTC)
	for i, text := range payloads {
		number, amount, people := 1000+i, 150_000.0, 20
		due := dossier.Deadline{
			Kind: deadline.SilentRejet, PrudentOn: day.AddDays(i - 3), DueOn: day.AddDays(i), Basis: text, Source: text,
			Hypothesis: text, Steps: []dossier.Step{{Name: text, At: now}},
		}
		s.heads = append(s.heads, dossier.Head{
			Number: number, Demarche: 101, Version: 1, State: dossier.EnInstruction, Groupe: text,
			DateDepot: now, Modified: now, ReadAt: now,
			Judgement: dossier.Judgement{
				Call: []string{"o2r", text}[i%2], Verdict: dossier.NonRecevable,
				Facts: dossier.Facts{Structure: text, Siret: text, Region: text, TotalCost: &amount, RequestedAmount: &amount, PeopleFound: &people},
				Findings: []dossier.Finding{
					{Rule: "V60", Severity: dossier.Blocking, Outcome: dossier.Fail, Message: text},
					{Rule: text, Severity: dossier.Severity(text), Outcome: dossier.Outcome(text), Message: text},
				},
				Deadlines: []dossier.Deadline{due},
			},
		})
		s.intentions = append(s.intentions, notify.Intention{
			Key: text, Kind: notify.Kind(text), Call: "o2r", Dossier: number, Deadline: text, Step: text, DueOn: day,
			Person: text, CreatedAt: now, Status: notify.Sent, Mail: fmt.Sprintf("m-%d", i), SentAt: now,
		})
		s.cases = append(s.cases, ingest.Case{Demarche: 101, Number: number, Cause: text, FirstSeen: now, Attempts: 1, NextTry: now})
		s.alarms = append(s.alarms, ingest.Alarm{Cause: text, Since: now})
		s.streams.Stale = append(s.streams.Stale, ingest.StaleBinding{Call: text, Field: text, ID: text, Why: text})
	}
	return s
}

func (s *siege) HeadsSince(_ context.Context, mark int64, fn func(dossier.Head) error) (int64, error) {
	for _, h := range s.heads {
		if mark > 0 {
			break
		}
		if err := fn(h); err != nil {
			return 0, err
		}
	}
	return 1, nil
}

func (s *siege) Record(_ context.Context, number int) (dossier.Record, bool, error) {
	i := number - 1000
	if i < 0 || i >= len(payloads) {
		return dossier.Record{}, false, nil
	}
	text := payloads[i]
	return dossier.Record{Head: s.heads[i], Dossier: &dossier.Dossier{
		Number: number, State: dossier.EnInstruction, Usager: dossier.Profile{Email: text},
		Traitements: []dossier.Traitement{{Event: text, DateTraitement: s.heads[i].ReadAt}},
		Messages:    []dossier.Message{{ID: text, CreatedAt: s.heads[i].ReadAt, Correction: &dossier.Correction{Reason: text}}},
		Demandeur: dossier.Demandeur{Kind: dossier.DemandeurKind(text), Etablissement: &dossier.Etablissement{
			Siret: text, Entreprise: &dossier.Entreprise{FormeJuridique: text, EtatAdministratif: text},
			Association: &dossier.Association{RNA: text, Titre: text}}},
	}}, true, nil
}

func (s *siege) IntentionsOf(_ context.Context, number int) ([]notify.Intention, error) {
	return s.intentions[number-1000 : number-999], nil
}

func (s *siege) Rows(context.Context, []string) ([]notify.Intention, error) { return s.intentions, nil }

func (s *siege) Mail(_ context.Context, id string) (notify.Mail, bool, error) {
	return notify.Mail{ID: id, Keys: payloads}, true, nil
}

func (s *siege) Counts(context.Context) (intentions, mails map[notify.Status]int, err error) {
	return map[notify.Status]int{notify.Sent: len(payloads)}, map[notify.Status]int{notify.Sent: len(payloads)}, nil
}

func (s *siege) Demarches(context.Context) ([]dossier.Demarche, error) {
	return []dossier.Demarche{{Number: 101, Title: payloads[3]}}, nil
}

func (s *siege) Streams(context.Context, int) (ingest.Streams, error) { return s.streams, nil }

func (s *siege) Cases(context.Context, int) ([]ingest.Case, error) { return s.cases, nil }

func (s *siege) Alarms(context.Context) ([]ingest.Alarm, error) { return s.alarms, nil }

// siegeMails are mails with a hostile text wherever a mail holds one.
type siegeMails time.Time

func (l siegeMails) List(context.Context) (list []console.MailInfo, err error) {
	for i := range payloads {
		m, _ := l.Read(context.Background(), fmt.Sprintf("m-%d", i))
		list = append(list, m.MailInfo)
	}
	return list, nil
}

func (l siegeMails) Read(_ context.Context, id string) (console.Mail, error) {
	var i int
	if _, err := fmt.Sscanf(id, "m-%d", &i); err != nil || i < 0 || i >= len(payloads) {
		return console.Mail{}, fs.ErrNotExist
	}
	text := payloads[i]
	return console.Mail{
		MailInfo: console.MailInfo{ID: id, Subject: text, To: text, Date: time.Time(l)},
		From:     text, MessageID: text, Text: text, HTML: "<!doctype html><html lang=fr><head><title>x</title></head><body>" + text,
		Attached: []console.Attachment{{Name: text, Type: text, Size: 12}},
		Images:   []console.Image{{ContentID: text, Type: "image/png", Data: []byte(text)}},
	}, nil
}

// retrier lets the page show its buttons.
type retrier struct{}

func (retrier) Retry(context.Context, int) (bool, error) { return false, nil }

func queryOf(text string) string { return url.QueryEscape(text[:min(len(text), 90)]) }
