package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"relais/internal/sandbox/graphql"
)

// The other platform: same published schema, nothing else in common with our
// sandbox. Its numbers, labels, ids, cursors and refusals are its own.
const (
	otherDemarche  = 904_117
	secondDemarche = 904_230
	otherToken     = "dG9rZW4tZGUtbGEtcHJlZmV0-kept_secret=="
	otherPath      = "/plateforme/api/v2/graphql"
)

// fault answers a request in place of the platform; false lets it through. nth
// counts the requests of that operation, from 1.
type fault func(w http.ResponseWriter, operation string, nth int) bool

// other is the platform. After its start, its fields and its dossiers change
// under change only.
type other struct {
	URL string

	title                     string // of its démarches
	form, annotations, second []ask
	services                  []*service
	pageSize                  int
	now                       time.Time
	fault                     fault

	engine *graphql.Engine
	mu     sync.Mutex
	papers []*paper // by modification, then number
	asked  map[string]int
	bytes  int // sent
	server *httptest.Server
}

// schemaText is the published schema when DS_SCHEMA names it, else our own.
func schemaText(t testing.TB) string {
	t.Helper()
	path := os.Getenv("DS_SCHEMA")
	if path == "" {
		return graphql.SDL
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("DS_SCHEMA: %v", err)
	}
	return string(b)
}

// newOther starts a platform with n dossiers, modified every five seconds up to
// two minutes ago.
func newOther(t testing.TB, n int) *other {
	t.Helper()
	engine, err := graphql.New("schema of the other platform", schemaText(t))
	if err != nil {
		t.Fatal(err)
	}
	p := &other{
		title: "AMI « Offre de repérage et de remobilisation » (O2R) 2026-2028",
		form:  otherForm(), annotations: otherAnnotations(), second: secondForm(), services: otherServices(),
		pageSize: 100, now: time.Now(), engine: engine, asked: map[string]int{},
	}
	last := p.now.Add(-2 * time.Minute).Truncate(time.Second).Add(123_456 * time.Microsecond)
	for i := range n {
		modified := last.Add(-time.Duration(n-1-i) * 5 * time.Second)
		p.papers = append(p.papers, invent(i, 7_000_001+i*3, p.services, modified))
	}
	p.server = httptest.NewServer(p)
	p.URL = p.server.URL + otherPath
	t.Cleanup(p.server.Close)
	return p
}

func otherServices() []*service {
	list := []*service{
		{number: 811, label: "Bretagne – pôle 3E", region: "53", option: services[0]},
		{number: 812, label: "DREETS Normandie", region: "28", option: services[1]},
		{number: 813, label: "La Réunion : service insertion", region: "04", option: services[2]},
	}
	for i, s := range list {
		for n := range 2 {
			s.agents = append(s.agents, agent{fmt.Sprintf("agent/%d%d", i, n), fmt.Sprintf("agent%d%d@%s", i, n, agentsDomain)})
		}
	}
	return list
}

// ServeHTTP checks the path, the token and the request, in that order.
func (p *other) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var req graphql.Request
	switch {
	case r.URL.Path != otherPath || r.Method != http.MethodPost:
		http.Error(w, "<html><body>Page introuvable</body></html>", http.StatusNotFound)
	case r.Header.Get("Authorization") != "Bearer "+otherToken:
		refuse(w, http.StatusForbidden, "forbidden", "Sans jeton reconnu, seules les requêtes enregistrées sont permises.")
	case json.NewDecoder(r.Body).Decode(&req) != nil || req.OperationName == "":
		refuse(w, http.StatusBadRequest, "bad_request", "Requête illisible")
	default:
		p.answer(w, r, req)
	}
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"data": nil, "errors": []any{map[string]any{"message": message, "extensions": map[string]any{"code": code}}},
	})
}

func (p *other) answer(w http.ResponseWriter, r *http.Request, req graphql.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[req.OperationName]++
	if p.fault != nil && p.fault(w, req.OperationName, p.asked[req.OperationName]) {
		return
	}
	root := map[ast.Operation]graphql.Object{ast.Query: {"demarche": graphql.Field(p.demarche)}}
	response := p.engine.Execute(r.Context(), root, req)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	p.bytes += len(response.Data)
	if response.HasData && len(response.Errors) == 0 {
		_, _ = io.WriteString(w, `{"data":`)
		_, _ = w.Write(response.Data)
		_, _ = io.WriteString(w, "}")
		return
	}
	_ = json.NewEncoder(w).Encode(response)
}

// change is life on the platform, between two requests.
func (p *other) change(life func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	life()
}

// fails makes the platform answer as a fault says; nil mends it.
func (p *other) fails(f fault) { p.change(func() { p.fault = f }) }

// forget starts the counts of requests anew.
func (p *other) forget() { p.change(func() { p.asked = map[string]int{} }) }

// requests is how many were answered, whatever the operation.
func (p *other) requests() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := 0
	for _, n := range p.asked {
		sum += n
	}
	return sum
}

func (p *other) demarche(_ context.Context, args map[string]any) (any, error) {
	number, _ := args["number"].(int)
	form, annotations := p.form, p.annotations
	switch number {
	case otherDemarche:
	case secondDemarche:
		form, annotations = p.second, nil
	default:
		return nil, &graphql.Error{Message: "Demarche not found", Code: "not_found"}
	}
	return graphql.Object{
		"id": fmt.Sprintf("demarche+%d", number), "number": number, "state": "publiee", "dateFermeture": nil,
		"title":              p.title,
		"activeRevision":     p.revision("rev-b", form, annotations),
		"revisions":          []graphql.Object{p.revision("rev-a", form[:len(form)/2], nil), p.revision("rev-b", form, annotations)},
		"groupeInstructeurs": p.groupes(),
		"dossiers":           graphql.Field(p.listed), "pendingDeletedDossiers": graphql.Field(p.pending),
		"deletedDossiers": graphql.Field(p.deleted),
	}, nil
}

func (p *other) revision(id string, form, annotations []ask) graphql.Object {
	at := p.now.AddDate(0, -6, 0)
	if id == "rev-b" {
		at = at.AddDate(0, 1, 0)
	}
	return graphql.Object{
		"id": id, "dateCreation": local(at), "datePublication": local(at),
		"champDescriptors": descriptors(form), "annotationDescriptors": descriptors(annotations),
	}
}

func (p *other) groupes() []graphql.Object {
	var list []graphql.Object
	for _, s := range p.services {
		list = append(list, s.object())
	}
	return list
}
