package notify

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"relais/internal/dossier"
)

// memory is the store of these tests. on, when set, is called before each write
// with its name, and may fail it or end the process (see dies).
type memory struct {
	records   map[int]dossier.Record
	demarches map[int]dossier.Demarche
	completed map[int]time.Time
	plans     map[string]Plan
	rows      map[string]Intention
	order     []string
	mails     map[string]Mail
	barred    map[string]time.Time // by digest
	alarms    map[string]time.Time
	notes     map[string]string
	looked    int // addresses looked up
	on        func(op string) error
	dueReads  int

	dueRecords int // returned by all of them
}

func newMemory() *memory {
	return &memory{
		records: map[int]dossier.Record{}, demarches: map[int]dossier.Demarche{}, completed: map[int]time.Time{},
		plans: map[string]Plan{}, rows: map[string]Intention{}, mails: map[string]Mail{},
		barred: map[string]time.Time{}, alarms: map[string]time.Time{}, notes: map[string]string{},
	}
}

func (m *memory) write(op string) error {
	if m.on == nil {
		return nil
	}
	return m.on(op)
}

func (m *memory) Due(_ context.Context, at time.Time, after Seen, limit int) ([]dossier.Record, error) {
	m.dueReads++
	behind := func(r dossier.Record) bool { return Seen{r.NextStep(), r.Number}.compare(after) <= 0 }
	var due []dossier.Record
	for _, r := range m.records {
		if next := r.NextStep(); !next.IsZero() && !next.After(at) && !behind(r) {
			due = append(due, r)
		}
	}
	slices.SortFunc(due, func(a, b dossier.Record) int {
		return cmp.Or(a.NextStep().Compare(b.NextStep()), cmp.Compare(a.Number, b.Number))
	})
	due = due[:min(limit, len(due))]
	m.dueRecords += len(due)
	return due, nil
}

func (m *memory) Advance(_ context.Context, head dossier.Head, rows []Intention) (int, error) {
	if err := m.write("advance"); err != nil {
		return 0, err
	}
	stored := m.records[head.Number]
	if stored.Version != head.Version {
		return 0, dossier.ErrConflict
	}
	stored.Version++
	stored.Judgement.Deadlines, stored.Told = head.Judgement.Deadlines, head.Told
	m.records[head.Number] = stored
	return m.add(rows), nil
}

func (m *memory) CallPlan(_ context.Context, id string) (Plan, error) { return m.plans[id], nil }

func (m *memory) AdvanceCall(_ context.Context, p Plan, rows []Intention) (int, error) {
	if err := m.write("advance call"); err != nil {
		return 0, err
	}
	if m.plans[p.Call].Version != p.Version {
		return 0, dossier.ErrConflict
	}
	p.Version++
	m.plans[p.Call] = p
	return m.add(rows), nil
}

func (m *memory) Record(_ context.Context, number int) (dossier.Record, bool, error) {
	r, ok := m.records[number]
	return r, ok, nil
}

func (m *memory) Demarche(_ context.Context, number int) (dossier.Demarche, bool, error) {
	d, ok := m.demarches[number]
	return d, ok, nil
}

func (m *memory) CompletedAt(_ context.Context, demarche int) (time.Time, error) {
	return m.completed[demarche], nil
}

func (m *memory) People(_ context.Context, status Status, after string, limit int) ([]string, error) {
	found := map[string]bool{}
	for _, i := range m.rows {
		if i.Status == status && i.Mail == "" && i.Person > after {
			found[i.Person] = true
		}
	}
	people := slices.Sorted(maps.Keys(found))
	return people[:min(limit, len(people))], nil
}

func (m *memory) Of(_ context.Context, person string, status Status) ([]Intention, error) {
	return m.list(func(i Intention) bool { return i.Person == person && i.Status == status && i.Mail == "" }), nil
}

func (m *memory) Mark(_ context.Context, keys []string, status Status) error {
	if err := m.write("mark " + string(status)); err != nil {
		return err
	}
	for _, key := range keys {
		if i, ok := m.rows[key]; ok && i.Mail == "" {
			i.Status = status
			m.rows[key] = i
		}
	}
	return nil
}

func (m *memory) Rows(_ context.Context, keys []string) ([]Intention, error) {
	var rows []Intention
	for _, key := range slices.Sorted(slices.Values(keys)) {
		if i, ok := m.rows[key]; ok {
			rows = append(rows, i)
		}
	}
	return rows, nil
}

func (m *memory) Enqueue(_ context.Context, rows []Intention) (int, error) {
	if err := m.write("enqueue"); err != nil {
		return 0, err
	}
	return m.add(rows), nil
}

func (m *memory) Claim(_ context.Context, mail Mail) error {
	if err := m.write("claim"); err != nil {
		return err
	}
	if _, taken := m.mails[mail.ID]; taken {
		return dossier.ErrConflict
	}
	for _, key := range mail.Keys {
		if i, ok := m.rows[key]; !ok || i.Status != Pending || i.Mail != "" {
			return dossier.ErrConflict
		}
	}
	m.point(mail, mail.ID, Pending, time.Time{})
	m.mails[mail.ID] = mail
	return nil
}

func (m *memory) Settle(ctx context.Context, id string, fate Status, at time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := m.write("settle " + string(fate)); err != nil {
		return err
	}
	mail := m.mails[id]
	if fate == Pending {
		delete(m.mails, id)
		m.point(mail, "", Pending, time.Time{})
		return nil
	}
	mail.Status, mail.SettledAt = fate, at
	m.mails[id] = mail
	m.point(mail, id, fate, at)
	return nil
}

func (m *memory) Orphans(_ context.Context, before time.Time, limit int) ([]Mail, error) {
	var orphans []Mail
	for _, id := range slices.Sorted(maps.Keys(m.mails)) {
		if mail := m.mails[id]; mail.Status == Pending && mail.ClaimedAt.Before(before) {
			orphans = append(orphans, mail)
		}
	}
	return orphans[:min(limit, len(orphans))], nil
}

func (m *memory) Reclaim(_ context.Context, mail Mail, at time.Time) error {
	stored, ok := m.mails[mail.ID]
	if !ok || !stored.ClaimedAt.Equal(mail.ClaimedAt) {
		return dossier.ErrConflict
	}
	stored.ClaimedAt = at
	stored.Attempts++
	m.mails[mail.ID] = stored
	return nil
}

func (m *memory) Mail(_ context.Context, id string) (Mail, bool, error) {
	mail, ok := m.mails[id]
	return mail, ok, nil
}

func (m *memory) Refuse(_ context.Context, id string, at time.Time) (bool, error) {
	if err := m.write("refuse"); err != nil {
		return false, err
	}
	mail, ok := m.mails[id]
	if !ok || mail.Status != Sent {
		return false, nil
	}
	mail.Status, mail.SettledAt = Refused, at
	m.mails[id] = mail
	m.point(mail, id, Refused, time.Time{})
	return true, nil
}

func (m *memory) Suppress(_ context.Context, digest string, at time.Time) error {
	if err := m.write("suppress"); err != nil {
		return err
	}
	if _, ok := m.barred[digest]; !ok {
		m.barred[digest] = at
	}
	return nil
}

func (m *memory) Allow(_ context.Context, digest string) error {
	delete(m.barred, digest)
	return nil
}

func (m *memory) Suppressed(_ context.Context, digest string) (time.Time, error) {
	m.looked++
	if err := m.write("suppressed"); err != nil {
		return time.Time{}, err
	}
	return m.barred[digest], nil
}

func (m *memory) RaiseAlarm(_ context.Context, cause string, at time.Time) (bool, error) {
	if err := m.write("raise"); err != nil {
		return false, err
	}
	_, raised := m.alarms[cause]
	if !raised {
		m.alarms[cause] = at
	}
	return !raised, nil
}

func (m *memory) Meta(_ context.Context, name string) (string, error) { return m.notes[name], nil }

func (m *memory) SetMeta(_ context.Context, name, value string) error {
	if err := m.write("note"); err != nil {
		return err
	}
	m.notes[name] = value
	return nil
}

func (m *memory) EachHead(_ context.Context, after int, visit func(dossier.Head) error) error {
	for _, number := range slices.Sorted(maps.Keys(m.records)) {
		if number <= after {
			continue
		}
		if err := visit(m.records[number].Head); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) add(rows []Intention) int {
	added := 0
	for _, i := range rows {
		if _, ok := m.rows[i.Key]; !ok {
			m.rows[i.Key] = i
			m.order = append(m.order, i.Key)
			added++
		}
	}
	return added
}

func (m *memory) point(mail Mail, to string, status Status, at time.Time) {
	for _, key := range mail.Keys {
		i := m.rows[key]
		i.Mail, i.Status, i.SentAt = to, status, at
		m.rows[key] = i
	}
}

func (m *memory) list(keep func(Intention) bool) []Intention {
	var out []Intention
	for _, key := range m.order {
		if i := m.rows[key]; keep(i) {
			out = append(out, i)
		}
	}
	return out
}

// statuses counts the rows of each status, claimed or not.
func (m *memory) statuses() map[Status]int {
	counts := map[Status]int{}
	for _, i := range m.rows {
		counts[i.Status]++
	}
	return counts
}

// postbox is the mail service of these tests. on, when set, decides on each
// message after the service has seen it.
type postbox struct {
	tried    []Message
	messages []Message // of those, the ones accepted
	on       func(Message) error
}

func (p *postbox) Send(_ context.Context, m Message) error {
	p.tried = append(p.tried, m)
	if p.on != nil {
		if err := p.on(m); err != nil {
			return err
		}
	}
	p.messages = append(p.messages, m)
	return nil
}
