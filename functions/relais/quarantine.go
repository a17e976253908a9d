package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"relais/internal/desk"
)

func quarantineCommand(g *globals) *cobra.Command {
	var retry int
	cmd := &cobra.Command{
		Use:   "quarantine",
		Short: "list what could not be read, why, since when; or try one again",
		Long: `quarantine prints one JSON object per dossier that could not be read: its
number, the cause, when it was first seen, how often it was tried and when it will
be tried again. --retry N reads dossier N again now. The exit code is 3 as long as
a dossier is in quarantine.`,
		Example: "  relais quarantine\n  relais quarantine --retry 21345678",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("retry") {
				return g.retry(cmd, retry)
			}
			d, _, err := g.open(cmd.Context(), desk.Store)
			if err != nil {
				return err
			}
			defer d.Close()
			cases, err := d.World.Cases(cmd.Context())
			if err != nil {
				return err
			}
			encoder := json.NewEncoder(g.out)
			for _, c := range cases {
				c.FirstSeen, c.NextTry = c.FirstSeen.UTC().Truncate(time.Second), c.NextTry.UTC().Truncate(time.Second)
				if err := encoder.Encode(c); err != nil {
					return err
				}
			}
			if len(cases) > 0 {
				return errQuarantined
			}
			return nil
		},
	}
	cmd.Flags().IntVar(&retry, "retry", 0, "number of the dossier to try again now")
	g.networkFlag(cmd)
	return cmd
}

func (g *globals) retry(cmd *cobra.Command, number int) error {
	d, _, err := g.open(cmd.Context(), desk.Calls|desk.Store|desk.Platform)
	if err != nil {
		return err
	}
	defer d.Close()
	left, err := d.World.Retry(cmd.Context(), number)
	if err != nil {
		return err
	}
	if !left {
		fmt.Fprintf(g.out, "dossier %d still cannot be read\n", number)
		return errQuarantined
	}
	fmt.Fprintf(g.out, "dossier %d has left the quarantine\n", number)
	return nil
}
