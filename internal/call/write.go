package call

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode"

	"relais/internal/dossier"
)

//go:embed call.yaml.tmpl
var fileText string

// Write makes the annotated file of a call, in French, which Parse reads back as
// the same call. form, if any, gives the label of each bound champ; b, if any,
// the confidence of its proposals and the candidates for what is left null.
func Write(c Call, form *dossier.Form, b *Binding) []byte {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if form == nil {
		form = &dossier.Form{}
	}
	if b == nil {
		b = &Binding{}
	}
	var out bytes.Buffer
	t := template.Must(template.New("call").Funcs(writing(c.Zone)).Parse(fileText))
	if err := t.Execute(&out, page{
		Call:            c,
		FieldLines:      lines(FieldNames(), c.Fields, form.Champs, b),
		AnnotationLines: lines(AnnotationNames(), c.Annotations, form.Annotations, b),
		RegionList:      regionList(),
	}); err != nil { // the template is ours and writes to memory
		panic(err)
	}
	return out.Bytes()
}

// page is what the template shows.
type page struct {
	Call
	FieldLines, AnnotationLines []bindingLine
	RegionList                  string
}

// bindingLine is one name, with ready-made lines for what might serve it.
type bindingLine struct {
	Name, ID, Comment string
	Candidates        []string
}

func lines(names []string, bound map[string]string, champs []dossier.Descriptor, b *Binding) []bindingLine {
	list := make([]bindingLine, 0, len(names))
	for _, name := range names {
		l := bindingLine{Name: name, ID: bound[name]}
		l.Comment = comment(name, l.ID, champs, b)
		if d, ok := b.DoubtOf(name); ok && l.ID == "" {
			for _, c := range d.Candidates {
				l.Candidates = append(l.Candidates, fmt.Sprintf("%s # %s (%s)", quote(c.ID), oneLine(c.Label), french(c.Score)))
			}
		}
		list = append(list, l)
	}
	return list
}

func comment(name, id string, champs []dossier.Descriptor, b *Binding) string {
	switch {
	case id == "":
		return "libellé habituel\u00a0: " + usualLabel(name)
	case id == Demandeur:
		return "le SIRET de l'établissement qui dépose"
	}
	d, ok := dossier.Find(champs, id)
	if !ok {
		return ""
	}
	if score, ok := b.Confidence[name]; ok {
		return fmt.Sprintf("%s (confiance %s)", oneLine(d.Label), french(score))
	}
	return oneLine(d.Label)
}

// usualLabel is how forms often ask for a name.
func usualLabel(name string) string {
	for _, list := range [][]wording{wordings, partnerWordings, annotationWordings} {
		if w, ok := wordingOf(list, name); ok {
			return w.phrases[0]
		}
	}
	return ""
}

func regionList() string {
	var b strings.Builder
	for i, r := range regions {
		switch {
		case i > 0 && i%4 == 0:
			b.WriteString(",\n#   ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(r.Code + " " + r.Name)
	}
	return b.String()
}

func writing(zone *time.Location) template.FuncMap {
	return template.FuncMap{
		"text":       quote,
		"list":       flow,
		"decimal":    decimal,
		"textOrNull": func(s string) string { return orNull(s, quote) },
		"wordOrNull": func(v any) string { return orNull(fmt.Sprint(v), func(s string) string { return s }) },
		"listOrNull": func(list []string) string {
			if list == nil {
				return "null"
			}
			return flow(list)
		},
		"numberOrNull": func(n int) string {
			if n == 0 {
				return "null"
			}
			return strconv.Itoa(n)
		},
		"countOrNull": func(n *int) string {
			if n == nil {
				return "null"
			}
			return strconv.Itoa(*n)
		},
		"decimalOrNull": func(v *float64) string {
			if v == nil {
				return "null"
			}
			return decimal(*v)
		},
		"instant": func(t time.Time) string {
			return orNull(writeLocal(t, zone), func(s string) string { return s })
		},
		"notNil": func(m map[string][]string) bool { return m != nil },
	}
}

func orNull(s string, write func(string) string) string {
	if s == "" {
		return "null"
	}
	return write(s)
}

// quote writes a text as JSON does, which YAML reads as a double-quoted text.
func quote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // a string always encodes
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func flow(list []string) string {
	quoted := make([]string, 0, len(list))
	for _, s := range list {
		quoted = append(quoted, quote(s))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func french(score float64) string {
	return strings.Replace(strconv.FormatFloat(score, 'f', 2, 64), ".", ",", 1)
}

const maxComment = 140

// oneLine makes a label fit for a comment, whatever it holds.
func oneLine(s string) string {
	s = flat(s)
	if r := []rune(s); len(r) > maxComment {
		return string(r[:maxComment]) + "…"
	}
	return s
}

// flat puts single blanks in the place of line breaks and of what does not print.
func flat(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
}
