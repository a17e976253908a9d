package graphql

import (
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
// the variables, and nothing changes it afterwards.
type document struct {
	doc      *ast.QueryDocument
	mentions map[string]bool
	refused  []ResponseError
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
