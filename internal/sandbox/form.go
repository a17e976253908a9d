package sandbox

// field is one champ or annotation of a form: a descriptor.
type field struct {
	key      string // our own name; never on the wire
	kind     string // wire value of enum TypeDeChamp
	label    string
	help     string
	optional bool
	level    int // of a header
	options  []string
	children []field
	when     string // shown only when this yes/no is yes
	stable   int    // stable id, kept across revisions
	// since is the first revision that has it, until the last; 0 means no bound.
	since, until int
	// retyped means that answers may have been typed for another kind.
	retyped bool
}

// form is what a démarche asks.
type form struct {
	champs, annotations []field
}

// number gives every field its stable id. Step 3: real ids have gaps.
func (f form) number(first int) form {
	next := first
	var walk func(list []field)
	walk = func(list []field) {
		for i := range list {
			list[i].stable = next
			next += 3
			walk(list[i].children)
		}
	}
	walk(f.champs)
	walk(f.annotations)
	return f
}

func (f field) descriptorID() string { return globalID("Champ", f.stable) }

// in tells whether a revision has the field.
func (f field) in(revision int) bool {
	return revision >= f.since && (f.until == 0 || revision <= f.until)
}

// findField looks a key up at the root and inside repetitions.
func findField(list []field, key string) (field, bool) {
	for _, f := range list {
		if f.key == key {
			return f, true
		}
		if c, ok := findField(f.children, key); ok {
			return c, true
		}
	}
	return field{}, false
}

// fieldByDescriptor looks up by descriptor id in a revision.
func fieldByDescriptor(list []field, id string, revision int) (field, bool) {
	for _, f := range list {
		if f.descriptorID() == id && f.in(revision) {
			return f, true
		}
		if c, ok := fieldByDescriptor(f.children, id, revision); ok {
			return c, true
		}
	}
	return field{}, false
}

func header(label string) field {
	return field{kind: "header_section", label: label, level: 1, optional: true}
}

func champ(key, kind, label string) field { return field{key: key, kind: kind, label: label} }

func (f field) opt() field                   { f.optional = true; return f }
func (f field) with(help string) field       { f.help = help; return f }
func (f field) of(options ...string) field   { f.options = options; return f }
func (f field) rows(children ...field) field { f.children = children; return f }
func (f field) shownWhen(key string) field   { f.when = key; return f }
func (f field) revisions(from, to int) field { f.since, f.until = from, to; return f }
func champTypename(kind string) string       { return kinds[kind].champ }
func descriptorTypename(kind string) string  { return kinds[kind].descriptor + "ChampDescriptor" }

// typenames of a kind: of its champs, and of its descriptor without the ending.
type typenames struct{ champ, descriptor string }

var kinds = map[string]typenames{
	"text":                    {"TextChamp", "Text"},
	"textarea":                {"TextChamp", "Textarea"},
	"email":                   {"TextChamp", "Email"},
	"phone":                   {"TextChamp", "Phone"},
	"iban":                    {"TextChamp", "Iban"},
	"checkbox":                {"CheckboxChamp", "Checkbox"},
	"yes_no":                  {"YesNoChamp", "YesNo"},
	"integer_number":          {"IntegerNumberChamp", "IntegerNumber"},
	"decimal_number":          {"DecimalNumberChamp", "DecimalNumber"},
	"date":                    {"DateChamp", "Date"},
	"datetime":                {"DatetimeChamp", "Datetime"},
	"civilite":                {"CiviliteChamp", "Civilite"},
	"drop_down_list":          {"DropDownListChamp", "DropDownList"},
	"multiple_drop_down_list": {"MultipleDropDownListChamp", "MultipleDropDownList"},
	"linked_drop_down_list":   {"LinkedDropDownListChamp", "LinkedDropDownList"},
	"piece_justificative":     {"PieceJustificativeChamp", "PieceJustificative"},
	"titre_identite":          {"TitreIdentiteChamp", "TitreIdentite"},
	"address":                 {"AddressChamp", "Address"},
	"communes":                {"CommuneChamp", "Commune"},
	"epci":                    {"EpciChamp", "Epci"},
	"departements":            {"DepartementChamp", "Departement"},
	"regions":                 {"RegionChamp", "Region"},
	"pays":                    {"PaysChamp", "Pays"},
	"siret":                   {"SiretChamp", "Siret"},
	"rna":                     {"RNAChamp", "RNA"},
	"rnf":                     {"RNFChamp", "RNF"},
	"carte":                   {"CarteChamp", "Carte"},
	"dossier_link":            {"DossierLinkChamp", "DossierLink"},
	"engagement_juridique":    {"EngagementJuridiqueChamp", "EngagementJuridique"},
	"repetition":              {"RepetitionChamp", "Repetition"},
	"header_section":          {"HeaderSectionChamp", "HeaderSection"},
	"explication":             {"ExplicationChamp", "Explication"},
}
