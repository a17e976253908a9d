package validate

import (
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

// The call of the tests: Pays de la Loire, closing on 2 October 2025 at 18:00.
// Every champ's descriptor id is our own name of the field.
func loire() *call.Call {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	c := &call.Call{
		ID: "o2r-pays-de-la-loire", Family: "o2r", Regions: []string{"52"}, Zone: zone,
		Calendar:   call.Calendar{Closes: time.Date(2025, time.October, 2, 18, 0, 0, 0, zone)},
		Floor:      &call.Floor{Measure: call.TotalCost, Amount: 150_000, Months: 36},
		Ineligible: []string{"formation"},
		Consortium: &call.Consortium{ChefDeFile: true},
		Incomplete: call.Correction,
		Fields:     map[string]string{call.FieldSiret: call.Demandeur},
	}
	for field := range noun {
		if field != call.FieldSiret {
			c.Fields[field] = field
		}
	}
	for _, field := range []string{call.FieldRNA, call.FieldPartnerSiret, call.FieldPartnerRole} {
		c.Fields[field] = field
	}
	return c
}

const (
	aSiret  = "77567227221138" // 14 digits, valid key
	another = "73282932000074"
)

// complete is a dossier against which no rule of loire has anything to say.
func complete() *dossier.Dossier {
	return &dossier.Dossier{
		Number: 1, Demarche: 100, State: dossier.EnConstruction,
		DateDepot:         time.Date(2025, time.October, 1, 10, 0, 0, 0, time.UTC),
		Demandeur:         dossier.Demandeur{Kind: dossier.PersonneMorale, Etablissement: association(aSiret)},
		GroupeInstructeur: dossier.GroupeInstructeur{Label: "DREETS Pays de la Loire"},
		Champs: []dossier.Champ{
			region("52"), yesNo(call.FieldGroupement, false), {DescriptorID: call.FieldPartenaires, Type: dossier.RepetitionChamp},
			list(call.FieldActivites, "Repérage", "Accompagnement socio-professionnel"),
			decimal(call.FieldTotalCost, 300_000), decimal(call.FieldRequestedAmount, 200_000),
			decimal(call.FieldYear1, 100_000), decimal(call.FieldYear2, 100_000), decimal(call.FieldYear3, 100_000),
			yesNo(call.FieldTrainingAsked, false),
			text(call.FieldObjet, "Insertion"), text(call.FieldExperience, "Dix ans"), text(call.FieldAncrage, "Nantes"),
			attachment(call.FieldComptes, 1), attachment(call.FieldRIB, 1), attachment(call.FieldBudget, 1),
			ticked(call.FieldCER, true),
		},
	}
}

func association(siret string) *dossier.Etablissement {
	return &dossier.Etablissement{
		Siret:       siret,
		Association: &dossier.Association{RNA: "W442000000", Titre: "Rebond"},
		Entreprise:  &dossier.Entreprise{RaisonSociale: "REBOND", FormeJuridiqueCode: "9220", EtatAdministratif: "Actif"},
	}
}

func company(siret, name, forme string) *dossier.Etablissement {
	return &dossier.Etablissement{Siret: siret, Entreprise: &dossier.Entreprise{
		RaisonSociale: name, FormeJuridiqueCode: forme, EtatAdministratif: "Actif"}}
}

func region(code string) dossier.Champ {
	return dossier.Champ{DescriptorID: call.FieldRegion, Type: dossier.RegionChamp, Place: &dossier.Place{Code: code}}
}

func yesNo(id string, v bool) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.YesNoChamp, Bool: &v}
}

func unanswered(id string) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.YesNoChamp, StringValue: "false"}
}

func ticked(id string, v bool) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.CheckboxChamp, Bool: &v}
}

func decimal(id string, v float64) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.DecimalNumberChamp, Decimal: &v}
}

func integer(id, v string) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.IntegerNumberChamp, Integer: v}
}

func text(id, v string) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.TextChamp, Text: v}
}

func list(id string, v ...string) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.MultipleDropDownListChamp, Values: v}
}

func attachment(id string, n int) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.PieceJustificativeChamp, Files: make([]dossier.File, n)}
}

// drifted is a champ that a revision turned into something else.
func drifted(id string) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.CarteChamp, GeoAreas: 1}
}

func siretChamp(siret string, e *dossier.Etablissement) dossier.Champ {
	return dossier.Champ{DescriptorID: call.FieldSiret, Type: dossier.SiretChamp, Text: siret, Etablissement: e}
}

func partnersBlock(rows ...dossier.Row) dossier.Champ {
	return dossier.Champ{DescriptorID: call.FieldPartenaires, Type: dossier.RepetitionChamp, Rows: rows}
}

func row(champs ...dossier.Champ) dossier.Row { return dossier.Row{Champs: champs} }

// A change is made to the call and the complete dossier before a rule looks.
type change func(*call.Call, *dossier.Dossier)

// with replaces champs by descriptor id, or adds them.
func with(champs ...dossier.Champ) change {
	return func(c *call.Call, d *dossier.Dossier) {
		for _, champ := range champs {
			without(champ.DescriptorID)(c, d)
			d.Champs = append(d.Champs, champ)
		}
	}
}

// without hides champs, as a condition of the form does.
func without(ids ...string) change {
	return func(_ *call.Call, d *dossier.Dossier) {
		var kept []dossier.Champ
		for _, champ := range d.Champs {
			hidden := false
			for _, id := range ids {
				hidden = hidden || champ.DescriptorID == id
			}
			if !hidden {
				kept = append(kept, champ)
			}
		}
		d.Champs = kept
	}
}

// unconfigured takes bindings away from the call.
func unconfigured(fields ...string) change {
	return func(c *call.Call, _ *dossier.Dossier) {
		for _, f := range fields {
			delete(c.Fields, f)
		}
	}
}

func inCall(f func(*call.Call)) change {
	return func(c *call.Call, _ *dossier.Dossier) { f(c) }
}

func inDossier(f func(*dossier.Dossier)) change {
	return func(_ *call.Call, d *dossier.Dossier) { f(d) }
}

func demandeur(kind dossier.DemandeurKind, e *dossier.Etablissement) change {
	return inDossier(func(d *dossier.Dossier) { d.Demandeur = dossier.Demandeur{Kind: kind, Etablissement: e} })
}

func after(changes ...change) dossier.Dossier {
	_, d := changed(changes...)
	return *d
}

func changed(changes ...change) (*call.Call, *dossier.Dossier) {
	c, d := loire(), complete()
	for _, f := range changes {
		f(c, d)
	}
	return c, d
}

// line is one line of a rule's table.
type line struct {
	why     string
	want    dossier.Outcome
	changes []change
}

func is(want dossier.Outcome, why string, changes ...change) line { return line{why, want, changes} }

// check runs a rule's table and returns the findings, line by line.
func check(t *testing.T, rule string, lines ...line) []dossier.Finding {
	t.Helper()
	var got []dossier.Finding
	for _, l := range lines {
		c, d := changed(l.changes...)
		f := find(t, All(c, "52", d), rule)
		if f.Outcome != l.want {
			t.Errorf("%s, %s: %s (%s), want %s", rule, l.why, f.Outcome, f.Message, l.want)
		}
		got = append(got, f)
	}
	return got
}

func find(t *testing.T, findings []dossier.Finding, rule string) dossier.Finding {
	t.Helper()
	for _, f := range findings {
		if f.Rule == rule {
			return f
		}
	}
	t.Fatalf("no finding of %s", rule)
	return dossier.Finding{}
}
