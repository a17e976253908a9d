package ds

import "relais/internal/dossier"

// What an error says of itself, so that its callers need not know this package.

// Isolable tells that the cause may lie in one dossier of the request, or in how
// much was asked at once: smaller requests are worth trying.
func (e *Error) Isolable() bool {
	switch e.Kind {
	case InvalidNull, Timeout, Partial, Fault, BadRequest, TooComplex, NotUnderstood,
		NoData, TooLarge, ServerError, NoAnswer, Truncated, Unauthorized:
		return e.Op != demarcheDocument.name && e.Op != formDocument.name
	}
	return false
}

// Missing tells that the platform does not show the object; no proof of deletion.
func (e *Error) Missing() bool { return e.Kind == NotFound }

// Malformed tells that the platform does not understand an argument: a cursor,
// since nothing else of a request comes from outside.
func (e *Error) Malformed() bool { return e.Kind == BadRequest }

// Cause is the kind, in one word.
func (e *Error) Cause() string { return string(e.Kind) }

// Isolable: a page with holes has whole dossiers beside them.
func (p *PartialPage) Isolable() bool { return true }

// Cause is the kind of the first hole, in one word.
func (p *PartialPage) Cause() string {
	if len(p.Broken) > 0 {
		return string(p.Broken[0].Kind)
	}
	return string(Partial)
}

// Salvaged is what could be read of the page.
func (p *PartialPage) Salvaged() dossier.Page { return p.Page }
