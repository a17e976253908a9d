package main

import (
	"bufio"

	"github.com/spf13/cobra"

	"relais/internal/desk"
)

func reportCommand(g *globals) *cobra.Command {
	var callID string
	var csv bool
	cmd := &cobra.Command{
		Use:   "report",
		Short: "print what each call has come to: counts, amounts, people, dates",
		Long: `report prints, in French, the figures of each call, by region for a call of several
or of all: dossiers by state and by proposed verdict, amounts, people to be found and
supported, what was filed and decided last week (Monday to Sunday), answers given in
time, those due within 7 days, silent rejections born, median times. It counts the
dossiers that the platform still shows; it names none, and asks the platform nothing:
the figures are as fresh as the last poll.

Dates that rest on a hypothesis which nobody confirmed in the call file are counted
like the others, and the report says so. They are what Relais computed, not a decision.

--csv prints a table instead, for a spreadsheet: UTF-8, semicolons, decimal commas,
and no text that a spreadsheet could take for a formula. Each call has a line whose
"périmètre" is "appel", then one a region: do not add the two up.`,
		Example: `  relais report
  relais report --call o2r-bretagne
  relais report --csv > bilan.csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, _, err := g.open(cmd.Context(), desk.Calls|desk.Store)
			if err != nil {
				return err
			}
			defer d.Close()
			out := bufio.NewWriter(g.out)
			write := d.World.Report
			if csv {
				write = d.World.ReportCSV
			}
			if err := write(cmd.Context(), callID, out); err != nil {
				return err
			}
			return out.Flush()
		},
	}
	cmd.Flags().StringVar(&callID, "call", "", "only the figures of this call")
	cmd.Flags().BoolVar(&csv, "csv", false, "print a table for a spreadsheet")
	return cmd
}
