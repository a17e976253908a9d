package dossier

import "time"

// Place in a stream is kept as a Position: an inclusive lower bound and the
// platform's opaque cursor after it. The cursor belongs to the order by
// modification, which the platform uses only when a lower bound is given, so
// Since is never zero in a request.
type Position struct {
	Since  time.Time `json:"since,omitzero"`
	Cursor string    `json:"cursor,omitempty"`
}

// Page is one page of full dossiers, ascending by modification. EndCursor is
// empty on an empty page. ReadAt is the instant our request was sent; PlatformAt
// is the platform's own clock, from the answer's Date header, or ReadAt when it
// gave none. Demarche is set when the request asked for it.
type Page struct {
	Demarche    *Demarche
	Dossiers    []Dossier
	EndCursor   string
	HasNextPage bool
	ReadAt      time.Time
	PlatformAt  time.Time
}

// Departure is a row of one of the two deletion lists. Key it on Number: equal
// ids in the two lists may be different dossiers. At is dateSupression, which
// the platform back-dates by up to two weeks.
type Departure struct {
	Number int
	State  State
	Reason string
	At     time.Time
}

// Departures is one page of a deletion list.
type Departures struct {
	Rows        []Departure
	EndCursor   string
	HasNextPage bool
	ReadAt      time.Time
}

// Listed is one row of a light page. Modified is cut to the second; it is zero
// when the platform could not even tell that much of the dossier.
type Listed struct {
	Number   int
	Cursor   string
	Modified time.Time
}

// Listing is one light page of the same order as Page, which a dossier that
// cannot be read does not break.
type Listing struct {
	Rows        []Listed
	EndCursor   string
	HasNextPage bool
	ReadAt      time.Time
	PlatformAt  time.Time
}
