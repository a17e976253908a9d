package dossier

import "time"

// ChampType is the GraphQL typename of a champ. An unknown one is kept as it
// came, with its StringValue.
type ChampType string

// Every implementer of Champ in the published schema.
const (
	TextChamp                 ChampType = "TextChamp"
	CheckboxChamp             ChampType = "CheckboxChamp"
	YesNoChamp                ChampType = "YesNoChamp"
	IntegerNumberChamp        ChampType = "IntegerNumberChamp"
	DecimalNumberChamp        ChampType = "DecimalNumberChamp"
	DateChamp                 ChampType = "DateChamp"
	DatetimeChamp             ChampType = "DatetimeChamp"
	CiviliteChamp             ChampType = "CiviliteChamp"
	DropDownListChamp         ChampType = "DropDownListChamp"
	MultipleDropDownListChamp ChampType = "MultipleDropDownListChamp"
	LinkedDropDownListChamp   ChampType = "LinkedDropDownListChamp"
	PieceJustificativeChamp   ChampType = "PieceJustificativeChamp"
	TitreIdentiteChamp        ChampType = "TitreIdentiteChamp"
	AddressChamp              ChampType = "AddressChamp"
	CommuneChamp              ChampType = "CommuneChamp"
	EpciChamp                 ChampType = "EpciChamp"
	DepartementChamp          ChampType = "DepartementChamp"
	RegionChamp               ChampType = "RegionChamp"
	PaysChamp                 ChampType = "PaysChamp"
	SiretChamp                ChampType = "SiretChamp"
	RNAChamp                  ChampType = "RNAChamp"
	RNFChamp                  ChampType = "RNFChamp"
	CarteChamp                ChampType = "CarteChamp"
	DossierLinkChamp          ChampType = "DossierLinkChamp"
	EngagementJuridiqueChamp  ChampType = "EngagementJuridiqueChamp"
	RepetitionChamp           ChampType = "RepetitionChamp"
	HeaderSectionChamp        ChampType = "HeaderSectionChamp"
	ExplicationChamp          ChampType = "ExplicationChamp"
)

// Champ is one field of the form, or one annotation privée. ID is unique only
// inside its dossier. Which value is set depends on Type; all are nil or empty
// when the usager left the field empty:
//
//	Text      TextChamp, DropDownListChamp, CiviliteChamp ("M", "Mme"), SiretChamp (14 digits), RNAChamp, RNFChamp, DossierLinkChamp (the number as text), LinkedDropDownListChamp (primary), unknown types (stringValue)
//	Secondary LinkedDropDownListChamp
//	Bool      CheckboxChamp, YesNoChamp, TitreIdentiteChamp (filled)
//	Integer   IntegerNumberChamp: decimal digits, may exceed 64 bits
//	Decimal   DecimalNumberChamp
//	Date      DateChamp          Datetime  DatetimeChamp
//	Values    MultipleDropDownListChamp
//	Place     CommuneChamp, EpciChamp, DepartementChamp, RegionChamp, PaysChamp
//	Address   AddressChamp (and RNAChamp, RNFChamp where known)
//	Etablissement SiretChamp, nil when the look-up failed
//	Files     PieceJustificativeChamp
//	Rows      RepetitionChamp
//	GeoAreas  CarteChamp: how many areas were drawn
type Champ struct {
	ID            string         `json:"id"`
	DescriptorID  string         `json:"descriptor_id"`
	Type          ChampType      `json:"type"`
	Label         string         `json:"label,omitempty"`
	StringValue   string         `json:"string_value,omitempty"`
	UpdatedAt     time.Time      `json:"updated_at,omitzero"`
	Prefilled     bool           `json:"prefilled,omitempty"`
	Text          string         `json:"text,omitempty"`
	Secondary     string         `json:"secondary,omitempty"`
	Bool          *bool          `json:"bool,omitempty"`
	Integer       string         `json:"integer,omitempty"`
	Decimal       *float64       `json:"decimal,omitempty"`
	Date          Day            `json:"date,omitzero"`
	Datetime      *time.Time     `json:"datetime,omitempty"`
	Values        []string       `json:"values,omitempty"`
	Place         *Place         `json:"place,omitempty"`
	Address       *Address       `json:"address,omitempty"`
	Etablissement *Etablissement `json:"etablissement,omitempty"`
	Files         []File         `json:"files,omitempty"`
	Rows          []Row          `json:"rows,omitempty"`
	GeoAreas      int            `json:"geo_areas,omitempty"`
}

// Place is a commune, EPCI, département, région or country. Code is a string:
// "2A", "01", "971".
type Place struct {
	Code        string `json:"code"`
	Name        string `json:"name"`
	PostalCode  string `json:"postal_code,omitempty"`
	Departement string `json:"departement,omitempty"`
}

// Address is a postal address; codes are empty for a foreign or typed one.
type Address struct {
	Label          string `json:"label,omitempty"`
	StreetAddress  string `json:"street_address,omitempty"`
	PostalCode     string `json:"postal_code,omitempty"`
	CityName       string `json:"city_name,omitempty"`
	CityCode       string `json:"city_code,omitempty"`
	DepartmentCode string `json:"department_code,omitempty"`
	RegionCode     string `json:"region_code,omitempty"`
}

// File is an attached file, without its signed URL: whoever holds that URL
// reads the file, and it differs at every call. Checksum is the base64 MD5;
// Size is in bytes.
type File struct {
	Filename        string    `json:"filename"`
	ContentType     string    `json:"content_type,omitempty"`
	Checksum        string    `json:"checksum,omitempty"`
	Size            int64     `json:"size"`
	CreatedAt       time.Time `json:"created_at,omitzero"`
	VirusScanResult string    `json:"virus_scan_result,omitempty"`
}

// Row is one row of a repetition; its id is stable.
type Row struct {
	ID     string  `json:"id"`
	Champs []Champ `json:"champs,omitempty"`
}

// Champ finds a champ of the row by its descriptor id.
func (r Row) Champ(descriptorID string) (Champ, bool) {
	for _, c := range r.Champs {
		if c.DescriptorID == descriptorID {
			return c, true
		}
	}
	return Champ{}, false
}
