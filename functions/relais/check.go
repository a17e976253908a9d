package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"relais/internal/app"
	"relais/internal/desk"
	"relais/internal/settings"
)

func checkCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "report every problem of the installation in one run",
		Long: `check looks at the settings, the token and its network, each démarche, the call
files and their bindings, the store and the mail folder, and says every problem
it finds, one sentence each. It exits with 0 when there is none.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, wrong := settings.Read(g.env, g.settingsFile, settings.NeedPlatform)
			if wrong != nil && s.APIURL == nil { // the settings file itself
				return usageError{wrong}
			}
			d, err := desk.Open(cmd.Context(), s, g.options(partsToCheck(wrong)))
			defer func() { _ = d.Close() }() // a Desk is open even when parts of it failed
			lines := d.World.Check(cmd.Context(), s.TokenExpires)
			for _, sentence := range desk.Sentences(errors.Join(wrong, err)) {
				lines = append(lines, app.CheckLine{Level: app.Problem, Text: sentence})
			}
			return g.say(lines, wrong != nil)
		},
	}
	g.networkFlag(cmd)
	return cmd
}

// partsToCheck leaves out, when a setting is wrong, the parts that settings point
// to: a default in place of a wrong path would be another store.
func partsToCheck(wrong error) desk.Part {
	if wrong != nil {
		return desk.Calls
	}
	return desk.Calls | desk.Store | desk.Mail | desk.Platform
}

// say prints the lines of check; a problem makes the command fail, a wrong
// setting as wrong usage.
func (g *globals) say(lines []app.CheckLine, usage bool) error {
	problems := 0
	for _, l := range lines {
		fmt.Fprintf(g.out, "%-8s %s\n", l.Level, l.Text)
		if l.Level == app.Problem {
			problems++
		}
	}
	if problems == 0 {
		return nil
	}
	fmt.Fprintf(g.err, "relais: problems found: %d\n", problems)
	if usage {
		return usageError{errSaid}
	}
	return errSaid
}
