package graphql

import (
	"errors"
	"maps"
)

// Codes of errors[].extensions.code that the engine gives by itself.
const (
	CodeTimeout     = "timeout"
	CodeInvalidNull = "invalid_null"
	CodeInternal    = "internal_server_error"
)

// Error is a failure that a Field wants the client to see.
type Error struct {
	Message string
	// Code becomes extensions.code unless empty.
	Code       string
	Extensions map[string]any
}

func (e *Error) Error() string { return e.Message }

// Fatal is a failure of the whole request: the platform's answer is an HTTP
// error, not a GraphQL one.
type Fatal struct {
	Err error
}

func (f *Fatal) Error() string { return f.Err.Error() }

// Unwrap gives the cause.
func (f *Fatal) Unwrap() error { return f.Err }

// publicError is the message and the extensions of a Field's failure.
func publicError(err error) (string, map[string]any) {
	var known *Error
	if !errors.As(err, &known) {
		return err.Error(), map[string]any{"code": CodeInternal}
	}
	if known.Code == "" {
		return known.Message, known.Extensions
	}
	extensions := map[string]any{"code": known.Code}
	maps.Copy(extensions, known.Extensions)
	return known.Message, extensions
}
