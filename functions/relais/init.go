package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"relais/internal/desk"
)

func initCommand(g *globals) *cobra.Command {
	var demarche int
	var region string
	cmd := &cobra.Command{
		Use:   "init --demarche N",
		Short: "write the call file of a démarche from its live form",
		Long: `init reads the form of a démarche and writes <id>.yaml into RELAIS_CALLS. Our
field names are bound to its champs by likeness of labels; what is in doubt stays
null, with the candidates in comments. It never overwrites a file. Fill in the
calendar, the floor and the recipients, then run relais check.`,
		Example: "  relais init --demarche 98765 --region 53",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if demarche <= 0 {
				return usageError{fmt.Errorf("--demarche must be the number of the démarche, as in: relais init --demarche 98765")}
			}
			d, s, err := g.open(cmd.Context(), desk.Platform)
			if err != nil {
				return err
			}
			defer d.Close()
			written, err := d.World.Init(cmd.Context(), demarche, region, s.Calls)
			if err != nil {
				return err
			}
			fmt.Fprintln(g.out, written.Path)
			fmt.Fprintf(g.err, "%d champs bound, %d in doubt", written.Bound, len(written.Doubts))
			if len(written.Doubts) > 0 {
				fmt.Fprint(g.err, ": see the candidates in the file's comments")
			}
			fmt.Fprintln(g.err)
			return nil
		},
	}
	cmd.Flags().IntVar(&demarche, "demarche", 0, "number of the démarche")
	cmd.Flags().StringVar(&region, "region", "", "INSEE code of the call's region, e.g. 53")
	g.networkFlag(cmd)
	return cmd
}
