package sandbox

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"relais/internal/sandbox/graphql"
)

// downgraded are the types that the platform shows only to queries that name
// them in a fragment.
var downgraded = map[string]string{
	"YesNoChamp": "CheckboxChamp", "DatetimeChamp": "DateChamp",
	"AddressChamp": "TextChamp", "CommuneChamp": "TextChamp", "DepartementChamp": "TextChamp",
	"RegionChamp": "TextChamp", "PaysChamp": "TextChamp", "DropDownListChamp": "TextChamp",
	"HeaderSectionChamp": "TextChamp", "ExplicationChamp": "TextChamp",
}

func (v *view) champs(d *dossier) graphql.Field {
	return func(ctx context.Context, args map[string]any) (any, error) {
		champs := v.list(ctx, d, d.demarche.form.champs, d.answers(), stringArg(args, "id"))
		return v.poisoned(v.harm(d), champs)
	}
}

func (v *view) annotations(d *dossier) graphql.Field {
	return func(ctx context.Context, args map[string]any) (any, error) {
		return v.list(ctx, d, d.demarche.form.annotations, d.annotations, stringArg(args, "id")), nil
	}
}

// list shows the champs of the dossier's revision. One hidden by its condition
// is left out, unless asked by its id.
func (v *view) list(ctx context.Context, d *dossier, fields []field, a answers, id string) []any {
	out := []any{}
	for _, f := range fields {
		switch {
		case !f.in(d.revision):
		case id != "" && f.descriptorID() != id:
		case id == "" && f.when != "" && a[f.when] != true:
		default:
			out = append(out, v.champ(ctx, d, f, a[f.key], ""))
		}
	}
	return out
}

// champ shows one champ, of a repetition when row is set. A champ never filled
// is shown empty with a made-up date.
func (v *view) champ(ctx context.Context, d *dossier, f field, value any, row string) graphql.Object {
	id := f.descriptorID()
	if row != "" {
		id = globalID("Champ", fmt.Sprintf("%d|%s", f.stable, row))
	}
	moved := d.deposited
	if t, ok := d.edited[f.key]; ok {
		moved = t
	}
	o := graphql.Object{
		"__typename": champTypename(f.kind), "id": id, "champDescriptorId": f.descriptorID(), "label": f.label,
		"updatedAt": at(moved), "prefilled": false,
	}
	value, err := f.reread(value)
	writerOf(f.kind)(v, ctx, d, f, value, o)
	if err != nil {
		unread(o)
	}
	if lesser, ok := downgraded[champTypename(f.kind)]; ok && !graphql.Mentions(ctx, champTypename(f.kind)) {
		downgrade(o, lesser)
	}
	o["columns"] = lazy(func(context.Context) any { return columns(f, value, o) })
	return o
}

// downgrade gives the value that the lesser type has: an empty yes/no becomes
// false, an instant its date, the rest its text.
func downgrade(o graphql.Object, lesser string) {
	o["__typename"] = lesser
	switch lesser {
	case "CheckboxChamp":
		o["value"] = o["value"] == true
	case "DateChamp":
		o["date"], o["value"] = o["datetime"], o["datetime"]
	case "TextChamp":
		o["value"] = nil
		if s, _ := o["stringValue"].(string); s != "" {
			o["value"] = s
		}
	}
}

// writer fills the object of a champ of one kind.
type writer func(v *view, ctx context.Context, d *dossier, f field, value any, o graphql.Object)

// writerOf tells which one; text is the rule.
func writerOf(kind string) writer {
	switch kind {
	case "checkbox":
		return checkboxChamp
	case "yes_no":
		return yesNoChamp
	case "integer_number":
		return integerChamp
	case "decimal_number":
		return decimalChamp
	case "date":
		return dateChamp
	case "datetime":
		return datetimeChamp
	case "multiple_drop_down_list":
		return multipleChamp
	case "linked_drop_down_list":
		return linkedChamp
	case "piece_justificative":
		return filesChamp
	case "titre_identite":
		return titreChamp
	case "carte":
		return carteChamp
	case "dossier_link":
		return linkChamp
	case "engagement_juridique":
		return engagementChamp
	case "repetition":
		return repetitionChamp
	case "header_section":
		return headerChamp
	case "explication":
		return emptyChamp
	}
	if w := placeWriterOf(kind); w != nil {
		return w
	}
	return textChamp
}

// textChamp also serves e-mail, phone, IBAN, long text, lists and civilité.
func textChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	s, _ := value.(string)
	o["stringValue"] = s
	if value != nil {
		o["value"] = s
	}
}

func emptyChamp(_ *view, _ context.Context, _ *dossier, _ field, _ any, o graphql.Object) {
	o["stringValue"] = ""
}

func headerChamp(_ *view, _ context.Context, _ *dossier, f field, _ any, o graphql.Object) {
	o["stringValue"], o["level"] = "", f.level
}

func checkboxChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["value"] = value == true
	o["stringValue"] = strconv.FormatBool(value == true)
}

// yesNoChamp: empty is null, but its text is "false".
func yesNoChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["value"] = value
	o["stringValue"] = strconv.FormatBool(value == true)
}

func integerChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	if value != nil {
		o["value"], o["stringValue"] = fmt.Sprint(value), fmt.Sprint(value)
	}
}

func decimalChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	if n, ok := value.(float64); ok {
		o["value"], o["stringValue"] = n, strconv.FormatFloat(n, 'f', -1, 64)
	}
}

var frenchMonths = []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

func frenchDate(t time.Time) string {
	return fmt.Sprintf("%02d %s %d", t.Day(), frenchMonths[t.Month()-1], t.Year())
}

func dateChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	if t, ok := value.(time.Time); ok {
		y, m, d := t.Date()
		o["date"], o["stringValue"] = t, frenchDate(t)
		o["value"] = time.Date(y, m, d, 0, 0, 0, 0, paris)
	}
}

func datetimeChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	if t, ok := value.(time.Time); ok {
		t = t.In(paris)
		o["datetime"], o["stringValue"] = t, frenchDate(t)+t.Format(" 15:04")
	}
}

func multipleChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	list, _ := value.([]string)
	o["values"], o["stringValue"] = list, strings.Join(list, ", ")
}

func linkedChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["primaryValue"], o["secondaryValue"], o["stringValue"] = "", "", ""
	if pair, ok := value.([]string); ok && len(pair) == 2 {
		o["primaryValue"], o["secondaryValue"], o["stringValue"] = pair[0], pair[1], pair[0]+" / "+pair[1]
	}
}

func titreChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["filled"], o["grantType"], o["stringValue"] = value == true, "piece_justificative", ""
}

func engagementChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	s, _ := value.(string)
	o["stringValue"] = s
	if s != "" {
		o["engagementJuridique"] = graphql.Object{"__typename": "EngagementJuridique", "montantEngage": "0", "montantPaye": "0"}
	}
}
