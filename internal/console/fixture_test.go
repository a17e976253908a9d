package console

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// hostile is what a usager may call his structure.
const hostile = "\"><script>alert(1)</script>\u202e\u2066 L’Éclaircie 🌻 & <b>fils</b> ' onmouseover='x"

// memory is a store in memory. err, when set, is the answer to everything.
type memory struct {
	heads      []dossier.Head
	written    []int // the numbers of those written after the first reading
	contents   map[int]*dossier.Dossier
	intentions []notify.Intention
	completed  time.Time
	streams    ingest.Streams // beside CompletedAt
	cases      []ingest.Case
	alarms     []ingest.Alarm
	err        error

	decoded, counted int
}

func (m *memory) HeadsSince(ctx context.Context, mark int64, fn func(dossier.Head) error) (int64, error) {
	if m.err != nil {
		return mark, m.err
	}
	for _, h := range m.heads {
		if mark > 0 && !slices.Contains(m.written[mark-1:], h.Number) {
			continue
		}
		m.decoded++
		if err := fn(h); err != nil {
			return mark, err
		}
	}
	return int64(len(m.written)) + 1, ctx.Err()
}

func (m *memory) Record(_ context.Context, number int) (dossier.Record, bool, error) {
	for _, h := range m.heads {
		if h.Number == number {
			return dossier.Record{Head: h, Dossier: m.contents[number]}, true, m.err
		}
	}
	return dossier.Record{}, false, m.err
}

func (m *memory) IntentionsOf(_ context.Context, number int) ([]notify.Intention, error) {
	return m.those(func(i notify.Intention) bool { return i.Dossier == number }), m.err
}

func (m *memory) Rows(_ context.Context, keys []string) ([]notify.Intention, error) {
	return m.those(func(i notify.Intention) bool { return slices.Contains(keys, i.Key) }), m.err
}

func (m *memory) Mail(_ context.Context, id string) (notify.Mail, bool, error) {
	mail := notify.Mail{ID: id}
	for _, i := range m.those(func(i notify.Intention) bool { return i.Mail == id }) {
		mail.Keys = append(mail.Keys, i.Key)
	}
	return mail, len(mail.Keys) > 0, m.err
}

func (m *memory) those(keep func(notify.Intention) bool) []notify.Intention {
	return slices.DeleteFunc(slices.Clone(m.intentions), func(i notify.Intention) bool { return !keep(i) })
}

func (m *memory) Counts(context.Context) (intentions, mails map[notify.Status]int, err error) {
	m.counted++
	intentions, mails = map[notify.Status]int{}, map[notify.Status]int{}
	seen := map[string]bool{"": true}
	for _, i := range m.intentions {
		intentions[i.Status]++
		if !seen[i.Mail] {
			seen[i.Mail] = true
			mails[i.Status]++
		}
	}
	return intentions, mails, m.err
}

func (m *memory) Demarches(context.Context) ([]dossier.Demarche, error) {
	return []dossier.Demarche{{Number: 101, Title: "AMI O2R"}}, m.err
}

func (m *memory) Streams(_ context.Context, demarche int) (ingest.Streams, error) {
	at := m.streams
	at.Demarche, at.CompletedAt = demarche, m.completed
	return at, m.err
}

func (m *memory) Cases(context.Context, int) ([]ingest.Case, error) { return m.cases, m.err }

func (m *memory) Alarms(context.Context) ([]ingest.Alarm, error) { return m.alarms, m.err }

// letters are mails in memory, by id.
type letters map[string]Mail

func (l letters) List(context.Context) ([]MailInfo, error) {
	var out []MailInfo
	for _, m := range l {
		out = append(out, m.MailInfo)
	}
	return out, nil
}

func (l letters) Read(_ context.Context, id string) (Mail, error) {
	m, ok := l[id]
	if !ok {
		return Mail{}, fmt.Errorf("read mail: %w", fs.ErrNotExist)
	}
	return m, nil
}

// now is a Saturday evening in Paris.
var now = time.Date(2026, time.November, 21, 17, 4, 5, 0, time.UTC)

var zone = call.PlatformZone()

func on(month time.Month, d int) dossier.Day { return dossier.Day{Year: 2026, Month: month, Day: d} }

func euro(f float64) *float64 { return &f }

func calls() call.Set {
	return call.NewSet(
		call.Call{
			ID: "o2r-pays-de-la-loire", Title: "O2R Pays de la Loire", Authority: "DREETS Pays de la Loire",
			Demarche: 101, Zone: zone, Calendar: call.Calendar{Closes: now.AddDate(0, 0, 9)},
		},
		call.Call{ID: "o2r-la-reunion", Title: "O2R La Réunion", Authority: "DEETS La Réunion", Demarche: 101,
			Zone: time.FixedZone("Indian/Reunion", 4*3600)},
		call.Call{ID: "pic-invisibles", Title: "PIC, repérer et mobiliser les publics invisibles"},
	)
}

func head(number int, structure string, state dossier.State, v dossier.Verdict) dossier.Head {
	return dossier.Head{
		Number: number, Demarche: 101, Version: 1, State: state, Groupe: "DREETS Pays de la Loire",
		DateDepot: now.AddDate(0, -1, -20), Modified: now.AddDate(0, 0, -2), ReadAt: now.Add(-4 * time.Minute),
		Judgement: dossier.Judgement{
			Call: "o2r-pays-de-la-loire", Verdict: v,
			Facts: dossier.Facts{Region: "52", Siret: "12345678900012", Structure: structure,
				TotalCost: euro(148_200), RequestedAmount: euro(92_625.5)},
		},
	}
}

func silence(prudent, due dossier.Day) dossier.Deadline {
	steps := []dossier.Step{}
	for _, n := range []int{30, 15, 7, 1} {
		steps = append(steps, dossier.Step{Name: fmt.Sprintf("J-%d", n), At: prudent.AddDays(-n).At(8, 0, zone)})
	}
	return dossier.Deadline{
		Kind: deadline.SilentRejet, PrudentOn: prudent, DueOn: due, Steps: steps, HandledUntil: now.AddDate(0, 0, -3),
		Basis: "Reçu le 1er octobre 2026, plus 2 mois de date à date", Source: "CRPA, art. L. 231-4, 3°",
		Hypothesis: "le silence vaut rejet\u00a0: à confirmer par l’autorité",
	}
}

// story is a small store where everything that a page can show happens once.
func story() (*memory, letters) {
	m := &memory{completed: now.Add(-4 * time.Minute), contents: map[int]*dossier.Dossier{}}

	bad := head(1201, hostile, dossier.EnInstruction, dossier.NonRecevable)
	bad.Judgement.Findings = []dossier.Finding{
		{Rule: "V05", Severity: dossier.Blocking, Outcome: dossier.Pass, Message: "La région est celle du groupe instructeur."},
		{Rule: "V63", Severity: dossier.Warning, Outcome: dossier.Unknown, Message: "Le coût de l’année 2 n’est pas donné."},
		{Rule: "V60", Severity: dossier.Blocking, Outcome: dossier.Fail, Message: "Coût total de 148\u202f200\u00a0€, inférieur au plancher de 150\u202f000\u00a0€ sur 3 ans."},
		{Rule: "V54", Severity: dossier.Blocking, Outcome: dossier.NotApplicable, Message: "Non configuré."},
	}
	bad.Judgement.Deadlines = []dossier.Deadline{silence(on(time.November, 24), on(time.November, 24))}
	m.contents[1201] = &dossier.Dossier{
		Number: 1201, State: dossier.EnInstruction, Usager: dossier.Profile{ID: "u", Email: "usager@example.org"},
		Traitements: []dossier.Traitement{
			{Event: "depose", DateTraitement: now.AddDate(0, -1, -20)}, {Event: "passe_en_instruction", DateTraitement: now.AddDate(0, -1, 0)},
			{Event: "evenement_de_demain", DateTraitement: now.AddDate(0, 0, -1)},
		},
		Messages: []dossier.Message{{ID: "x", CreatedAt: now.AddDate(0, 0, -9),
			Correction: &dossier.Correction{Reason: "incomplete", DateResolution: new(now.AddDate(0, 0, -8))}}},
		Instructeurs: []dossier.Profile{{ID: "p1", Email: "instructrice@example.org"}},
		Demandeur: dossier.Demandeur{Kind: dossier.PersonneMorale, Etablissement: &dossier.Etablissement{
			Siret:       "12345678900012",
			Entreprise:  &dossier.Entreprise{FormeJuridique: "Association déclarée", EtatAdministratif: dossier.EtatAdministratifFerme},
			Association: &dossier.Association{RNA: "W442000000", Titre: hostile}}},
	}

	held := head(1202, "Mission locale du Vignoble", dossier.EnConstruction, dossier.ACompleter)
	held.Judgement.Deadlines = []dossier.Deadline{silence(on(time.November, 19), on(time.December, 4)), silence(on(time.November, 19), on(time.December, 4))}
	held.Judgement.Deadlines[1].Kind, held.Judgement.Deadlines[1].Held = deadline.SuspendedRejet, true
	held.Judgement.Deadlines[1].HeldUntil = on(time.December, 4)

	late := head(1203, "Régie de quartier", dossier.EnInstruction, dossier.AVerifier)
	late.Judgement.Deadlines = []dossier.Deadline{silence(on(time.November, 10), on(time.November, 10))}

	fine := head(1204, "Atelier des Possibles", dossier.Accepte, dossier.Recevable)
	fine.Judgement.Deadlines = []dossier.Deadline{silence(on(time.November, 12), on(time.November, 12))}
	fine.Judgement.Deadlines[0].MetOn, fine.Judgement.Deadlines[0].HandledUntil = on(time.November, 14), time.Time{}

	orphan := head(1205, "", dossier.EnConstruction, "")
	orphan.Judgement = dossier.Judgement{}

	gone := head(1206, "", dossier.Refuse, "")
	gone.Removed, gone.RemovedAt, gone.Judgement.Facts = dossier.Purged, now.AddDate(0, 0, -1), dossier.Facts{}
	gone.Judgement.Deadlines = []dossier.Deadline{silence(on(time.November, 25), on(time.November, 25))}

	future := head(1207, "Demain", "en_attente_de_demain", "indecis")
	m.heads = []dossier.Head{bad, held, late, fine, orphan, gone, future}

	m.intentions = []notify.Intention{
		{Key: "a", Kind: notify.Reminder, Call: "o2r-pays-de-la-loire", Dossier: 1201, Deadline: "D14", Step: "J-7", DueOn: on(time.November, 24),
			Person: "p1", CreatedAt: now.AddDate(0, 0, -4), Status: notify.Sent, Mail: "m-1", SentAt: now.AddDate(0, 0, -4)},
		{Key: "b", Kind: notify.Opening, Call: "o2r-pays-de-la-loire", Person: "p1", CreatedAt: now, Status: notify.Held},
	}
	m.cases = []ingest.Case{
		{Demarche: 101, Number: 1301, Cause: "invalid_null", FirstSeen: now.AddDate(0, 0, -2), Attempts: 5, NextTry: now.Add(time.Hour)},
		{Demarche: 101, Number: 1202, Cause: "timeout", FirstSeen: now.Add(-time.Hour), Attempts: 1, NextTry: now.Add(time.Minute)},
	}
	m.alarms = []ingest.Alarm{{Cause: "binding/o2r-pays-de-la-loire/cout_total", Since: now.AddDate(0, 0, -3)}}
	m.streams = ingest.Streams{SweptAt: now.Add(-14 * time.Hour), Revision: "r-7", Bound: []ingest.Bound{{Call: "o2r-pays-de-la-loire"}},
		Stale: []ingest.StaleBinding{{Call: "o2r-pays-de-la-loire", Field: "cout_total", ID: "Q9", Why: "le champ n’est plus dans le formulaire"}}}
	return m, letters{
		"m-1": {MailInfo: MailInfo{ID: "m-1", Subject: "Urgent\u00a0: 1 dossier avant le 24 novembre " + hostile, To: "instructrice@example.org", Date: now.AddDate(0, 0, -4)},
			Attached: []Attachment{{Name: "échéances.ics", Type: "text/calendar", Size: 15}},
			Images:   []Image{{ContentID: "chiffres@relais", Type: "image/png", Data: []byte("png")}},
			From:     "relais@example.org", MessageID: "<m-1@relais.example>", Text: "Bonjour,\n" + hostile + "\n",
			HTML: `<!doctype html><html lang="fr"><head><title>Urgent</title><style>body{font-family:sans-serif;margin:2rem}</style></head><body><h1>1 dossier</h1><p>Le dossier 1201 attend une réponse avant le <strong>24 novembre</strong>.</p><img src="cid:chiffres@relais" alt="Chiffres"><img src="cid:absent" alt=""></body></html>`},
		"m-2": {MailInfo: MailInfo{ID: "m-2", Date: now}, Text: "Sans HTML."},
	}
}

func options() Options {
	m, l := story()
	return Options{
		Reader: m, Mails: l, Calls: calls(), Platform: "https://demarches.example/",
		Now: func() time.Time { return now }, Demo: true,
	}
}

// ask sends one request to the page on loopback.
func ask(t testing.TB, h http.Handler, method, target string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:8080/", nil)
	u, err := r.URL.Parse(target)
	if err != nil {
		t.Fatalf("target %q: %v", target, err)
	}
	r.Host, r.URL, r.RequestURI = "127.0.0.1:8080", u, u.RequestURI()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func get(t testing.TB, h http.Handler, target string) (int, string) {
	t.Helper()
	res := ask(t, h, http.MethodGet, target)
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}
