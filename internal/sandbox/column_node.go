package sandbox

import "relais/internal/sandbox/graphql"

// columnTypes name the column that holds a champ's main value.
var columnTypes = map[string]string{
	"integer_number": "IntegerColumn", "decimal_number": "DecimalColumn", "checkbox": "BooleanColumn", "yes_no": "BooleanColumn",
	"date": "DateColumn", "datetime": "DateTimeColumn", "drop_down_list": "EnumColumn", "civilite": "EnumColumn",
	"multiple_drop_down_list": "EnumsColumn", "piece_justificative": "AttachmentsColumn",
}

// columns shows the main value of a champ once more, typed: this stand-in does
// not split addresses or companies into columns. Repetitions, titres d'identité
// and titles have none.
func columns(f field, value any, o graphql.Object) []any {
	switch f.kind {
	case "repetition", "titre_identite", "header_section", "explication", "carte":
		return []any{}
	}
	typename, known := columnTypes[f.kind]
	if !known {
		typename = "TextColumn"
	}
	c := graphql.Object{"__typename": typename, "id": globalID("Column", f.stable), "label": f.label, "stringValue": o["stringValue"]}
	switch typename {
	case "AttachmentsColumn":
		c["value"] = o["files"]
	case "DateTimeColumn", "DateColumn":
		c["value"] = value
	case "EnumsColumn":
		c["value"] = o["values"]
	case "TextColumn":
		c["value"] = o["stringValue"]
	default:
		c["value"] = value
	}
	return []any{c}
}
