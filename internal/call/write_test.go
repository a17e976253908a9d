package call

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"relais/internal/dossier"
)

// Whatever a call holds and whatever the form's labels are, the file reads back
// as the same call.
func TestWriteThenParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := calls().Draw(t, "call")
		form := forms().Draw(t, "form")
		b := Bind(form)
		got, err := Parse("x.yaml", Write(c, &form, &b))
		if err != nil {
			t.Fatalf("%v\n%s", err, Write(c, &form, &b))
		}
		if diff := cmp.Diff(c, got, sameZone, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Call{}, "Source", "Digest")); diff != "" {
			t.Fatalf("%s\n%s", diff, Write(c, &form, &b))
		}
		if (c.Ineligible == nil) != (got.Ineligible == nil) || (c.Steps == nil) != (got.Steps == nil) || (c.Mail.Immediate == nil) != (got.Mail.Immediate == nil) {
			t.Fatal("an empty list and no list are not the same")
		}
	})
}

// anyText draws what people and platforms write, quotes and line breaks included.
func anyText() *rapid.Generator[string] {
	wild := rapid.Custom(func(t *rapid.T) string {
		return strings.TrimSpace(rapid.StringN(1, 30, -1).Draw(t, "runes"))
	}).Filter(func(s string) bool { return s != "" })
	return rapid.OneOf(
		rapid.SampledFrom([]string{"null", "~", "yes", "4", "04", "# x", "a: b", "- a", "l'« appel »", `"`, `\`, "é\u00a0!", "a\nb", "😀", "{x", "@a", "*b", "&c", "%d", "\u2028", "\u0085", "\ufeff"}).
			Filter(func(s string) bool { return strings.TrimSpace(s) == s }),
		wild,
	)
}

func optional[T any](g *rapid.Generator[T]) *rapid.Generator[*T] { return rapid.Ptr(g, true) }

func calls() *rapid.Generator[Call] {
	return rapid.Custom(func(t *rapid.T) Call {
		zoneName := rapid.SampledFrom([]string{paris, "Indian/Reunion", "America/Cayenne"}).Draw(t, "zone")
		z, _ := time.LoadLocation(zoneName)
		texts := rapid.OneOf(rapid.Just(""), anyText())
		c := Call{
			ID:     rapid.StringMatching(`[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}`).Draw(t, "id"),
			Family: rapid.SampledFrom(families).Draw(t, "family"), Title: anyText().Draw(t, "title"), Authority: texts.Draw(t, "authority"),
			Demarche: rapid.IntRange(0, 200000).Draw(t, "demarche"), Zone: z,
			Regions:         rapid.SliceOfDistinct(rapid.SampledFrom(codes()), rapid.ID).Draw(t, "regions"),
			MaxShare:        optional(rapid.Float64Range(0.01, 1)).Draw(t, "share"),
			Ineligible:      rapid.SampledFrom([][]string{nil, {}, {"formation"}}).Draw(t, "ineligible"),
			Incomplete:      rapid.SampledFrom([]Incomplete{"", Correction, Irrecevable}).Draw(t, "incomplete"),
			CorrectionDays:  optional(rapid.IntRange(1, maxDays)).Draw(t, "days"),
			Acknowledgement: rapid.SampledFrom([]Acknowledgement{"", PlatformMail, ByMessage, ByAnnotation, UnknownAcknowledge}).Draw(t, "ack"),
			Steps:           rapid.SampledFrom([]map[string][]string{nil, {}, {"D14": {"J-30", "J", "J+1"}, "D02": {}}}).Draw(t, "steps"),
			Recipients: Recipients{
				Fallback: rapid.SampledFrom([][]string{nil, {"a@b.example", "é@b.example"}}).Draw(t, "fallback"),
				Report:   rapid.SampledFrom([][]string{nil, {"a@b.example"}}).Draw(t, "report"),
			},
			Mail: Mail{
				Default: rapid.SampledFrom([]Choice{"", Morning, Immediate, Weekly, None}).Draw(t, "default"),
				People: rapid.SampledFrom([]map[string]Choice{
					nil, {"a@b.example": None}, {"é@b.example": Weekly, "o'brien+x@b.example": Morning, `a%b@b.example`: Immediate, "null@b.example": None},
				}).Draw(t, "people"),
				Immediate: rapid.SampledFrom([][]string{nil, {}, {"J"}, {"J-30", "J+1"}}).Draw(t, "immediate"),
			},
			RetentionMonths: optional(rapid.IntRange(1, maxMonths)).Draw(t, "retention"),
			Fields:          bindingsOf(FieldNames()).Draw(t, "fields"),
			Annotations:     bindingsOf(AnnotationNames()).Draw(t, "annotations"),
		}
		// A day of which both the morning and the closing hour exist everywhere.
		c.Calendar.Opens = time.Date(2025, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), 5, rapid.IntRange(0, 23).Draw(t, "hour"), 30, rapid.IntRange(0, 59).Draw(t, "second"), 0, z)
		c.Calendar.Closes = c.Calendar.Opens.Add(time.Hour)
		if rapid.Bool().Draw(t, "open end") {
			c.Calendar.Closes = time.Time{}
		}
		if rapid.Bool().Draw(t, "floor") {
			c.Floor = &Floor{Measure: rapid.SampledFrom(measures).Draw(t, "measure"), Amount: rapid.Float64Range(0.01, 1e9).Draw(t, "amount"), Months: 36}
		}
		if rapid.Bool().Draw(t, "consortium") {
			c.Consortium = &Consortium{Required: rapid.Bool().Draw(t, "required"), MustInclude: []string{"departement"}}
		}
		if rapid.Bool().Draw(t, "silence") {
			c.Silence = &Silence{Effect: "rejet", Months: 2, Source: texts.Draw(t, "source"), ConfirmedBy: texts.Draw(t, "confirmed")}
		}
		return c
	})
}

func codes() (list []string) {
	for _, r := range regions {
		list = append(list, r.Code)
	}
	return list
}

// bindingsOf binds some names, each to an id of its own.
func bindingsOf(names []string) *rapid.Generator[map[string]string] {
	return rapid.Custom(func(t *rapid.T) map[string]string {
		bound := map[string]string{}
		for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom(names), rapid.ID).Draw(t, "names") {
			bound[name] = rapid.SampledFrom([]string{"Q2hhbXAt", "123-", "a: ", "# "}).Draw(t, "id") + name
		}
		return bound
	})
}

// forms draws forms of any labels, likely ones and noise, at random types.
func forms() *rapid.Generator[dossier.Form] {
	labels := []string{"SIRET", "Coût total du projet", "Montant demandé", "Montant (€)", "RIB", "Budget", "Comptes annuels", "Partenaires",
		"Contrat d'engagement républicain", "Région", "Dépenses de formation", "Année 1", "2025", "", "N+1", "hors", "(", "dont"}
	types := split("Text Textarea DecimalNumber IntegerNumber YesNo Checkbox Region DropDownList PieceJustificative Siret Repetition HeaderSection Explication Martian")
	return rapid.Custom(func(t *rapid.T) dossier.Form {
		var list []dossier.Descriptor
		for i := range rapid.IntRange(0, 12).Draw(t, "champs") {
			list = append(list, dossier.Descriptor{
				ID:    "c" + string(rune('a'+i)),
				Type:  rapid.SampledFrom(types).Draw(t, "type"),
				Label: rapid.OneOf(rapid.SampledFrom(labels), rapid.String()).Draw(t, "label"),
			})
		}
		return dossier.Form{Champs: list, Annotations: list}
	})
}

// Bind never gives one champ twice, and never a champ whose type cannot serve.
func TestBindIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := forms().Draw(t, "form")
		c := Draft(form, "52")
		c.Demarche = 1
		if stale := c.CheckBindings(form); len(stale) > 0 {
			t.Fatal(stale)
		}
		owners := map[string]string{}
		for name, id := range c.Fields {
			if owners[id] != "" {
				t.Fatalf("%s serves %s and %s", id, owners[id], name)
			}
			owners[id] = name
		}
	})
}

func TestWriteNamesChampsAndDoubts(t *testing.T) {
	form := formOf("O2R",
		ask("Q1", "Region", "Région d'intervention"),
		ask("Q2", "DecimalNumber", "Coût total du projet"),
		ask("Q3", "DecimalNumber", "Coût total\n#de l'action"))
	b := Bind(form)
	c := Draft(form, "53")
	file := string(Write(c, &form, &b))
	for _, want := range []string{
		"id: \"o2r-bretagne\"\n", "authority: \"DREETS Bretagne\"\n", "demarche: 98765\n", "regions: [\"53\"]\n", "zone: Europe/Paris\n",
		"\n  siret: \"demandeur\" # le SIRET de l'établissement qui dépose\n",
		"\n  region: \"Q1\" # Région d'intervention (confiance 0,",
		"\n  #   \"Q2\" # Coût total du projet (0,", "\n  #   \"Q3\" # Coût total #de l'action (0,", "\n  cout_total: null # libellé habituel",
		"\nfloor: null\n", "\n  confirmed_by: null\n",
	} {
		if !strings.Contains(file, want) {
			t.Errorf("no %q in\n%s", want, file)
		}
	}
	if _, err := Parse("x.yaml", []byte(file)); err != nil {
		t.Error(err)
	}
}

func TestDraft(t *testing.T) {
	tests := []struct{ title, region, id, family, zone string }{
		{"AMI O2R 2026", "04", "o2r-la-reunion", "o2r", "Indian/Reunion"},
		{"Offre de repérage et de remobilisation", "11", "o2r-ile-de-france", "o2r", paris},
		{"Service public de l'insertion et de l'emploi", "93", "spie-provence-alpes-cote-d-azur", "spie", paris},
		{"Repérer les publics « invisibles »", "", "pic-98765", "pic", paris},
		{"", "", "o2r-98765", "o2r", paris},
	}
	for _, tt := range tests {
		c := Draft(formOf(tt.title), tt.region)
		if c.ID != tt.id || c.Family != tt.family || c.Zone.String() != tt.zone || c.Demarche != 98765 || c.Title == "" {
			t.Errorf("%q %q: %+v", tt.title, tt.region, c)
		}
		if c.Floor != nil || c.MaxShare != nil || c.Ineligible != nil || c.Consortium != nil || c.CorrectionDays != nil || !c.Calendar.Closes.IsZero() {
			t.Errorf("%q: a draft guesses what only the call says: %+v", tt.title, c)
		}
		if (c.Silence != nil) != (tt.family == "o2r") {
			t.Errorf("%q: silence %v", tt.title, c.Silence)
		}
	}
	if c := Draft(usual(), "52"); c.Consortium == nil || !c.Consortium.ChefDeFile {
		t.Errorf("a form with partners needs a chef de file: %+v", c.Consortium)
	}
}

func TestCheckBindings(t *testing.T) {
	form := usual()
	c := Draft(form, "52")
	c.Source = "pdl.yaml"
	if stale := c.CheckBindings(form); stale != nil {
		t.Fatalf("fresh bindings: %v", stale)
	}
	for i := range form.Champs {
		switch form.Champs[i].ID {
		case "region":
			form.Champs[i].Retired = true
		case "cout_total":
			form.Champs[i].Type = "Date"
		}
	}
	c.Fields[FieldRIB] = "gone"
	c.Fields[FieldRequestedAmount] = "partenaire_montant"
	delete(c.Fields, FieldPartnerAmount)
	c.Annotations[AnnotationOpinion] = "lost"
	remedy := "; run `relais init --demarche 98765` and take the new id from its file"
	want := []string{
		"pdl.yaml: fields.region is bound to champ region, which the form no longer asks for" + remedy,
		"pdl.yaml: fields.cout_total is bound to champ cout_total, a Date, which cannot hold it (expected DecimalNumber, IntegerNumber, Number or Text)" + remedy,
		"pdl.yaml: fields.montant_demande is bound to champ partenaire_montant, which is inside a repetition, where it has one value a row" + remedy,
		"pdl.yaml: fields.pj_rib is bound to champ gone, which the form does not have" + remedy,
		"pdl.yaml: annotations.avis is bound to champ lost, which the form does not have" + remedy,
	}
	if diff := cmp.Diff(want, c.CheckBindings(form)); diff != "" {
		t.Error(diff)
	}
	c.Fields[FieldPartenaires] = "cout_an1"
	if got := strings.Join(c.CheckBindings(form), "\n"); !strings.Contains(got, "fields.partenaire_siret is bound to champ partenaire_siret, which is not in the repetition bound to fields.partenaires") {
		t.Errorf("a moved repetition: %s", got)
	}
	c.Demarche = 0
	if stale := c.CheckBindings(form); stale != nil {
		t.Errorf("a template has no form: %v", stale)
	}
}

var templatesDir = filepath.Join("..", "..", "infra", "calls")

func TestTemplates(t *testing.T) {
	set, err := Load(templatesDir)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range set.All() {
		ids = append(ids, c.ID)
		if !c.Template() {
			t.Errorf("%s is bound to démarche %d", c.ID, c.Demarche)
		}
		if filepath.Base(c.Source) != c.ID+".yaml" {
			t.Errorf("%s is in %s", c.ID, c.Source)
		}
	}
	if diff := cmp.Diff([]string{"o2r-national", "o2r-pays-de-la-loire", "pic-publics-invisibles", "spie-2021"}, ids); diff != "" {
		t.Fatal(diff)
	}
	pdl, _ := set.Get("o2r-pays-de-la-loire")
	if diff := cmp.Diff(&Floor{Measure: TotalCost, Amount: 150000, Months: 36}, pdl.Floor); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"formation"}, pdl.Ineligible); diff != "" {
		t.Error(diff)
	}
	spie, _ := set.Get("spie-2021")
	if diff := cmp.Diff(&Consortium{Required: true, MustInclude: []string{"departement", "france_travail"}}, spie.Consortium); diff != "" {
		t.Error(diff)
	}
	if want := time.Date(2021, 2, 28, 22, 59, 59, 0, time.UTC); !spie.Calendar.Closes.Equal(want) {
		t.Errorf("SPIE closes %v", spie.Calendar.Closes)
	}
}

// The annotated example says exactly what Write says of each key.
func TestAnnotatedExampleIsUpToDate(t *testing.T) {
	name := filepath.Join(templatesDir, "o2r-national.yaml")
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(name, file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(file), string(Write(c, nil, nil))) {
		t.Errorf("the example differs from what Write gives:\n%s", cmp.Diff(string(file), string(Write(c, nil, nil))))
	}
	for _, key := range rootKeys {
		if !strings.Contains(string(file), "\n"+key+":") {
			t.Errorf("key %s is not shown", key)
		}
	}
}
