// Package graphql executes GraphQL requests over plain values, for the platform
// stand-in. Parsing and validation are gqlparser's; the executor is ours, since
// the Go engines tried do not serve this schema.
//
// A caller loads a schema once, then executes requests on root objects:
//
//	engine, err := graphql.New("schema.graphql", graphql.SDL)
//	root := map[ast.Operation]graphql.Object{
//		ast.Query: {"dossier": graphql.Field(findDossier)},
//	}
//	response := engine.Execute(ctx, root, request)
//
// # Values
//
// A value is one of:
//
//   - nil, or a nil pointer: GraphQL null
//   - an Object (or a map[string]any), for object and interface types. The key
//     "__typename" names the concrete type; it may be left out where the schema
//     says an object type. A missing key is null.
//   - a slice of values, for lists. A nil slice is an empty list.
//   - a scalar: string, bool, int, float, json.Number, or a type built on one
//     of these, or a pointer to one. Ints of a BigInt field become JSON strings.
//     A time.Time is written in its own zone, cut to the second, or as a day
//     for ISO8601Date: the caller chooses the zone.
//   - json.RawMessage: written as it is, unchecked, whatever the type of the
//     field, to serve what the schema does not allow.
//   - a Field: computed when selected, once for each response key. Its args map
//     is shared between calls and must not be changed.
//   - an error: the field, or the list item, fails with it.
//
// # Errors
//
// A Field fails with an *Error (message, code, extensions) or any other error
// (code internal_server_error). A null in a non-null place that no error
// explains is an invalid_null error. Either way null climbs to the nearest
// nullable field, list item, or to data itself. A *Fatal error stops the whole
// request: Response.Fatal is set and the server answers HTTP 500 (or what the
// fault asks for).
//
// A Field receives coerced arguments: Int as int, Float as float64, ID, String
// and enums as string, lists as []any, input objects as map[string]any with
// their defaults, the other scalars (dates) as the client wrote them.
//
// A document refused before execution (syntax, validation, operation name,
// variables, depth, complexity) gives errors and no data key: HasData is false.
// Two fields of different types under one key pass when their types exclude each
// other: the platform lets that through. Introspection is not served.
//
// # Time
//
// When the context is done, or Request.Budget says that time is spent, every
// field not yet started fails: the first with code timeout, the next ones with
// a message only. A running Field is not interrupted by the engine.
//
// # Types by fragment
//
// The platform chooses some concrete types after the fragments written in the
// query text. A Field asks Mentions(ctx, "YesNoChamp") and downgrades its
// objects accordingly. Mentions holds for the type conditions of inline and
// named fragments anywhere in the document, used or not; a fragment's own name
// does not count.
package graphql
