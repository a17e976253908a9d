package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
	"relais/internal/notify"
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
	Attention   []findingRow
	Others      []findingRow
	Deadlines   []deadlineCard
	Intentions  []intentionRow
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

type findingRow struct {
	Rule, Severity, Message string
	Outcome                 tag
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
	intentions, err := s.intentions(r.Context(), func(i notify.Intention) bool { return i.Dossier == number })
	if err != nil {
		return view{}, err
	}
	for i := range intentions {
		intentions[i].DossierURL = "" // the page itself
	}
	return view{"dossier", "dossiers", "Dossier " + strconv.Itoa(number), s.detail(record, intentions)}, nil
}

func (s *site) detail(rec dossier.Record, intentions []intentionRow) detailData {
	j := rec.Judgement
	d := detailData{
		Number: rec.Number, Structure: j.Facts.Structure, PlatformURL: s.platformURL(rec.Demarche, rec.Number),
		State: tagOf(stateTags, rec.State), Verdict: tagOf(verdictTags, j.Verdict),
		Identity: s.identity(rec), Amounts: amounts(j.Facts),
		Deadlines: s.deadlineCards(rec.Head), Intentions: intentions,
	}
	if rec.Removed != dossier.Present {
		t := tagOf(removalTags, rec.Removed)
		d.Removed, d.RemovedText = &t, textOf(removalTexts, rec.Removed)
		d.PlatformURL = ""
	}
	d.Attention, d.Others = findings(j.Findings)
	return d
}

func (s *site) identity(rec dossier.Record) []fact {
	j := rec.Judgement
	out := []fact{
		{Label: "Structure", Text: j.Facts.Structure, Outside: true},
		{Label: "SIRET", Text: siret(j.Facts.Siret)},
	}
	if rec.Dossier != nil {
		out = append(out, demandeurFacts(rec.Dossier.Demandeur)...)
	}
	out = append(out, s.callFact(j.Call),
		fact{Label: "Démarche", Text: strconv.Itoa(rec.Demarche), URL: s.demarcheURL(rec.Demarche)},
		fact{Label: "Groupe instructeur", Text: rec.Groupe},
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
		out = append(out, fact{Label: "Numéro RNA", Text: e.Association.RNA})
	}
	if e.Entreprise != nil {
		out = append(out,
			fact{Label: "Forme juridique", Text: e.Entreprise.FormeJuridique},
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
	return state
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

// given leaves out what has no value.
func given(facts []fact) []fact {
	return slices.DeleteFunc(facts, func(f fact) bool { return f.Text == "" && f.At.Text == "" })
}

// findings parts those that want a look, the gravest first, from the others.
func findings(list []dossier.Finding) (attention, others []findingRow) {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b dossier.Finding) int {
		return cmp.Or(cmp.Compare(weight(a), weight(b)), cmp.Compare(a.Rule, b.Rule))
	})
	for _, f := range sorted {
		row := findingRow{f.Rule, textOf(severityTexts, f.Severity), f.Message, tagOf(outcomeTags, f.Outcome)}
		if f.Outcome == dossier.Pass || f.Outcome == dossier.NotApplicable {
			others = append(others, row)
		} else {
			attention = append(attention, row)
		}
	}
	return attention, others
}

// weight puts failures before unknowns of the same severity.
func weight(f dossier.Finding) int {
	w := 2 * max(0, slices.Index([]dossier.Severity{dossier.Blocking, dossier.Warning, dossier.Info}, f.Severity))
	switch f.Outcome {
	case dossier.Fail:
		return w
	case dossier.Unknown:
		return w + 1
	case dossier.Pass:
		return w + 10
	}
	return w + 20
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
