package app

import (
	"errors"
	"fmt"
)

// ErrUsage marks a request that no retry can mend: wrong arguments or settings.
// Test for it with errors.Is; it adds nothing to the sentence.
var ErrUsage = errors.New("wrong usage or settings")

type usageError struct{ error }

func (usageError) Is(target error) bool { return target == ErrUsage }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }
