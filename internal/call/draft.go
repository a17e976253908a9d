package call

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"relais/internal/dossier"
)

// Draft begins the call of a live form, for a region or for all (""). It fills
// what the form says (title, number, bindings), the region (authority, zone) and,
// for O2R, the law. All that only the published call says stays unknown.
func Draft(form dossier.Form, region string) Call {
	b := Bind(form)
	c := Call{
		Family: familyOf(form.Demarche.Title), Title: flat(form.Demarche.Title),
		Demarche: form.Demarche.Number,
		Fields:   b.Fields, Annotations: b.Annotations,
		Acknowledgement: UnknownAcknowledge,
	}
	c.ID = c.Family + "-" + strconv.Itoa(c.Demarche)
	if c.Title == "" {
		c.Title = fmt.Sprintf("Démarche %d", c.Demarche)
	}
	c.Zone, _ = time.LoadLocation(paris) // embedded
	if r, ok := RegionByCode(region); ok {
		c.ID = c.Family + "-" + strings.Join(words(r.Name), "-")
		c.Authority, c.Regions, c.Zone = r.Authority(), []string{r.Code}, r.Location()
	}
	if c.Family == "o2r" {
		c.applyO2RLaw()
	}
	return c
}

// applyO2RLaw fills what texts say of every O2R call, whatever the region: the
// silence (CRPA L.231-4 3°), the request for missing pieces (CRPA L.114-5) and,
// when the form speaks of partners, the one chef de file (décret 2024-584).
func (c *Call) applyO2RLaw() {
	c.Silence = &Silence{Effect: "rejet", Months: 2, Source: "CRPA L.231-4 3°"}
	c.Incomplete = Correction
	if c.Fields[FieldPartenaires] != "" {
		c.Consortium = &Consortium{ChefDeFile: true}
	}
}

// familyOf guesses the family from a title; O2R, the scheme in force, when the
// title tells nothing.
func familyOf(title string) string {
	said := stems(title)
	switch {
	case anyWord(said, "o2r remobilisation"):
		return "o2r"
	case anyWord(said, "spie service_public_insertion_emploi"):
		return "spie"
	case anyWord(said, "pic invisibles plan_investissement_competences"):
		return "pic"
	}
	return "o2r"
}
