// Command relais is Relais on one machine: the same handlers as the Lambda
// functions, on an embedded store, plus the operator's commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"relais/internal/app"
	"relais/internal/desk"
)

// Exit codes, a contract with scripts (design §6).
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	// exitQuarantine: done, but some dossiers cannot be read. A failure wins over it.
	exitQuarantine = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := run(ctx, os.Args[1:], console{os.Stdout, os.Stderr, os.LookupEnv})
	stop()
	os.Exit(code)
}

// console is where a command reads its settings and writes.
type console struct {
	out, err io.Writer
	env      func(string) (string, bool)
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, c console) int {
	root := newRoot(c)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(c.err, "relais: interrupted; what was done is kept, and the next run goes on from here")
	case !errors.Is(err, errSaid):
		report(c.err, err)
	}
	return exitCode(err)
}

// errQuarantined is what a command ends with when it did all but some dossiers.
var errQuarantined = fmt.Errorf("quarantined dossiers: %w", errSaid)

// errSaid marks an error whose sentences were printed already.
var errSaid = errors.New("said")

// usageError marks wrong arguments and settings.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func exitCode(err error) int {
	if errors.Is(err, errQuarantined) {
		return exitQuarantine
	}
	var usage usageError
	if errors.As(err, &usage) || errors.Is(err, app.ErrUsage) {
		return exitUsage
	}
	return exitFailed
}

// report prints every sentence of an error on its own line.
func report(w io.Writer, err error) {
	for _, sentence := range desk.Sentences(err) {
		fmt.Fprintf(w, "relais: %s\n", sentence)
	}
}
