package ds

import (
	"strconv"
	"strings"

	"relais/internal/dossier"
)

// champs decodes a list of champs, in the order of the form.
func (d *decoder) champs(wire []wireChamp) []dossier.Champ {
	if len(wire) == 0 {
		return nil
	}
	out := make([]dossier.Champ, len(wire))
	for i := range wire {
		d.champ(&wire[i], &out[i])
	}
	return out
}

// champ decodes one champ. A type that this version does not know keeps its
// stringValue as Text, and is reported once.
func (d *decoder) champ(w *wireChamp, c *dossier.Champ) {
	c.ID = w.ID
	c.DescriptorID = w.ChampDescriptorID
	c.Type = dossier.ChampType(w.Typename)
	c.Label = line(w.Label)
	c.StringValue = block(w.StringValue)
	c.Prefilled = w.Prefilled
	if t, ok := instant(w.UpdatedAt); ok {
		c.UpdatedAt = t
	}
	if d.simple(w, c) || d.structured(w, c) {
		return
	}
	c.Text = c.StringValue
	d.strange("champ", w.Typename)
}

// simple decodes the types that hold one plain value, or none.
func (d *decoder) simple(w *wireChamp, c *dossier.Champ) bool {
	switch c.Type {
	case dossier.TextChamp:
		c.Text = block(w.Text)
	case dossier.DropDownListChamp:
		c.Text = line(w.DropDown)
	case dossier.CiviliteChamp:
		c.Text = line(w.Civilite)
	case dossier.LinkedDropDownListChamp:
		c.Text, c.Secondary = line(w.Primary), line(w.Secondary)
	case dossier.DossierLinkChamp:
		c.Text = line(w.StringValue)
	case dossier.CheckboxChamp:
		c.Bool = w.Checkbox
	case dossier.YesNoChamp:
		c.Bool = w.YesNo // nil when empty, though stringValue is then "false"
	case dossier.TitreIdentiteChamp:
		c.Bool = w.Filled
	case dossier.IntegerNumberChamp:
		c.Integer = string(w.Integer)
	case dossier.DecimalNumberChamp:
		c.Decimal = w.Decimal
	case dossier.DateChamp:
		c.Date = lenientDay(w.Date)
	case dossier.DatetimeChamp:
		c.Datetime = lenientInstant(w.Datetime)
	case dossier.EngagementJuridiqueChamp, dossier.HeaderSectionChamp, dossier.ExplicationChamp:
	default:
		return false
	}
	return true
}

// structured decodes the types whose value is an object or a list.
func (d *decoder) structured(w *wireChamp, c *dossier.Champ) bool {
	switch c.Type {
	case dossier.MultipleDropDownListChamp:
		c.Values = lines(w.Values)
	case dossier.PieceJustificativeChamp:
		c.Files = files(w.Files)
	case dossier.AddressChamp:
		c.Address = addressOr(w.Address, w.Commune, w.Departement)
	case dossier.CommuneChamp:
		c.Place = communePlace(w.Commune, w.Departement)
	case dossier.EpciChamp:
		c.Place = place(w.Epci, w.Departement)
	case dossier.DepartementChamp:
		c.Place = place(w.Departement, nil)
	case dossier.RegionChamp:
		c.Place = place(w.Region, nil)
	case dossier.PaysChamp:
		c.Place = place(w.Pays, nil)
	case dossier.SiretChamp:
		siretChamp(w, c)
	case dossier.RNAChamp:
		registered(w, c, w.RNA)
	case dossier.RNFChamp:
		registered(w, c, w.RNF)
	case dossier.CarteChamp:
		c.GeoAreas = len(w.GeoAreas)
	case dossier.RepetitionChamp:
		c.Rows = d.rows(w.Rows)
	default:
		return false
	}
	return true
}

func (d *decoder) rows(wire []wireRow) []dossier.Row {
	if len(wire) == 0 {
		return nil
	}
	out := make([]dossier.Row, len(wire))
	for i, w := range wire {
		out[i] = dossier.Row{ID: w.ID, Champs: d.champs(w.Champs)}
	}
	return out
}

// siretChamp takes the SIRET from the etablissement, or, when the look-up has
// failed or is not over, from what was typed.
func siretChamp(w *wireChamp, c *dossier.Champ) {
	if w.Etablissement != nil {
		c.Etablissement = etablissement(w.Etablissement)
		c.Text = c.Etablissement.Siret
	}
	if c.Text == "" {
		c.Text = strings.Join(strings.Fields(line(w.StringValue)), "")
	}
}

func registered(w *wireChamp, c *dossier.Champ, r *wireRegistered) {
	if r != nil {
		c.Text = line(r.ID)
		c.Address = addressOr(r.Address, nil, nil)
	}
	if c.Text == "" {
		c.Text = line(w.StringValue)
	}
}

func lines(wire []string) []string {
	var out []string
	for _, s := range wire {
		if s = line(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func files(wire []wireFile) []dossier.File {
	if len(wire) == 0 {
		return nil
	}
	out := make([]dossier.File, len(wire))
	for i, w := range wire {
		size, err := strconv.ParseInt(string(w.ByteSize), 10, 64)
		if err != nil {
			size = 0
		}
		created, _ := instant(w.CreatedAt)
		out[i] = dossier.File{
			Filename:        line(w.Filename),
			ContentType:     line(w.ContentType),
			Checksum:        w.Checksum,
			Size:            size,
			CreatedAt:       created,
			VirusScanResult: w.VirusScanResult,
		}
	}
	return out
}

// place is a place and its département; nil when the champ is empty.
func place(p, departement *wirePlace) *dossier.Place {
	if p == nil {
		return nil
	}
	out := &dossier.Place{Code: line(p.Code), Name: line(p.Name)}
	if departement != nil {
		out.Departement = line(departement.Code)
	}
	return out
}

func communePlace(c *wireCommune, departement *wirePlace) *dossier.Place {
	if c == nil {
		return nil
	}
	out := place(&c.wirePlace, departement)
	out.PostalCode = line(c.PostalCode)
	return out
}

// addressOr is the address, or the little that is known of one typed by hand.
func addressOr(a *wireAddress, commune *wireCommune, departement *wirePlace) *dossier.Address {
	switch {
	case a != nil:
		return &dossier.Address{
			Label:          line(a.Label),
			StreetAddress:  line(a.StreetAddress),
			PostalCode:     line(a.PostalCode),
			CityName:       line(a.CityName),
			CityCode:       line(a.CityCode),
			DepartmentCode: line(a.DepartmentCode),
			RegionCode:     line(a.RegionCode),
		}
	case commune == nil && departement == nil:
		return nil
	}
	out := &dossier.Address{}
	if commune != nil {
		out.CityName, out.CityCode, out.PostalCode = line(commune.Name), line(commune.Code), line(commune.PostalCode)
	}
	if departement != nil {
		out.DepartmentCode = line(departement.Code)
	}
	return out
}
