package main

import (
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"

	"relais/internal/desk"
	"relais/internal/sandbox"
	"relais/internal/settings"
)

func sandboxCommand(g *globals) *cobra.Command {
	var address string
	o := sandbox.Options{Live: true, Now: time.Now}
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "serve only the stand-in of the platform",
		Long: `sandbox serves a platform with invented dossiers (données fictives) on this
machine, and prints the settings with which the other commands read it.`,
		Example: "  relais sandbox --dossiers 1000",
		RunE: func(cmd *cobra.Command, _ []string) error {
			host, _, err := net.SplitHostPort(address)
			if err != nil || !settings.Loopback(host) {
				return usageError{fmt.Errorf("--addr must be HOST:PORT of this machine, as in 127.0.0.1:4000")}
			}
			if err := inventable(o.Dossiers); err != nil {
				return err
			}
			s, err := desk.StartStandin(address, o)
			if err != nil {
				return usageError{err}
			}
			defer s.Stop()
			fmt.Fprintf(g.out, "DS_API_URL=%s\nDS_API_TOKEN=%s\n", s.URL, s.Token())
			for _, d := range s.Demarches() {
				fmt.Fprintf(g.out, "# démarche %d (%s): %s\n", d.Number, d.Family, d.Title)
			}
			<-cmd.Context().Done()
			return nil
		},
	}
	cmd.Flags().StringVar(&address, "addr", "127.0.0.1:4000", "where to listen, on this machine")
	cmd.Flags().IntVar(&o.Dossiers, "dossiers", 60, "how many dossiers to invent")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of what is invented")
	return cmd
}

// inventable bounds a world: its dossiers are all in memory.
func inventable(dossiers int) error {
	if dossiers < 1 || dossiers > 100_000 {
		return usageError{fmt.Errorf("--dossiers must be from 1 to 100000")}
	}
	return nil
}
