package ds

import (
	"bytes"
	"strings"
)

// wireChamp is every type of champ together, each value under the alias that
// the query gives it. At most a few of the fields are set.
type wireChamp struct {
	Typename          string `json:"__typename"`
	ID                string `json:"id"`
	ChampDescriptorID string `json:"champDescriptorId"`
	Label             string `json:"label"`
	StringValue       string `json:"stringValue"`
	UpdatedAt         string `json:"updatedAt"`
	Prefilled         bool   `json:"prefilled"`

	Text          string              `json:"textValue"`
	Checkbox      *bool               `json:"checkboxValue"`
	YesNo         *bool               `json:"yesNoValue"`
	Integer       bigInt              `json:"integerValue"`
	Decimal       *float64            `json:"decimalValue"`
	Date          string              `json:"date"`
	Datetime      string              `json:"datetime"`
	Civilite      string              `json:"civiliteValue"`
	DropDown      string              `json:"dropDownValue"`
	Values        []string            `json:"values"`
	Primary       string              `json:"primaryValue"`
	Secondary     string              `json:"secondaryValue"`
	Files         []wireFile          `json:"files"`
	Filled        *bool               `json:"filled"`
	Address       *wireAddress        `json:"address"`
	Commune       *wireCommune        `json:"commune"`
	Departement   *wirePlace          `json:"departement"`
	Epci          *wirePlace          `json:"epci"`
	Region        *wirePlace          `json:"region"`
	Pays          *wirePlace          `json:"pays"`
	Etablissement *wirePersonneMorale `json:"etablissement"`
	RNA           *wireRegistered     `json:"rna"`
	RNF           *wireRegistered     `json:"rnf"`
	GeoAreas      []struct{}          `json:"geoAreas"` // only counted
	Rows          []wireRow           `json:"rows"`
}

type wireRow struct {
	ID     string      `json:"id"`
	Champs []wireChamp `json:"champs"`
}

type wireFile struct {
	Filename        string `json:"filename"`
	ContentType     string `json:"contentType"`
	Checksum        string `json:"checksum"`
	ByteSize        bigInt `json:"byteSizeBigInt"`
	CreatedAt       string `json:"createdAt"`
	VirusScanResult string `json:"virusScanResult"`
}

type wirePlace struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type wireCommune struct {
	wirePlace
	PostalCode string `json:"postalCode"`
}

// wireRegistered is an association (RNA) or a foundation (RNF).
type wireRegistered struct {
	ID      string       `json:"id"`
	Address *wireAddress `json:"address"`
}

// bigInt is the scalar BigInt: digits, which the platform writes as a string. A
// JSON number is accepted too; anything else is none.
type bigInt string

// UnmarshalJSON implements json.Unmarshaler. It never fails: one odd amount must
// not cost the page, and the champ keeps its stringValue.
func (b *bigInt) UnmarshalJSON(data []byte) error {
	*b = bigInt(canonicalDigits(string(bytes.Trim(data, `"`))))
	return nil
}

// canonicalDigits writes an integer in one way: no plus, no leading zero. It
// returns "" for anything else.
func canonicalDigits(s string) string {
	s = strings.TrimSpace(s)
	digits, negative := strings.CutPrefix(s, "-")
	if !negative {
		digits = strings.TrimPrefix(s, "+")
	}
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	digits = strings.TrimLeft(digits, "0")
	switch {
	case digits == "":
		return "0"
	case negative:
		return "-" + digits
	}
	return digits
}
