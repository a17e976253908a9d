package ds

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/scanner"
)

var (
	//go:embed queries/dossiers.graphql
	dossiersText string
	//go:embed queries/listing.graphql
	listingText string
	//go:embed queries/dossier.graphql
	dossierText string
	//go:embed queries/demarche.graphql
	demarcheText string
	//go:embed queries/form.graphql
	formText string
	//go:embed queries/pending.graphql
	pendingText string
	//go:embed queries/deleted.graphql
	deletedText string
	//go:embed queries/modifier_annotations.graphql
	modifierAnnotationsText string

	//go:embed queries/demarche_fields.graphql
	demarcheFields string
	//go:embed queries/dossier_fields.graphql
	dossierFields string
	//go:embed queries/champ_fields.graphql
	champFields string
)

// document is one operation with the fragments it uses, and nothing else: the
// platform refuses unused fragments.
type document struct {
	name string // of the operation
	text string
}

var (
	dossiersDocument            = document{"dossiers", dossiersText + demarcheFields + dossierFields + champFields}
	listingDocument             = document{"listing", listingText}
	dossierDocument             = document{"dossier", dossierText + dossierFields + champFields}
	demarcheDocument            = document{"demarche", demarcheText + demarcheFields}
	formDocument                = document{"form", formText + demarcheFields}
	pendingDocument             = document{"pending", pendingText}
	deletedDocument             = document{"deleted", deletedText}
	modifierAnnotationsDocument = document{"modifierAnnotations", modifierAnnotationsText}
)

// documents is everything that this program can ever ask of the platform.
func documents() []document {
	return []document{
		dossiersDocument, listingDocument, dossierDocument, demarcheDocument, formDocument,
		pendingDocument, deletedDocument, modifierAnnotationsDocument,
	}
}

// onlyMutation is the one write that Relais may do: a person decides, Relais
// reports.
const onlyMutation = "dossierModifierAnnotations"

// guard is the closed list of texts that may leave.
type guard map[string]bool

// newGuard admits the documents after a look at each.
func newGuard(documents []document) (guard, error) {
	g := guard{}
	for _, d := range documents {
		if err := d.check(); err != nil {
			return nil, err
		}
		g[d.text] = true
	}
	return g, nil
}

// check refuses a document that is not one query, or the one mutation allowed.
func (d document) check() error {
	if strings.ContainsAny(d.text, "\"\r") {
		return fmt.Errorf("document %s: quotes and carriage returns could hide an operation", d.name)
	}
	operations, roots := outline(d.text)
	switch {
	case len(operations) != 1:
		return fmt.Errorf("document %s: want one operation, found %d", d.name, len(operations))
	case operations[0] == "query":
		return nil
	case operations[0] == "mutation" && slices.Equal(roots, []string{onlyMutation}):
		return nil
	}
	return fmt.Errorf("document %s: a %s of %s is not allowed, only the mutation %s is",
		d.name, operations[0], strings.Join(roots, ", "), onlyMutation)
}

// outline reads the kinds of operation of a document and every name that stands
// at the root of one, aliases and spreads included. It knows just enough of the
// grammar to be strict, texts without strings only; tests walk the same documents
// with a real parser.
func outline(text string) (operations, roots []string) {
	var s scanner.Scanner
	s.Init(strings.NewReader(text))
	s.Mode = scanner.ScanIdents
	s.Error = func(*scanner.Scanner, string) {}

	braces, parens, inOperation := 0, 0, false
	for tok := s.Scan(); tok != scanner.EOF; tok = s.Scan() {
		switch word := s.TokenText(); {
		case tok == '#':
			skipLine(&s)
		case tok == '(':
			parens++
		case tok == ')':
			parens--
		case tok == '{' && parens == 0:
			if braces == 0 && !inOperation && len(operations) == 0 {
				operations, inOperation = append(operations, "query"), true // anonymous
			}
			braces++
		case tok == '}' && parens == 0:
			if braces--; braces == 0 {
				inOperation = false
			}
		case tok != scanner.Ident || parens > 0:
		case braces == 0 && (word == "query" || word == "mutation" || word == "subscription") && !inOperation:
			operations, inOperation = append(operations, word), true
		case braces == 1 && inOperation:
			roots = append(roots, word)
		}
	}
	if braces != 0 || parens != 0 {
		return nil, nil
	}
	return operations, roots
}

func skipLine(s *scanner.Scanner) {
	for r := s.Next(); r != '\n' && r != scanner.EOF; r = s.Next() {
	}
}
