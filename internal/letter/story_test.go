package letter

import (
	"fmt"
	"strings"
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/report"
)

// hostile is what a candidate may type as the name of a structure.
const hostile = "Les \"Amis\" <script>alert(1)</script> & Cie\r\nBcc: pirate@evil.example\u202e\u0007 🤝 " +
	"et un nom bien trop long pour tenir sur une seule ligne d’un message"

// spaced writes texts with plain spaces, to be read in a test.
var spaced = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

func paris() *time.Location { return call.PlatformZone() }

// on is an instant of the year 2026, in Paris.
func on(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, paris())
}

func date(month time.Month, day int) dossier.Day {
	return dossier.Day{Year: 2026, Month: month, Day: day}
}

func bretagne() *call.Call {
	days := 15
	return &call.Call{
		ID: "o2r-bretagne", Family: "o2r", Title: "Offre de repérage et de remobilisation — Bretagne",
		Demarche: 100, Regions: []string{"53"}, Zone: paris(), CorrectionDays: &days,
		Silence: &call.Silence{Effect: "rejet", Months: 2, Source: "CRPA, art. L. 231-4, 3°"},
	}
}

func normandie() *call.Call {
	c := bretagne()
	c.ID, c.Title, c.Regions = "o2r-normandie", "Offre de repérage et de remobilisation — Normandie", []string{"28"}
	c.Silence = &call.Silence{Effect: "rejet", Months: 2, ConfirmedBy: "DREETS"}
	c.Calendar.Closes = on(12, 4, 18, 0)
	return c
}

// file is a dossier as it is told, built up by a story.
type file struct {
	Item
	d dossier.Dossier
	c *call.Call
}

// filed is a dossier under a call, with a structure and a verdict.
func filed(c *call.Call, number int, deposited time.Time, structure string, v dossier.Verdict) *file {
	f := &file{c: c, d: dossier.Dossier{Number: number, State: dossier.EnConstruction, DateDepot: deposited}}
	f.Call, f.Revision = c, 3
	f.Head = dossier.Head{Number: number, Demarche: c.Demarche, State: dossier.EnConstruction, DateDepot: deposited}
	f.Head.Judgement = dossier.Judgement{Call: c.ID, Verdict: v, Facts: dossier.Facts{Structure: structure}}
	return f
}

// held: pieces were asked for, and came.
func (f *file) held(asked, came time.Time) *file {
	f.d.Messages = append(f.d.Messages, dossier.Message{CreatedAt: asked, Correction: &dossier.Correction{Reason: "incomplete", DateResolution: &came}})
	return f
}

func (f *file) decided(s dossier.State, at time.Time) *file {
	f.d.State, f.Head.State = s, s
	f.d.Traitements = append(f.d.Traitements, dossier.Traitement{Event: "accepte", DateTraitement: at})
	return f
}

func (f *file) found(findings ...dossier.Finding) *file {
	f.Head.Judgement.Findings = findings
	return f
}

func (f *file) because(r Reason, groupe string) *file {
	f.Because = Because{r, groupe}
	return f
}

func (f *file) plan() []dossier.Deadline {
	return deadline.Plan(f.c, "", &f.d, deadline.Calendar{})
}

// as finishes the item.
func (f *file) as(k Kind) Item {
	f.Kind = k
	f.Head.Judgement.Deadlines = f.plan()
	for _, d := range f.Head.Judgement.Deadlines {
		if d.Open() {
			f.Open = append(f.Open, d)
		}
	}
	if k == Date {
		f.Deadline = f.Open[0]
	}
	return f.Item
}

func (f *file) news(n News) Item {
	f.News = n
	return f.as(Change)
}

// ofCall is a date of a call itself.
func ofCall(c *call.Call, k Kind, kind string) Item {
	i := Item{Kind: k, Call: c, Because: Because{Serves, "DREETS Normandie"}, Revision: 1}
	for _, d := range deadline.OfCall(c, deadline.Calendar{}) {
		if d.Kind == kind {
			i.Deadline, i.Open = d, []dossier.Deadline{d}
		}
	}
	return i
}

var missing = []dossier.Finding{
	{Rule: "V80", Severity: dossier.Blocking, Outcome: dossier.Fail, Message: "Le RIB n’est pas joint."},
	{Rule: "V84", Severity: dossier.Blocking, Outcome: dossier.Fail, Message: "Le budget prévisionnel n’est pas joint."},
	{Rule: "V10", Severity: dossier.Blocking, Outcome: dossier.Pass, Message: "Le SIRET est valide."},
	{Rule: "V05", Severity: dossier.Blocking, Outcome: dossier.Unknown, Message: "La région n’est pas renseignée."},
	{Rule: "V63", Severity: dossier.Warning, Outcome: dossier.Fail, Message: "La somme des années ne donne pas le coût total."},
}

var tooSmall = dossier.Finding{Rule: "V60", Severity: dossier.Blocking, Outcome: dossier.Fail,
	Message: "Le coût total (149\u202f999\u00a0€) est inférieur à 150\u202f000\u00a0€ sur 36\u00a0mois."}

func draft(now time.Time, items ...Item) Draft {
	return Draft{
		Now: now, Zone: paris(), Items: items, Platform: "https://demarche.example/", Host: "dreets.example",
		Console: "https://relais.example/suivi/", Preferences: "https://relais.example/courriels?p=abc",
	}
}

// morning has a line in each section, several verdicts, a suspension, a
// hypothesis, a hostile name, a committee, and every kind of news.
func morning() Draft {
	c := bretagne()
	state := func(s dossier.State) *dossier.State { return &s }
	verdict := func(v dossier.Verdict) *dossier.Verdict { return &v }
	edited := filed(c, 12345010, on(10, 20, 10, 0), "Les Chantiers du Trégor", dossier.Recevable)
	edited.Head.Judgement.Facts.EditedAt = on(12, 4, 15, 0)
	corrected := filed(c, 12345011, on(10, 22, 10, 0), "Mission locale de Brest", dossier.AVerifier).held(on(11, 20, 9, 0), on(12, 5, 11, 0))
	corrected.Head.Judgement.Facts.CorrectedAt = on(12, 5, 11, 0)
	d := draft(on(12, 7, 8, 0),
		filed(c, 12345000, on(10, 2, 10, 0), "Emploi Armor", dossier.Recevable).as(Date),
		filed(c, 12345001, on(10, 7, 10, 0), "Mission locale du Léon", dossier.AVerifier).held(on(11, 2, 10, 0), on(11, 12, 10, 0)).as(Date),
		filed(c, 12345002, on(10, 8, 10, 0), hostile, dossier.ACompleter).found(missing...).as(Date),
		filed(c, 12345003, on(10, 15, 10, 0), "", dossier.NonRecevable).found(tooSmall).as(Date),
		filed(c, 12345004, on(11, 6, 10, 0), "Association Ti ar Vro", dossier.Recevable).as(Date),
		filed(c, 12345020, on(12, 4, 10, 0), "Ateliers de l’Iroise", dossier.ACompleter).found(missing[:2]...).because(Belongs, "DREETS Bretagne").news(News{New: true}),
		filed(c, 12345021, on(12, 6, 22, 0), "Coopérative Lann Vihan", dossier.Recevable).because(Belongs, "DREETS Bretagne").news(News{New: true}),
		edited.news(News{Edited: true, Verdict: verdict(dossier.ACompleter)}),
		corrected.news(News{Corrected: true, State: state(dossier.EnInstruction)}),
		filed(c, 12345012, on(10, 1, 10, 0), "Régie de quartier Kervénanec", dossier.Recevable).decided(dossier.Accepte, on(12, 4, 17, 0)).news(News{State: state(dossier.EnInstruction)}),
	)
	d.Committees = []Committee{{Call: c, On: date(12, 15), Before: 17}}
	return d
}

// urgent cannot wait for the morning, and comes to who answers for the call.
func urgent() Draft {
	d := draft(on(12, 7, 14, 0), filed(bretagne(), 12345002, on(10, 8, 10, 0), "Mission locale du Léon", dossier.ACompleter).
		found(missing[0]).because(Escalated, "").as(Date))
	d.Urgent = true
	return d
}

// opening adopts 80 old dossiers and their call, in a demonstration.
func opening() Draft {
	c := normandie()
	verdicts := []dossier.Verdict{dossier.Recevable, dossier.ACompleter, dossier.AVerifier, dossier.NonRecevable, dossier.Recevable}
	d := draft(on(11, 10, 9, 0), ofCall(c, Opening, deadline.ClosingSoon))
	for n := range 80 {
		deposited := on(8, 20, 10, 0).AddDate(0, 0, n)
		name := fmt.Sprintf("Association n°\u00a0%d", n+1)
		d.Items = append(d.Items, filed(c, 20500100+n, deposited, name, verdicts[n%len(verdicts)]).because(Belongs, "DREETS Normandie").as(Opening))
	}
	d.Demo = true
	return d
}

// mixed has dates of two calls, the closing of one, and an opening; it is
// redirected, and nothing has a page.
func mixed() Draft {
	here, there := bretagne(), normandie()
	d := draft(on(12, 2, 9, 0),
		ofCall(there, Date, deadline.ClosingSoon), ofCall(there, Date, deadline.Closing),
		filed(here, 31000001, on(10, 8, 10, 0), "Association Ti ar Vro", dossier.ACompleter).because(Belongs, "Bretagne").as(Date),
		filed(there, 31000002, on(10, 2, 10, 0), "Mission locale du Bocage", dossier.ACompleter).as(Date),
		filed(there, 31000003, on(8, 3, 10, 0), "Les Amis de la Hague", dossier.ACompleter).as(Opening),
	)
	d.Redirected = "SW5zdHJ1Y3RldXItMQ=="
	d.Console, d.Preferences = "", ""
	return d
}

// weeklyReport is that of the head of two calls.
func weeklyReport() Draft {
	c, there := bretagne(), normandie()
	toDecision, age := 41.5, 23.0
	f := report.Figures{
		Call: c.ID, At: on(12, 7, 8, 0), Period: report.Period{From: date(11, 30), To: date(12, 6)},
		Total:     42,
		ByState:   map[dossier.State]int{dossier.EnConstruction: 9, dossier.EnInstruction: 17, dossier.Accepte: 11, dossier.Refuse: 4, dossier.SansSuite: 1},
		ByVerdict: map[dossier.Verdict]int{dossier.Recevable: 12, dossier.NonRecevable: 3, dossier.ACompleter: 7, dossier.AVerifier: 4},
		Filed:     6, Decided: 5,
		TotalCost: 8_412_350.5, WithTotalCost: 40, RequestedAmount: 5_230_000, WithRequestedAmount: 39,
		PeopleFound: 3_180, WithPeopleFound: 38, PeopleSupported: 1_940, WithPeopleSupported: 37,
		Met: 15, Missed: 3, Born: 3, BornInPeriod: 1, Near: 4, Late: 2,
		BeforeCommittee: 17, Committee: date(12, 15), MedianToDecision: &toDecision, MedianOpenAge: &age,
	}
	d := draft(on(12, 7, 8, 0))
	d.Reports = []Weekly{
		{Call: there, Figures: report.Figures{Call: there.ID, Period: f.Period}, Because: Because{Reason: Heads}},
		{Call: c, Figures: f, Because: Because{Reason: Heads}},
	}
	return d
}

// nameless and hostile names: each line stays readable, each name a datum.
func hostileNames() Draft {
	c := bretagne()
	d := draft(on(12, 7, 8, 0))
	for n, name := range []string{
		"", " \t\r\n ", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a\r\nBcc: pirate@evil.example\r\n\r\n<b>x</b>",
		"\u202eelbisiv\u202c \u2066x\u2069 \u200b\u200d\ufeff", "=HYPERLINK(\"https://evil.example\")", "+cmd|' /C calc'!A0",
		strings.Repeat("Très long nom d’association ", 12), strings.Repeat("M", 300), "]]></style><style>*{display:none}", "{{.Console}} %s &amp; «guillemets»",
		"bad \xff utf8 \x00", "Nom : avec ; des ! signes ?",
	} {
		d.Items = append(d.Items, filed(c, 40000001+n, on(10, 8+n, 10, 0), name, dossier.AVerifier).as(Date))
	}
	d.Items = append(d.Items, filed(c, 40000100, on(12, 1, 10, 0), hostile, dossier.ACompleter).because(Belongs, hostile).news(News{New: true}))
	return d
}
