package judge

import (
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

var paris = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return zone
}()

// loire is the call of Pays de la Loire on démarche 100; every champ's
// descriptor id is our own name of the field.
func loire() call.Call {
	delay := 15
	c := call.Call{
		ID: "o2r-pays-de-la-loire", Family: "o2r", Demarche: 100, Regions: []string{"52"}, Zone: paris, Digest: "a1",
		Calendar:       call.Calendar{Closes: time.Date(2026, time.February, 27, 18, 0, 0, 0, paris)},
		Floor:          &call.Floor{Measure: call.TotalCost, Amount: 150_000, Months: 36},
		Incomplete:     call.Correction,
		CorrectionDays: &delay,
		Silence:        &call.Silence{Effect: "rejet", Months: 2},
		Fields:         map[string]string{call.FieldSiret: call.Demandeur},
	}
	for _, field := range []string{call.FieldRegion, call.FieldActivites, call.FieldTotalCost, call.FieldRequestedAmount,
		call.FieldYear1, call.FieldYear2, call.FieldYear3, call.FieldExperience, call.FieldRIB, call.FieldBudget, call.FieldCER} {
		c.Fields[field] = field
	}
	return c
}

// complete is a dossier with nothing wrong, filed on 7 February 2026.
func complete() *dossier.Dossier {
	return &dossier.Dossier{
		Number: 1, Demarche: 100, State: dossier.EnConstruction,
		DateDepot: time.Date(2026, time.February, 7, 16, 0, 0, 0, paris),
		Demandeur: dossier.Demandeur{Kind: dossier.PersonneMorale, Etablissement: &dossier.Etablissement{
			Siret:      "77567227221138",
			Entreprise: &dossier.Entreprise{RaisonSociale: "REBOND", FormeJuridiqueCode: "9220", EtatAdministratif: "Actif"},
		}},
		GroupeInstructeur: dossier.GroupeInstructeur{Label: "DREETS Pays de la Loire"},
		Champs: []dossier.Champ{
			{DescriptorID: call.FieldRegion, Type: dossier.RegionChamp, Place: &dossier.Place{Code: "52"}},
			{DescriptorID: call.FieldActivites, Type: dossier.MultipleDropDownListChamp, Values: []string{"Repérage"}},
			euros(call.FieldTotalCost, 150_000), euros(call.FieldRequestedAmount, 100_000),
			euros(call.FieldYear1, 50_000), euros(call.FieldYear2, 50_000), euros(call.FieldYear3, 50_000),
			{DescriptorID: call.FieldExperience, Type: dossier.TextChamp, Text: "Dix ans"},
			files(call.FieldRIB, 1), files(call.FieldBudget, 1),
			{DescriptorID: call.FieldCER, Type: dossier.CheckboxChamp, Bool: new(true)},
		},
	}
}

func euros(id string, v float64) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.DecimalNumberChamp, Decimal: &v}
}

func files(id string, n int) dossier.Champ {
	return dossier.Champ{DescriptorID: id, Type: dossier.PieceJustificativeChamp, Files: make([]dossier.File, n)}
}

// set replaces a champ by its descriptor id.
func set(d *dossier.Dossier, champ dossier.Champ) {
	for i := range d.Champs {
		if d.Champs[i].DescriptorID == champ.DescriptorID {
			d.Champs[i] = champ
		}
	}
}
