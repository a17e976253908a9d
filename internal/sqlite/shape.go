package sqlite

import (
	"encoding/json"
	"reflect"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// The shapes below are the JSON that stands in the file. Each is the domain's
// own JSON, embedded, with two kinds of field put in front of it: instants,
// which become integers, and what has a column of its own, which is left out.
//
// A field added to the domain is thus kept without a change here, and absent in
// older rows. A domain field renamed or retyped in JSON changes the file: it
// needs a migration. TestStoredShapes fails first.

// column hides a domain field from the JSON: its value stands in a column.
type column struct{}

type headShape struct {
	dossier.Head
	Number    column         `json:"number,omitzero"`
	Demarche  column         `json:"demarche,omitzero"`
	Version   column         `json:"version,omitzero"`
	DateDepot instant        `json:"date_depot,omitzero"`
	Modified  instant        `json:"modified,omitzero"`
	ReadAt    instant        `json:"read_at,omitzero"`
	FirstSeen instant        `json:"first_seen,omitzero"`
	AdoptedAt instant        `json:"adopted_at,omitzero"`
	Told      portraitShape  `json:"told,omitzero"`
	RemovedAt instant        `json:"removed_at,omitzero"`
	Judgement judgementShape `json:"judgement,omitzero"`
}

type portraitShape struct {
	dossier.Portrait
	EditedAt    instant `json:"edited_at,omitzero"`
	CorrectedAt instant `json:"corrected_at,omitzero"`
}

type factsShape struct {
	dossier.Facts
	EditedAt    instant `json:"edited_at,omitzero"`
	CorrectedAt instant `json:"corrected_at,omitzero"`
}

type judgementShape struct {
	dossier.Judgement
	Facts     factsShape      `json:"facts"`
	Deadlines []deadlineShape `json:"deadlines,omitempty"`
}

type deadlineShape struct {
	dossier.Deadline
	Steps        []stepShape `json:"steps,omitempty"`
	HandledUntil instant     `json:"handled_until,omitzero"`
}

type stepShape struct {
	dossier.Step
	At instant `json:"at,omitzero"`
}

type positionShape struct {
	dossier.Position
	Since instant `json:"since,omitzero"`
}

type walkShape struct {
	ingest.Walk
	Position  positionShape `json:"position"`
	StartedAt instant       `json:"started_at,omitzero"`
}

// streamsShape names the instants of schema 1. Later ones stand as RFC 3339 in
// the domain's own JSON, and are cut when read.
type streamsShape struct {
	ingest.Streams
	Demarche      column        `json:"demarche,omitzero"`
	Position      positionShape `json:"position"`
	Reached       instant       `json:"reached,omitzero"`
	ReachedAt     instant       `json:"reached_at,omitzero"`
	Walk          *walkShape    `json:"walk,omitempty"`
	DeletedReadAt instant       `json:"deleted_read_at,omitzero"`
	CompletedAt   instant       `json:"completed_at,omitzero"`
}

type caseShape struct {
	ingest.Case
	Demarche  column  `json:"demarche,omitzero"`
	Number    column  `json:"number,omitzero"`
	FirstSeen instant `json:"first_seen,omitzero"`
	NextTry   instant `json:"next_try,omitzero"`
}

type demarcheShape struct {
	dossier.Demarche
	Number        column   `json:"number,omitzero"`
	DateFermeture *instant `json:"date_fermeture,omitempty"`
}

type planShape struct {
	notify.Plan
	Call      column          `json:"call,omitzero"`
	AdoptedAt instant         `json:"adopted_at,omitzero"`
	Deadlines []deadlineShape `json:"deadlines,omitempty"`
}

// intentionShape leaves out what the mail says in its place: Mail and SentAt.
type intentionShape struct {
	notify.Intention
	Key       column `json:"key,omitzero"`
	Person    column `json:"person,omitzero"`
	CreatedAt column `json:"created_at,omitzero"`
	Status    column `json:"status,omitzero"`
	Mail      column `json:"mail,omitzero"`
	SentAt    column `json:"sent_at,omitzero"`
}

func encodeHead(h dossier.Head) ([]byte, error) {
	s := headShape{
		Head:      h,
		DateDepot: instant{h.DateDepot},
		Modified:  instant{h.Modified},
		ReadAt:    instant{h.ReadAt},
		FirstSeen: instant{h.FirstSeen},
		AdoptedAt: instant{h.AdoptedAt},
		RemovedAt: instant{h.RemovedAt},
		Told:      portraitShape{h.Told, instant{h.Told.EditedAt}, instant{h.Told.CorrectedAt}},
		Judgement: shapeJudgement(h.Judgement),
	}
	return json.Marshal(s)
}

func decodeHead(body []byte) (dossier.Head, error) {
	var s headShape
	if err := json.Unmarshal(body, &s); err != nil {
		return dossier.Head{}, err
	}
	h := s.Head
	h.DateDepot, h.Modified, h.ReadAt = s.DateDepot.Time, s.Modified.Time, s.ReadAt.Time
	h.FirstSeen, h.AdoptedAt, h.RemovedAt = s.FirstSeen.Time, s.AdoptedAt.Time, s.RemovedAt.Time
	h.Told = s.Told.Portrait
	h.Told.EditedAt, h.Told.CorrectedAt = s.Told.EditedAt.Time, s.Told.CorrectedAt.Time
	h.Judgement = plainJudgement(s.Judgement)
	return h, nil
}

func shapeJudgement(j dossier.Judgement) judgementShape {
	facts := factsShape{j.Facts, instant{j.Facts.EditedAt}, instant{j.Facts.CorrectedAt}}
	return judgementShape{j, facts, shapeDeadlines(j.Deadlines)}
}

func plainJudgement(s judgementShape) dossier.Judgement {
	j := s.Judgement
	j.Facts = s.Facts.Facts
	j.Facts.EditedAt, j.Facts.CorrectedAt = s.Facts.EditedAt.Time, s.Facts.CorrectedAt.Time
	j.Deadlines = plainDeadlines(s.Deadlines)
	return j
}

func shapeDeadlines(ds []dossier.Deadline) []deadlineShape {
	out := make([]deadlineShape, 0, len(ds))
	for _, d := range ds {
		s := deadlineShape{Deadline: d, HandledUntil: instant{d.HandledUntil}}
		for _, step := range d.Steps {
			s.Steps = append(s.Steps, stepShape{step, instant{step.At}})
		}
		out = append(out, s)
	}
	return out
}

func plainDeadlines(shapes []deadlineShape) []dossier.Deadline {
	var out []dossier.Deadline
	for _, s := range shapes {
		d := s.Deadline
		d.HandledUntil = s.HandledUntil.Time
		d.Steps = nil
		for _, step := range s.Steps {
			step.Step.At = step.At.Time
			d.Steps = append(d.Steps, step.Step)
		}
		out = append(out, d)
	}
	return out
}

func encodeStreams(s ingest.Streams) ([]byte, error) {
	shape := streamsShape{
		Streams:       s,
		Position:      positionShape{s.Position, instant{s.Position.Since}},
		Reached:       instant{s.Reached},
		ReachedAt:     instant{s.ReachedAt},
		DeletedReadAt: instant{s.DeletedReadAt},
		CompletedAt:   instant{s.CompletedAt},
	}
	if w := s.Walk; w != nil {
		shape.Walk = &walkShape{*w, positionShape{w.Position, instant{w.Position.Since}}, instant{w.StartedAt}}
	}
	return json.Marshal(shape)
}

func decodeStreams(body []byte) (ingest.Streams, error) {
	var shape streamsShape
	if err := json.Unmarshal(body, &shape); err != nil {
		return ingest.Streams{}, err
	}
	s := shape.Streams
	s.Position = shape.Position.plain()
	s.Reached, s.ReachedAt = shape.Reached.Time, shape.ReachedAt.Time
	s.DeletedReadAt, s.CompletedAt = shape.DeletedReadAt.Time, shape.CompletedAt.Time
	s.Walk = nil
	if w := shape.Walk; w != nil {
		w.Walk.Position, w.Walk.StartedAt = w.Position.plain(), w.StartedAt.Time
		s.Walk = &w.Walk
	}
	cutInstants(reflect.ValueOf(&s).Elem())
	return s, nil
}

func (p positionShape) plain() dossier.Position {
	p.Position.Since = p.Since.Time
	return p.Position
}

func encodeCase(c ingest.Case) ([]byte, error) {
	return json.Marshal(caseShape{Case: c, FirstSeen: instant{c.FirstSeen}, NextTry: instant{c.NextTry}})
}

func decodeCase(body []byte) (ingest.Case, error) {
	var shape caseShape
	if err := json.Unmarshal(body, &shape); err != nil {
		return ingest.Case{}, err
	}
	c := shape.Case
	c.FirstSeen, c.NextTry = shape.FirstSeen.Time, shape.NextTry.Time
	return c, nil
}

func encodeDemarche(d dossier.Demarche) ([]byte, error) {
	shape := demarcheShape{Demarche: d}
	if d.DateFermeture != nil {
		shape.DateFermeture = &instant{*d.DateFermeture}
	}
	return json.Marshal(shape)
}

func decodeDemarche(body []byte) (dossier.Demarche, error) {
	var shape demarcheShape
	if err := json.Unmarshal(body, &shape); err != nil {
		return dossier.Demarche{}, err
	}
	d := shape.Demarche
	d.DateFermeture = nil
	if shape.DateFermeture != nil {
		d.DateFermeture = &shape.DateFermeture.Time
	}
	return d, nil
}

func encodePlan(p notify.Plan) ([]byte, error) {
	return json.Marshal(planShape{Plan: p, AdoptedAt: instant{p.AdoptedAt}, Deadlines: shapeDeadlines(p.Deadlines)})
}

func decodePlan(body []byte) (notify.Plan, error) {
	var shape planShape
	if err := json.Unmarshal(body, &shape); err != nil {
		return notify.Plan{}, err
	}
	p := shape.Plan
	p.AdoptedAt, p.Deadlines = shape.AdoptedAt.Time, plainDeadlines(shape.Deadlines)
	return p, nil
}

func encodeIntention(i notify.Intention) ([]byte, error) {
	return json.Marshal(intentionShape{Intention: i})
}

func decodeIntention(body []byte) (notify.Intention, error) {
	var shape intentionShape
	err := json.Unmarshal(body, &shape)
	return shape.Intention, err
}
