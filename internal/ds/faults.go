package ds

import (
	"net/http"
	"strconv"
	"strings"

	graphql "github.com/hasura/go-graphql-client"
)

// byCode are the platform's codes inside a 200.
var byCode = map[string]Kind{
	"not_found":             NotFound,
	"unauthorized":          Unauthorized,
	"timeout":               Timeout,
	"invalid_null":          InvalidNull,
	"bad_request":           BadRequest,
	"deprecated_token":      OldToken,
	"internal_server_error": ServerError,
}

// timeoutPrefix starts the message of every timeout: only the first one of an
// answer has the code.
const timeoutPrefix = "Timeout on"

// classifyFault tells what one root error of a 200 means. executed is false when
// the answer has no data at all, not even null: the query was refused as a whole
// before it ran.
func classifyFault(g graphql.Error, executed bool) *Error {
	e := &Error{
		Status:      http.StatusOK,
		Code:        identifier(g.Extensions["code"]),
		ExceptionID: identifier(g.Extensions["exception_id"]),
		Path:        pathText(g.Path),
	}
	kind, known := byCode[e.Code]
	switch {
	case known:
		e.Kind = kind
	case strings.HasPrefix(g.Message, timeoutPrefix):
		e.Kind = Timeout
	case executed:
		e.Kind = Fault
	case e.Code == "" && len(g.Locations) == 0:
		// Neither a code nor a place in the query: it is the whole that is
		// refused, as over the limits of complexity and depth.
		e.Kind = TooComplex
	default:
		e.Kind = UnknownQuery
	}
	return e
}

// worst is the fault that speaks for all: the first of a known kind.
func worst(faults []*Error) *Error {
	for _, f := range faults {
		if f.Kind != Fault {
			return f
		}
	}
	return faults[0]
}

const longestPath = 24

// pathText writes a path of an answer: names of fields and positions, nothing
// that could be content.
func pathText(path []any) string {
	var parts []string
	for _, p := range path[:min(len(path), longestPath)] {
		switch v := p.(type) {
		case string:
			if id := identifier(v); id != "" {
				parts = append(parts, id)
				continue
			}
			parts = append(parts, "?")
		case float64:
			parts = append(parts, strconv.Itoa(int(v)))
		}
	}
	return strings.Join(parts, ".")
}

// nodeOf is the position of the node that a path leads into, or -1.
func nodeOf(path string) int {
	_, after, found := strings.Cut(path, ".nodes.")
	if !found {
		return -1
	}
	digits, _, _ := strings.Cut(after, ".")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return -1
	}
	return n
}
