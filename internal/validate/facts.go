package validate

import (
	"relais/internal/call"
	"relais/internal/dossier"
)

// FactsOf reads the few values that lists, exports and mails show. A nil call
// gives the demandeur's identity and the region only.
func FactsOf(c *call.Call, region string, d *dossier.Dossier) dossier.Facts {
	one := Case{Call: c, Region: region, Dossier: d}
	if c == nil {
		one.Call = &call.Call{}
	}
	who, _ := one.applicant()
	return dossier.Facts{
		Region:          region,
		Siret:           compact(who.Siret()),
		Structure:       who.Structure(),
		TotalCost:       one.euros(call.FieldTotalCost),
		RequestedAmount: one.euros(call.FieldRequestedAmount),
	}
}

func (c Case) euros(field string) *float64 {
	v, s := read(c, field, amount)
	if s != given {
		return nil
	}
	return &v
}
