package console

import (
	"net/http"
	"slices"
	"strconv"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// detailData is the page of one dossier.
type detailData struct {
	Number      int
	Structure   string
	State       tag
	Verdict     tag
	Removed     *tag
	RemovedText string
	PlatformURL string
	Identity    []fact
	Amounts     []fact
	People      []fact
	Attention   []findingRow
	Checklist   checklist
	Deadlines   []deadlineCard
	Intentions  []intentionRow
	History     []event
}

// fact is one line of a description list: a text or a moment. Outside tells that
// the text came from an usager, so its direction of writing is isolated.
type fact struct {
	Label   string
	Text    string
	At      moment
	URL     string
	Outside bool
}

type deadlineCard struct {
	Kind, Title               string
	Status                    tag
	Prudent, Suspended, Met   moment
	Distance                  string
	Basis, Source, Hypothesis string
	Steps                     []stepRow
}

type stepRow struct {
	Name string
	At   moment
	Fate string
}

func (s *site) dossier(r *http.Request) (view, error) {
	number, ok := positive(r.PathValue("number"))
	if !ok || r.URL.RawPath != "" {
		return view{}, errNotFound
	}
	record, found, err := s.Reader.Record(r.Context(), number)
	if err != nil {
		return view{}, err
	}
	if !found {
		return view{}, errNotFound
	}
	intentions, err := s.Reader.IntentionsOf(r.Context(), number)
	if err != nil {
		return view{}, err
	}
	rows := s.intentionRows(intentions)
	for i := range rows {
		rows[i].DossierURL = "" // the page itself
	}
	return view{"dossier", "dossiers", "Dossier " + strconv.Itoa(number), s.detail(record, rows)}, nil
}

func (s *site) detail(rec dossier.Record, intentions []intentionRow) detailData {
	j := rec.Judgement
	d := detailData{
		Number: rec.Number, Structure: shown(j.Facts.Structure), PlatformURL: s.platformURL(rec.Demarche, rec.Number),
		State: tagOf(stateTags, rec.State), Verdict: tagOf(verdictTags, j.Verdict),
		Identity: s.identity(rec), Amounts: amounts(j.Facts), People: peopleFacts(j.Facts),
		Deadlines: s.deadlineCards(rec.Head), Intentions: intentions, History: s.history(rec),
	}
	if rec.Removed != dossier.Present {
		t := tagOf(removalTags, rec.Removed)
		d.Removed, d.RemovedText = &t, textOf(removalTexts, rec.Removed)
		d.PlatformURL = ""
	}
	d.Attention, d.Checklist = s.findings(j.Findings)
	return d
}

func (s *site) identity(rec dossier.Record) []fact {
	j := rec.Judgement
	out := []fact{
		{Label: "Structure", Text: shown(j.Facts.Structure), Outside: true},
		{Label: "SIRET", Text: siret(shown(j.Facts.Siret))},
	}
	if rec.Dossier != nil {
		out = append(out, demandeurFacts(rec.Dossier.Demandeur)...)
	}
	out = append(out, s.callFact(j.Call),
		fact{Label: "Démarche", Text: strconv.Itoa(rec.Demarche), URL: s.demarcheURL(rec.Demarche)},
		fact{Label: "Groupe instructeur", Text: shown(rec.Groupe), Outside: true},
		fact{Label: "Région", Text: regionText(j.Facts.Region)},
		fact{Label: "Déposé le", At: s.localInstant(rec.DateDepot, j.Call)})
	if rec.Dossier != nil {
		out = append(out, s.lifeFacts(rec.Dossier, j.Call)...)
	}
	out = append(out,
		fact{Label: "Modifié le", At: s.localInstant(rec.Modified, j.Call)},
		fact{Label: "Lu par Relais le", At: s.localInstant(rec.ReadAt, j.Call)},
		fact{Label: "Retiré de la plateforme le", At: s.localInstant(rec.RemovedAt, j.Call)})
	return given(out)
}

var demandeurTexts = map[dossier.DemandeurKind]string{
	dossier.PersonnePhysique:         "Personne physique",
	dossier.PersonneMorale:           "Personne morale",
	dossier.PersonneMoraleIncomplete: "Personne morale, fiche encore incomplète sur la plateforme",
}

func demandeurFacts(d dossier.Demandeur) []fact {
	out := []fact{{Label: "Demandeur", Text: textOf(demandeurTexts, d.Kind)}}
	e := d.Etablissement
	if e == nil {
		return out
	}
	if e.Association != nil {
		out = append(out, fact{Label: "Numéro RNA", Text: shown(e.Association.RNA), Outside: true})
	}
	if e.Entreprise != nil {
		out = append(out,
			fact{Label: "Forme juridique", Text: shown(e.Entreprise.FormeJuridique)},
			fact{Label: "État administratif", Text: administrative(e.Entreprise.EtatAdministratif)})
	}
	return out
}

func regionText(code string) string {
	if r, ok := call.RegionByCode(code); ok {
		return r.Name
	}
	return code
}

func administrative(state string) string {
	if state == dossier.EtatAdministratifFerme {
		return "Fermé"
	}
	return shown(state)
}

func (s *site) callFact(id string) fact {
	if id == "" {
		return fact{Label: "Appel", Text: "aucun appel ne correspond à ce dossier"}
	}
	return fact{Label: "Appel", Text: s.callName(id), URL: listQuery{Call: id}.url(1)}
}

func (s *site) lifeFacts(d *dossier.Dossier, callID string) []fact {
	out := []fact{{Label: "Suivi par", Text: french.Count(len(d.Instructeurs), "instructeur", "instructeurs")}}
	if d.DatePassageEnInstruction != nil {
		out = append(out, fact{Label: "En instruction depuis le", At: s.localInstant(*d.DatePassageEnInstruction, callID)})
	}
	if d.State.Termine() && d.DateTraitement != nil {
		out = append(out, fact{Label: "Décidé le", At: s.localInstant(*d.DateTraitement, callID)})
	}
	return out
}

func amounts(f dossier.Facts) []fact {
	return given([]fact{
		{Label: "Coût total", Text: amount(f.TotalCost)},
		{Label: "Montant demandé", Text: amount(f.RequestedAmount)},
		{Label: "Part demandée", Text: share(f.RequestedAmount, f.TotalCost)},
	})
}

func peopleFacts(f dossier.Facts) []fact {
	var out []fact
	for _, one := range []struct {
		label string
		n     *int
	}{{"Personnes à repérer", f.PeopleFound}, {"Personnes à accompagner", f.PeopleSupported}} {
		if one.n != nil {
			out = append(out, fact{Label: one.label, Text: french.Integer(*one.n)})
		}
	}
	return out
}

// given leaves out what has no value.
func given(facts []fact) []fact {
	return slices.DeleteFunc(facts, func(f fact) bool { return f.Text == "" && f.At.Text == "" })
}

func (s *site) deadlineCards(h dossier.Head) []deadlineCard {
	j := h.Judgement
	zone, now := s.zoneOf(j.Call), s.Now()
	today := dossier.DayOf(now, zone)
	sorted := slices.Clone(j.Deadlines)
	slices.SortStableFunc(sorted, func(a, b dossier.Deadline) int { return a.PrudentOn.Compare(b.PrudentOn) })
	var out []deadlineCard
	for _, d := range sorted {
		c := deadlineCard{
			Kind: d.Kind, Title: kindTitle(d.Kind),
			Status:  deadlineTag(d, deadline.Status(d, now, zone, h.Removed)),
			Prudent: longDay(d.PrudentOn), Met: day(d.MetOn),
			Basis: d.Basis, Source: d.Source, Hypothesis: d.Hypothesis,
		}
		if d.Open() && !d.PrudentOn.IsZero() {
			c.Distance = french.Distance(d.PrudentOn.Sub(today))
		}
		if d.DueOn != d.PrudentOn {
			c.Suspended = longDay(d.DueOn)
		}
		for _, step := range d.Steps {
			c.Steps = append(c.Steps, stepRow{step.Name, s.localInstant(step.At, j.Call), s.fate(d, step, h.Removed)})
		}
		out = append(out, c)
	}
	return out
}

// fate says what became of a reminder, or will.
func (s *site) fate(d dossier.Deadline, step dossier.Step, removed dossier.Removal) string {
	switch {
	case !step.At.After(d.HandledUntil):
		return "traité"
	case !d.Open() || removed != dossier.Present:
		return "sans objet"
	case step.At.After(s.Now()):
		return "à venir"
	}
	return "au prochain passage"
}
