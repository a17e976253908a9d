package sandbox

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"relais/internal/sandbox/graphql"
)

// view is the world as one request sees it: the lock is held while it lives.
type view struct {
	world    *world
	links    signer
	base     string // where file links point
	now      time.Time
	readOnly bool
	stamp    func() time.Time

	manner
	rows  int  // of the page being served; 1 outside of lists
	spent bool // time is over
}

func (v *view) root() map[ast.Operation]graphql.Object {
	return map[ast.Operation]graphql.Object{
		ast.Query: {
			"__typename":         "Query",
			"demarche":           graphql.Field(v.findDemarche),
			"dossier":            graphql.Field(v.findDossier),
			"groupeInstructeur":  graphql.Field(v.findGroup),
			"demarcheDescriptor": graphql.Field(v.findDescriptor),
		},
		ast.Mutation: {
			"__typename":                 "Mutation",
			"dossierModifierAnnotations": graphql.Field(v.modifyAnnotations),
		},
	}
}

func (v *view) findDemarche(_ context.Context, args map[string]any) (any, error) {
	number, _ := intArg(args, "number")
	m := v.world.demarche(number)
	switch {
	case m == nil || m.state == supprimee:
		return nil, notFound("Demarche")
	case m.foreign || v.hit.Fault == WithoutRights:
		return nil, unauthorized("Demarche")
	}
	return v.demarche(m), nil
}

// findDossier answers not_found for a draft, a hidden or a purged one alike.
func (v *view) findDossier(_ context.Context, args map[string]any) (any, error) {
	number, _ := intArg(args, "number")
	d := v.world.numbers[number]
	switch {
	case d == nil || !d.listed() || d.demarche.state == supprimee:
		return nil, notFound("Dossier")
	case d.demarche.foreign || v.hit.Fault == WithoutRights:
		return nil, unauthorized("Dossier")
	}
	return v.dossier(d), nil
}

func (v *view) findGroup(_ context.Context, args map[string]any) (any, error) {
	number, _ := intArg(args, "number")
	for _, m := range v.world.demarches {
		g := m.groupByNumber(number)
		if g == nil {
			continue
		}
		if m.foreign || v.hit.Fault == WithoutRights {
			return nil, unauthorized("GroupeInstructeurWithDossiers")
		}
		return v.groupWithDossiers(m, g), nil
	}
	return nil, notFound("GroupeInstructeurWithDossiers")
}

// findDescriptor needs no right on an open-data démarche.
func (v *view) findDescriptor(_ context.Context, args map[string]any) (any, error) {
	by, _ := args["demarche"].(map[string]any)
	number, ok := intArg(by, "number")
	if !ok {
		number = keyOf("Procedure", stringArg(by, "id"))
	}
	m := v.world.demarche(number)
	switch {
	case m == nil:
		return nil, notFound("DemarcheDescriptor")
	case m.foreign && !m.opendata:
		return nil, unauthorized("DemarcheDescriptor")
	}
	return v.descriptor(m, len(m.revisions)), nil
}

func badRequest(message string) error {
	return &graphql.Error{Message: message, Code: "bad_request"}
}

func notFound(class string) error {
	return &graphql.Error{Message: class + " not found", Code: "not_found"}
}

func unauthorized(class string) error {
	return &graphql.Error{Message: class + " is outside the rights of the token", Code: "unauthorized"}
}

func intArg(args map[string]any, name string) (int, bool) {
	n, ok := args[name].(int)
	return n, ok
}

func stringArg(args map[string]any, name string) string {
	s, _ := args[name].(string)
	return s
}

// timeArg reads an ISO 8601 instant. A date or a time without offset is read in
// the server's zone, which is not Paris.
func timeArg(args map[string]any, name string) (time.Time, bool, error) {
	s := stringArg(args, name)
	if s == "" {
		return time.Time{}, false, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true, nil
		}
	}
	return time.Time{}, false, badRequest("Argument \"" + name + "\" is not an ISO 8601 time")
}

// keyOf reads the number of a typed id of one class; 0 when it is not one.
func keyOf(class, id string) int {
	raw, err := base64.StdEncoding.DecodeString(id)
	if err != nil {
		return 0
	}
	key, ok := strings.CutPrefix(string(raw), class+"-")
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(key)
	if err != nil {
		return 0
	}
	return n
}
