package graphql

import "errors"

func (x *execution) timeOver() bool {
	if !x.spent {
		x.spent = x.ctx.Err() != nil || x.budget != nil && x.budget()
	}
	return x.spent
}

// errTimeout stands for a field that time did not allow.
var errTimeout = errors.New("timeout")

// fail records the failure of the current path.
func (x *execution) fail(s *step, err error) {
	if errors.As(err, &x.fatal) {
		return
	}
	e := ResponseError{Locations: locations(s.group.nodes[0].Position), Path: x.currentPath()}
	if errors.Is(err, errTimeout) || x.ctx.Err() != nil && errors.Is(err, x.ctx.Err()) {
		e.Message = "Timeout on " + s.owner.Name + "." + s.name
		e.Extensions = x.timeoutExtensions()
	} else {
		e.Message, e.Extensions = publicError(err)
	}
	x.errors = append(x.errors, e)
}

// timeoutExtensions gives the code to the first timeout only, as the platform
// does.
func (x *execution) timeoutExtensions() map[string]any {
	if x.coded {
		return nil
	}
	x.coded = true
	return map[string]any{"code": CodeTimeout}
}

func (x *execution) currentPath() []any {
	path := make([]any, len(x.path))
	for i, element := range x.path {
		if element.key == "" {
			path[i] = element.index
		} else {
			path[i] = element.key
		}
	}
	return path
}

func invalidNull(s *step) error {
	return &Error{
		Message: "Cannot return null for non-nullable field " + s.owner.Name + "." + s.name,
		Code:    CodeInvalidNull,
	}
}
