package call

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// good is a call file that uses every key.
const good = `id: o2r-hauts-de-france
family: o2r
title: "AMI O2R : deuxième vague"
authority: DREETS Hauts-de-France
demarche: 12345
regions: ["32"]
zone: Europe/Paris
calendar:
  opens: 2025-07-01T09:00
  closes: "2025-10-02T18:00"
  committee: null
floor: {measure: requested_amount, amount: 250000, months: 36}
max_share: 0.8
ineligible: [formation]
consortium:
  required: true
  chef_de_file: true
  must_include: [departement, france_travail]
incomplete: correction
correction_days: 15
silence: {effect: rejet, months: 2, source: "CRPA L.231-4 3°", confirmed_by: "bureau juridique"}
acknowledgement: platform_mail
steps:
  D14: [J-30, J-7, J, J+1]
  D02: []
recipients:
  fallback: [o2r@dreets.example]
  escalation: ["chef@dreets.example"]
  report: [bilan@dreets.example]
mail:
  default: immediate
  people:
    Anne@Dreets.example: weekly
    "luc@dreets.example": none
  immediate: [J-7, J]
retention_months: 60
fields:
  siret: demandeur
  region: "Q2hhbXAtMQ=="
  cout_total: Q2hhbXAtMg==
  rna: null
annotations:
  complet: "Q2hhbXAtMw=="
`

func TestParseReadsEveryKey(t *testing.T) {
	c, err := Parse("hdf.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	share, days, months := 0.8, 15, 60
	want := Call{
		ID: "o2r-hauts-de-france", Family: "o2r", Title: "AMI O2R : deuxième vague", Authority: "DREETS Hauts-de-France",
		Demarche: 12345, Regions: []string{"32"}, Zone: zone(t, paris),
		Calendar: Calendar{
			Opens:  time.Date(2025, 7, 1, 7, 0, 0, 0, time.UTC),
			Closes: time.Date(2025, 10, 2, 16, 0, 0, 0, time.UTC),
		},
		Floor:      &Floor{Measure: RequestedAmount, Amount: 250000, Months: 36},
		MaxShare:   &share,
		Ineligible: []string{"formation"},
		Consortium: &Consortium{Required: true, ChefDeFile: true, MustInclude: []string{"departement", "france_travail"}},
		Incomplete: Correction, CorrectionDays: &days,
		Silence:         &Silence{Effect: "rejet", Months: 2, Source: "CRPA L.231-4 3°", ConfirmedBy: "bureau juridique"},
		Acknowledgement: PlatformMail,
		Steps:           map[string][]string{"D14": {"J-30", "J-7", "J", "J+1"}, "D02": {}},
		Recipients:      Recipients{Fallback: []string{"o2r@dreets.example"}, Escalation: []string{"chef@dreets.example"}, Report: []string{"bilan@dreets.example"}},
		Mail: Mail{
			Default: Immediate, Immediate: []string{"J-7", "J"},
			People: map[string]Choice{"anne@dreets.example": Weekly, "luc@dreets.example": None},
		},
		RetentionMonths: &months,
		Fields:          map[string]string{FieldSiret: Demandeur, FieldRegion: "Q2hhbXAtMQ==", FieldTotalCost: "Q2hhbXAtMg=="},
		Annotations:     map[string]string{AnnotationComplete: "Q2hhbXAtMw=="},
		Source:          "hdf.yaml",
		Digest:          "", // checked below
	}
	if len(c.Digest) != 64 || strings.Trim(c.Digest, "0123456789abcdef") != "" {
		t.Errorf("digest %q is not a SHA-256", c.Digest)
	}
	c.Digest = ""
	if diff := cmp.Diff(want, c, sameZone); diff != "" {
		t.Error(diff)
	}
}

var sameZone = cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestDigestFollowsTheBytes(t *testing.T) {
	a, _ := Parse("a.yaml", []byte(good))
	b, _ := Parse("a.yaml", []byte(good+"# one more comment\n"))
	if a.Digest == b.Digest {
		t.Error("a changed file keeps its digest")
	}
}

// Two lines are enough: what is not written is not configured.
func TestParseMinimal(t *testing.T) {
	c, err := Parse("x.yaml", []byte("id: x\nfamily: pic\ntitle: X\nregions: ['04']\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Template() || c.Floor != nil || c.MaxShare != nil || c.Ineligible != nil || c.Consortium != nil ||
		c.Silence != nil || c.CorrectionDays != nil || c.RetentionMonths != nil || c.Steps != nil || c.Acknowledgement != "" {
		t.Errorf("something is configured: %+v", c)
	}
	if c.Zone.String() != "Indian/Reunion" {
		t.Errorf("zone %s, want the one of La Réunion", c.Zone)
	}
	if c.Fields == nil || c.Annotations == nil {
		t.Error("a nil map of bindings: writing to it would panic")
	}
}

// Each bad file and what its message must say, line included.
func TestParseRefuses(t *testing.T) {
	head := "id: x\nfamily: o2r\ntitle: X\nzone: Europe/Paris\n" // lines 1 to 4
	tests := []struct{ name, file, says string }{
		{"unknown key", head + "max_chare: 1\n", `x.yaml:5: unknown key "max_chare" in a call file; did you mean max_share?`},
		{"unknown key far from all", head + "zzz: 1\n", `x.yaml:5: unknown key "zzz" in a call file; the keys are id, family`},
		{"unknown key below", head + "floor:\n  measure: total_cost\n  amont: 1\n  amount: 1\n  months: 1\n", `x.yaml:7: unknown key "amont" in floor; did you mean amount?`},
		{"duplicate key", head + "title: Y\n", "x.yaml:5: title is already written at line 3; keep one of the two"},
		{"duplicate key below", head + "fields:\n  region: a\n  region: b\n", "x.yaml:7: fields.region is already written at line 6"},
		{"empty file", "", "x.yaml:1: the file is empty; start from a copy of o2r-national.yaml or run `relais init`"},
		{"only comments", "# nothing\n", "the file is empty"},
		{"a list", "- a\n", "x.yaml:1: a call file must hold lines of `key: value` (got a list)"},
		{"two documents", head + "---\nid: y\n", "x.yaml:6: a second document starts here; write one call a file"},
		{"broken brackets", head + "regions: [\"52\"\nfloor: null\n", "x.yaml:6: not valid YAML: ',' or ']' must be specified; check"},
		{"tab", head + "floor:\n\tmeasure: total_cost\n", "x.yaml:6: not valid YAML"},
		{"anchor", head + "authority: &a Y\n", "x.yaml:5: authority must be text, in quotes if it looks like a number (got an anchor, alias or tag"},
		{"merge", head + "<<: {incomplete: correction}\n", "x.yaml:5: a key of a call file must be a plain word"},
		{"not UTF-8", head + "authority: \xff\n", "x.yaml:1: the file is not UTF-8 text; save it again as UTF-8"},
		{"too large", head + strings.Repeat("# padding\n", 7000), "x.yaml:1: the file is larger than 64 KB"},
		{"no id", "family: o2r\ntitle: X\nzone: Europe/Paris\n", "x.yaml:1: id is missing; it must be written"},
		{"id not a slug", "id: O2R Bretagne\nfamily: o2r\ntitle: X\nregions: ['53']\n", "x.yaml:1: id must be at most 60 small letters, digits and single hyphens, such as o2r-bretagne (got a text of 12 characters)"},
		{"empty title", "id: x\nfamily: o2r\ntitle: ''\nregions: ['53']\n", "x.yaml:3: title is an empty text"},
		{"unknown family", "id: x\nfamily: O2R\ntitle: X\nregions: ['53']\n", "x.yaml:2: family must be o2r, spie or pic (got a text of 3 characters)"},
		{"title a number", "id: x\nfamily: o2r\ntitle: 2025\nregions: ['53']\n", "x.yaml:3: title must be text, in quotes if it looks like a number (got a whole number)"},
		{"démarche as text", head + "demarche: \"123\"\n", "x.yaml:5: demarche must be a whole number, without quotes (got a text of 3 characters)"},
		{"démarche zero", head + "demarche: 0\n", "x.yaml:5: demarche must be a whole number from 1 to"},
		{"démarche too large", head + "demarche: 99999999999999999999\n", "x.yaml:5: demarche must be a whole number"},
		{"region as a number", head + "regions: [\"52\", 4]\n", `x.yaml:5: regions[2] must be an INSEE region code in quotes: "04", not 4 (got a whole number)`},
		{"region of nowhere", head + "regions:\n  - \"52\"\n  - \"99\"\n", "x.yaml:7: regions[2] is not one of the 18 INSEE region codes"},
		{"region twice", head + "regions: [\"52\", \"52\"]\n", "x.yaml:5: regions[2] is already in the list; write it once"},
		{"regions not a list", head + "regions: \"52\"\n", "x.yaml:5: regions must be a list, such as [a, b] (got a text of 2 characters)"},
		{"no zone for several", "id: x\nfamily: o2r\ntitle: X\nregions: ['52', '04']\n", "x.yaml:1: zone is missing; write the zone of the calendar, such as Europe/Paris"},
		{"zone unknown", "id: x\nfamily: o2r\ntitle: X\nzone: Europe/Nantes\n", "x.yaml:4: zone is not a known time zone; write one such as Europe/Paris"},
		{"zone of the machine", "id: x\nfamily: o2r\ntitle: X\nzone: Local\n", "x.yaml:4: zone is not a known time zone"},
		{"a date alone", head + "calendar:\n  closes: 2025-10-02\n", "x.yaml:6: calendar.closes must be a local date and time written 2025-10-02T18:00; this is a date alone: add the hour, for instance 2025-10-02T23:59:59 for the end of that day"},
		{"an offset", head + "calendar:\n  closes: 2025-10-02T18:00+02:00\n", "x.yaml:6: calendar.closes must be a local date and time written 2025-10-02T18:00; drop the offset"},
		{"hour 24", head + "calendar:\n  closes: 2025-10-02T24:00\n", "write T23:59:59 of the same day"},
		{"a French date", head + "calendar:\n  closes: 02/10/2025 18h\n", "x.yaml:6: calendar.closes must be a local date and time written 2025-10-02T18:00 (got a text of 14 characters)"},
		{"an impossible day", head + "calendar:\n  closes: 2025-02-30T18:00\n", "x.yaml:6: calendar.closes must be a local date and time"},
		{"the missing hour of spring", head + "calendar:\n  closes: 2025-03-30T02:30\n", "x.yaml:6: calendar.closes is an hour that does not exist in Europe/Paris: clocks jump over it that day; write the hour after"},
		{"closes before it opens", head + "calendar:\n  opens: 2025-10-02T18:00\n  closes: 2025-10-01T18:00\n", "x.yaml:7: calendar.closes must be after calendar.opens"},
		{"closes as it opens", head + "calendar: {opens: 2025-10-02T18:00, closes: 2025-10-02T18:00}\n", "x.yaml:5: calendar.closes must be after calendar.opens"},
		{"calendar not a mapping", head + "calendar: 2025-10-02T18:00\n", "x.yaml:5: calendar must hold lines of `key: value` (got a text of 16 characters)"},
		{"floor of nothing", head + "floor: {measure: total_cost}\n", "x.yaml:5: floor needs amount, in euros, and months, the length it covers"},
		{"floor measured otherwise", head + "floor: {measure: cost, amount: 1, months: 1}\n", "x.yaml:5: floor.measure must be total_cost or requested_amount (got a text of 4 characters)"},
		{"floor as text", head + "floor:\n  measure: total_cost\n  amount: 150 000 €\n  months: 36\n", "x.yaml:7: floor.amount must be a number, without quotes, spaces, comma or unit, such as 150000 or 0.8 (got a text of 9 characters)"},
		{"floor below zero", head + "floor: {measure: total_cost, amount: -5, months: 36}\n", "x.yaml:5: floor.amount must be above 0; write floor: null for a call without floor"},
		{"floor over no month", head + "floor: {measure: total_cost, amount: 5, months: 0}\n", "x.yaml:5: floor.months must be a whole number from 1 to 240"},
		{"floor not a number", head + "floor: {measure: total_cost, amount: .nan, months: 1}\n", "floor.amount must be a number, without quotes"},
		{"a share in percent", head + "max_share: 80\n", "x.yaml:5: max_share must be a share above 0 and at most 1: write 0.8 for 80 %"},
		{"a share below zero", head + "max_share: -0.1\n", "x.yaml:5: max_share must be a share above 0"},
		{"ineligible unknown", head + "ineligible: [formations]\n", "x.yaml:5: ineligible[1] must be formation, the only value known so far (got a text of 10 characters)"},
		{"oui for true", head + "consortium: {required: oui}\n", "x.yaml:5: consortium.required must be true or false (got a text of 3 characters)"},
		{"partner unknown", head + "consortium: {must_include: [pole_emploi]}\n", "x.yaml:5: consortium.must_include[1] must be departement or france_travail"},
		{"incomplete unknown", head + "incomplete: rejet\n", "x.yaml:5: incomplete must be correction or irrecevable (got a text of 5 characters)"},
		{"correction of no day", head + "correction_days: 0\n", "x.yaml:5: correction_days must be a whole number from 1 to 366"},
		{"correction of half a day", head + "correction_days: 1.5\n", "x.yaml:5: correction_days must be a whole number, without quotes (got a number)"},
		{"silence without months", head + "silence: {effect: rejet}\n", "x.yaml:5: silence.months is missing"},
		{"silence that accepts", head + "silence: {effect: acceptation, months: 2}\n", "x.yaml:5: silence.effect must be rejet, the only value known so far"},
		{"acknowledgement unknown", head + "acknowledgement: courriel\n", "x.yaml:5: acknowledgement must be platform_mail, message, annotation or unknown"},
		{"step without J", head + "steps: {D14: [J-30, 7]}\n", "x.yaml:5: steps.D14[2] must be a step such as J-30, J or J+1 (got a whole number)"},
		{"step J-0", head + "steps: {D14: [J-0]}\n", "x.yaml:5: steps.D14[1] must be a step such as J-30, J or J+1 (got a text of 3 characters)"},
		{"step of no deadline", head + "steps: {D41: [J-30]}\n", `x.yaml:5: unknown key "D41" in steps; the keys are D02, D03, D14, D21`},
		{"step of a deadline never reminded", head + "steps: {D15: [J-30]}\n", `x.yaml:5: unknown key "D15" in steps; the keys are D02, D03, D14, D21`},
		{"step twice", head + "steps: {D14: [J, J]}\n", "x.yaml:5: steps.D14[2] is already in the list"},
		{"deadline unknown", head + "steps:\n  14: [J]\n", "x.yaml:6: a key of steps must be a plain word (got a whole number)"},
		{"deadline misspelt", head + "steps:\n  d14: [J]\n", `x.yaml:6: unknown key "d14" in steps`},
		{"field unknown", head + "fields:\n  cout: x\n", `x.yaml:6: unknown key "cout" in fields`},
		{"champ a number", head + "fields:\n  cout_total: 123\n", "x.yaml:6: fields.cout_total must be text, in quotes if it looks like a number (got a whole number)"},
		{"champ empty", head + "fields:\n  cout_total: ''\n", "x.yaml:6: fields.cout_total is an empty text; it must say something"},
		{"champ twice", head + "fields:\n  cout_total: a\n  montant_demande: a\n", "x.yaml:7: fields.montant_demande has the id already given to fields.cout_total; one champ serves one name"},
		{"demandeur elsewhere", head + "fields:\n  rna: demandeur\n", "x.yaml:6: fields.rna cannot be demandeur: only fields.siret can"},
		{"annotation unknown", head + "annotations:\n  completude: a\n", `x.yaml:6: unknown key "completude" in annotations`},
		{"address in brackets", head + "recipients: {escalation: [\"<a@b.example>\"]}\n", "x.yaml:5: recipients.escalation[1] is not an e-mail address (13 characters); write name@domain alone"},
		{"report to nobody", head + "recipients: {report: [chef]}\n", "x.yaml:5: recipients.report[1] is not an e-mail address (4 characters); write name@domain alone"},
		{"mail unknown key", head + "mail: {standard: weekly}\n", `x.yaml:5: unknown key "standard" in mail; the keys are default, people, immediate`},
		{"mail a word", head + "mail: weekly\n", "x.yaml:5: mail must hold lines of `key: value` (got a text of 6 characters)"},
		{"choice unknown", head + "mail:\n  default: daily\n", "x.yaml:6: mail.default must be morning, immediate, weekly or none (got a text of 5 characters)"},
		{"choice in capitals", head + "mail:\n  default: Weekly\n", "x.yaml:6: mail.default must be morning, immediate, weekly or none (got a text of 6 characters)"},
		{"people a list", head + "mail:\n  people: [anne@dreets.example]\n", "x.yaml:6: mail.people must hold lines of `address: choice` (got a list)"},
		{"people by name", head + "mail:\n  people:\n    luc@dreets.example: none\n    Anne Le Goff: weekly\n", "x.yaml:8: mail.people[2] is not an e-mail address (12 characters); write name@domain alone, then the choice"},
		{"people by number", head + "mail:\n  people:\n    12: weekly\n", "x.yaml:7: mail.people[1] must begin with an e-mail address (got a whole number)"},
		{"address longer than any", head + "mail:\n  people:\n    " + strings.Repeat("a", 245) + "@dreets.fr: none\n", "x.yaml:7: mail.people[1] is not an e-mail address (255 characters)"},
		{"people who choose otherwise", head + "mail:\n  people: {anne@dreets.example: jamais}\n", "x.yaml:6: mail.people[1] must be morning, immediate, weekly or none (got a text of 6 characters)"},
		{"people who choose nothing", head + "mail:\n  people:\n    anne@dreets.example:\n", "x.yaml:7: mail.people[1] must be morning, immediate, weekly or none (got nothing)"},
		{"people twice", head + "mail:\n  people:\n    anne@dreets.example: none\n    Anne@DREETS.example: weekly\n", "x.yaml:8: mail.people[2] is the address of line 7 again; keep one of the two"},
		{"immediate without J", head + "mail: {immediate: [1]}\n", "x.yaml:5: mail.immediate[1] must be a step such as J-30, J or J+1 (got a whole number)"},
		{"immediate twice", head + "mail: {immediate: [J, J]}\n", "x.yaml:5: mail.immediate[2] is already in the list; write it once"},
		{"immediate a word", head + "mail: {immediate: J}\n", "x.yaml:5: mail.immediate must be a list, such as [a, b] (got a text of 1 characters)"},
		{"immediate that never comes", head + "steps: {D14: [J-30, J]}\nmail: {immediate: [J, J-1]}\n", "x.yaml:6: mail.immediate has J-1, which steps.D14 has not; add it there, or take it out here"},
		{"retention for ever", head + "retention_months: 9999\n", "x.yaml:5: retention_months must be a whole number from 1 to 240"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("x.yaml", []byte(tt.file))
			if err == nil {
				t.Fatalf("accepted; want %q", tt.says)
			}
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got  %q\nwant %q", err, tt.says)
			}
			if n := strings.Count(err.Error(), "\n"); n > 0 {
				t.Errorf("one mistake, %d messages: %v", n+1, err)
			}
		})
	}
}

func TestParseNeverShowsAnAddress(t *testing.T) {
	const secret = "jeanne.martin"
	for _, file := range []string{
		"recipients: {fallback: [\"Jeanne <" + secret + "@dreets.example>\"]}\n",
		"recipients: {fallback: [" + secret + "]}\n",
		"recipients: {fallback: " + secret + "@dreets.example}\n",
		"recipients:\n  fallback:\n    " + secret + "@dreets.example: true\n",
		"recipients:\n  " + secret + "@dreets.example: true\n",
		"recipients: {fallback: [\"" + secret + "@dreets.example\", \"" + secret + "@dreets.example\"]}\n",
		"recipients: {fallback: [" + secret + "@dreets.example\n",
		"authority: \"" + secret + "@dreets.example\n",
		"silence: {effect: " + secret + "@dreets.example, months: 1}\n",
		"mail: {people: {" + secret + "@dreets.example: daily}}\n",
		"mail: {people: {" + secret + ": weekly}}\n",
		"mail: {people: " + secret + "@dreets.example}\n",
		"mail: {people: {\"Jeanne <" + secret + "@dreets.example>\": none}}\n",
		"mail:\n  people:\n    " + secret + "@dreets.example: none\n    " + secret + "@dreets.example: none\n",
		"mail:\n  people:\n    " + secret + "@dreets.example\n",
		"mail:\n  " + secret + "@dreets.example: none\n",
		"mail: {default: " + secret + "@dreets.example}\n",
		"mail: {immediate: [" + secret + "@dreets.example]}\n",
	} {
		_, err := Parse("x.yaml", []byte("id: x\nfamily: o2r\ntitle: X\nzone: Europe/Paris\n"+file))
		if err == nil {
			t.Errorf("accepted: %s", file)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("shown: %v", err)
		}
	}
}

// What the file does not say of mails has a meaning; what it says wins.
func TestWhatTheMailSectionMeans(t *testing.T) {
	head := "id: x\nfamily: o2r\ntitle: X\nzone: Europe/Paris\n"
	for _, tt := range []struct {
		name, section  string
		want           Choice
		lastDay, aWeek bool // do J-1 and J-7 go at once?
	}{
		{"nothing", "", Morning, true, false},
		{"null", "mail: null\n", Morning, true, false},
		{"only nulls", "mail: {default: null, people: null, immediate: null}\n", Morning, true, false},
		{"a default", "mail: {default: weekly}\n", Weekly, true, false},
		{"another's choice", "mail: {default: weekly, people: {luc@dreets.example: none}}\n", Weekly, true, false},
		{"one's own", "mail: {default: weekly, people: {ANNE@dreets.example: morning}}\n", Morning, true, false},
		{"nobody", "mail: {people: {}}\n", Morning, true, false},
		{"nothing at once", "mail: {immediate: []}\n", Morning, false, false},
		{"a week ahead", "mail: {immediate: [J-7]}\n", Morning, false, true},
		{"a step of the file's own", "steps: {D14: [J-9, J-7]}\nmail: {immediate: [J-7]}\n", Morning, false, true},
		{"steps of another deadline", "steps: {D02: [J-9]}\nmail: {immediate: [J-7]}\n", Morning, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Parse("x.yaml", []byte(head+tt.section))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Choice(" Anne@Dreets.example "); got != tt.want {
				t.Errorf("choice %q, want %q", got, tt.want)
			}
			if c.Immediately("J-1") != tt.lastDay || c.Immediately("J-7") != tt.aWeek {
				t.Errorf("J-1 at once: %t, J-7 at once: %t", c.Immediately("J-1"), c.Immediately("J-7"))
			}
		})
	}
}

func TestParseReportsAllProblemsAtOnce(t *testing.T) {
	_, err := Parse("x.yaml", []byte("id: X\nfamily: nope\ntitle: X\nregions: [4]\nzone: Nowhere\nmax_share: 2\nhello: 1\n"))
	for _, line := range []string{"x.yaml:1:", "x.yaml:2:", "x.yaml:4:", "x.yaml:5:", "x.yaml:6:", "x.yaml:7:"} {
		if err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("no message for %s in %v", line, err)
		}
	}
}

// An hour that comes twice in autumn is read as the second one.
func TestAmbiguousHourIsTheLaterOne(t *testing.T) {
	got, err := parseLocal("2025-10-26T02:30", zone(t, paris))
	if want := time.Date(2025, 10, 26, 1, 30, 0, 0, time.UTC); err != nil || !got.Equal(want) {
		t.Errorf("got %v %v, want %v", got.UTC(), err, want)
	}
}

// A zone that skips a whole day: Samoa had no 30 December 2011.
func TestSkippedDay(t *testing.T) {
	if got, err := parseLocal("2011-12-30T12:00", zone(t, "Pacific/Apia")); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("b.yaml", "id: bravo\nfamily: o2r\ntitle: B\nregions: ['53']\n")
	write("a.yml", "id: alpha\nfamily: o2r\ntitle: A\nregions: ['52']\n")
	write("notes.txt", "not: [a call")
	write(".hidden.yaml", "not: [a call")
	set, err := Load(dir)
	if err != nil || len(set.All()) != 2 || set.All()[0].ID != "alpha" {
		t.Fatalf("got %v, %v", set.All(), err)
	}
	if c, ok := set.Get("bravo"); !ok || c.Source != filepath.Join(dir, "b.yaml") {
		t.Errorf("bravo: %+v %v", c, ok)
	}

	write("c.yaml", "id: alpha\nfamily: o2r\ntitle: A again\nregions: ['11']\n")
	write("d.yaml", "id: delta\nfamily: o2r\n")
	write("e.yaml", "id: [\n")
	set, err = Load(dir)
	for _, want := range []string{
		`c.yaml: id "alpha" is already the id of ` + filepath.Join(dir, "a.yml"),
		"d.yaml:1: title is missing", "d.yaml:1: zone is missing", "e.yaml:1: not valid YAML",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if len(set.All()) != 2 {
		t.Errorf("the right calls are lost: %v", set.All())
	}
}

func TestLoadSaysWhatIsWrongWithTheFolder(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "calls")
	if _, err := Load(missing); err == nil || !strings.Contains(err.Error(), "does not exist; create it or set RELAIS_CALLS") {
		t.Errorf("missing folder: %v", err)
	}
	file := filepath.Join(t.TempDir(), "calls.yaml")
	if err := os.WriteFile(file, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file); err == nil || !strings.Contains(err.Error(), "cannot be read: ") {
		t.Errorf("a file for a folder: %v", err)
	}
	if set, err := Load(t.TempDir()); err != nil || len(set.All()) != 0 {
		t.Errorf("an empty folder: %v %v", set, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	for _, s := range []string{"", "a: &x [*x]", "? [a]\n: {b: c}", "a: !!binary =", "%YAML 1.2\n---\na: |\n  b", "<<: *x", "\"\\", "- - - a", "id: {id: {id: 1}}", "steps: {D14: {J: 1}}", "fields: [1]", "mail: {people: {a@b.fr: none}, immediate: []}", "mail:\n  people:\n    ? a@b.fr\n    : none"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4<<10 { // the parser is quadratic in brackets
			return
		}
		c, err := Parse("x.yaml", b)
		if err != nil {
			return
		}
		if _, err := Parse("x.yaml", Write(c, nil, nil)); err != nil {
			t.Errorf("accepted once, refused after Write: %v", err)
		}
	})
}
