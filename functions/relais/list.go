package main

import (
	"bufio"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"relais/internal/desk"
)

func exportCommand(g *globals) *cobra.Command {
	var callID string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "print the stored dossiers as JSON Lines",
		Long: `export prints one JSON object per stored dossier, by number: call, state, region,
SIRET, amounts, verdict, findings, deadlines, and whether the platform removed it.`,
		Example: "  relais export --call o2r-bretagne | jq -r 'select(.verdict==\"a_completer\").number'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, _, err := g.open(cmd.Context(), desk.Calls|desk.Store)
			if err != nil {
				return err
			}
			defer d.Close()
			out := bufio.NewWriter(g.out)
			if err := d.World.Export(cmd.Context(), callID, out); err != nil {
				return err
			}
			return out.Flush()
		},
	}
	cmd.Flags().StringVar(&callID, "call", "", "only the dossiers of this call")
	return cmd
}

func outboxCommand(g *globals) *cobra.Command {
	var reveal bool
	var key, person string
	cmd := &cobra.Command{
		Use:   "outbox",
		Short: "print what was, is and will not be told, as JSON Lines",
		Long: `outbox prints one JSON object per intention, oldest first: its key, what it is
about, its status and the mail that carried it. Persons are opaque identifiers;
--reveal adds the e-mail address of those who are still concerned.

--explain KEY tells the life of one intention instead: why it exists, which mail
carried it, what it waits for. --allow PERSON lets mails go again to somebody whose
address refused them.`,
		Example: `  relais outbox | jq -r 'select(.status=="refused").person'
  relais outbox --explain dossier:21345678/D14/2026-12-07/J-7/SW5zdHJ1Y3RldXItMQ==`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, _, err := g.open(cmd.Context(), desk.Calls|desk.Store)
			if err != nil {
				return err
			}
			defer d.Close()
			out := bufio.NewWriter(g.out)
			switch {
			case key != "":
				err = d.World.ExplainIntention(cmd.Context(), key, out)
			case person != "":
				err = d.World.Allow(cmd.Context(), person)
			default:
				err = d.World.Outbox(cmd.Context(), reveal, out)
			}
			return errors.Join(err, out.Flush())
		},
	}
	cmd.Flags().BoolVar(&reveal, "reveal", false, "add the e-mail address of each person still concerned")
	cmd.Flags().StringVar(&key, "explain", "", "tell the life of the intention of this key")
	cmd.Flags().StringVar(&person, "allow", "", "write again to this person, whose address refused mails")
	cmd.MarkFlagsMutuallyExclusive("reveal", "explain", "allow")
	return cmd
}

var errNumber = errors.New("a dossier is named by its number, as in: relais show 21345678")

func oneNumber(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return errNumber
	}
	return nil
}

func showCommand(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:     "show NUMBER",
		Short:   "show one stored dossier, its verdict, findings and dates",
		Example: "  relais show 21345678",
		Args:    oneNumber,
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.Atoi(args[0])
			if err != nil || number <= 0 {
				return usageError{errNumber}
			}
			d, _, err := g.open(cmd.Context(), desk.Calls|desk.Store)
			if err != nil {
				return err
			}
			defer d.Close()
			return d.World.Show(cmd.Context(), number, g.out)
		},
	}
}
