package graphql

import (
	"fmt"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// manyDocuments is when the engine forgets the documents that it knows. A
	// client has a dozen.
	manyDocuments = 64
	// longDocument is not worth remembering: no client of ours sends it.
	longDocument = 64 << 10
)

// document is a text parsed and validated, for good: nothing in it depends on
// the variables, and nothing but what was accepted changes afterwards.
type document struct {
	doc      *ast.QueryDocument
	mentions map[string]bool
	refused  []ResponseError

	mu       sync.Mutex
	accepted map[string][]*ast.Field // by weighKey: the fields that take arguments
}

// weighKey is all that the weight of a document depends on beside its text: the
// limits, the operation, and the variables that size a page or skip a field.
func (e *Engine) weighKey(p *prepared) string {
	key := fmt.Appendf(nil, "%d %d %d %s", e.MaxDepth, e.MaxComplexity, e.PageSize, p.op.Name)
	for _, v := range p.op.VariableDefinitions {
		switch value := p.vars[v.Variable].(type) {
		case int, bool, nil:
			key = fmt.Appendf(key, " %v", value)
		case float64:
			key = fmt.Appendf(key, " %vf", value)
		}
	}
	return string(key)
}

// reweigh gives the arguments of an operation that was already accepted; nil
// when it has to be weighed.
func (d *document) reweigh(schema *ast.Schema, vars map[string]any, key string) map[*ast.Field]map[string]any {
	d.mu.Lock()
	fields, ok := d.accepted[key]
	d.mu.Unlock()
	if !ok {
		return nil
	}
	args := make(map[*ast.Field]map[string]any, len(fields))
	for _, f := range fields {
		a, err := coercer{schema}.arguments(f.Definition.Arguments, f.Arguments, vars)
		if err != nil {
			return nil
		}
		args[f] = a
	}
	return args
}

// accept remembers that an operation was neither too deep nor too costly.
func (d *document) accept(key string, fields []*ast.Field) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.accepted == nil || len(d.accepted) >= manyDocuments {
		d.accepted = map[string][]*ast.Field{}
	}
	d.accepted[key] = fields
}

// documents remembers the texts already read: a simulation asks the same few
// thousands of times.
type documents struct {
	mu    sync.RWMutex
	known map[string]*document
}

func (k *documents) get(text string) (*document, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	d, ok := k.known[text]
	return d, ok
}

func (k *documents) put(text string, d *document) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= manyDocuments {
		clear(k.known)
	}
	k.known[text] = d
}

// read parses and validates a text, once if it is good.
func (e *Engine) read(text string) *document {
	if d, ok := e.documents.get(text); ok {
		return d
	}
	d := &document{}
	if d.doc, d.refused = e.parse(text); d.refused != nil {
		return d
	}
	d.mentions = FragmentTypes(d.doc)
	if len(text) <= longDocument {
		e.documents.put(text, d)
	}
	return d
}
