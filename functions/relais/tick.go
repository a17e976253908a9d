package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"relais/internal/desk"
	"relais/internal/notify"
)

func remindCommand(g *globals) *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "remind",
		Short: "write down what is due to be told, without sending it",
		Long: `remind turns the reminder steps whose time has come (08:00 in the call's zone,
on working days) into intentions in the outbox. A second run at the same instant
adds nothing. Nothing is sent: see deliver, which leaves alone what was written
for a later instant.`,
		Example: "  relais remind\n  relais remind --at 2026-12-07T08:00:00+01:00",
		RunE: func(cmd *cobra.Command, _ []string) error {
			now, _, err := instant(at)
			if err != nil {
				return err
			}
			d, _, err := g.open(cmd.Context(), desk.Calls|desk.Store)
			if err != nil {
				return err
			}
			defer d.Close()
			done, err := d.World.Remind(cmd.Context(), now)
			fmt.Fprintln(g.out, reminded(done))
			return err
		},
	}
	atFlag(cmd, &at)
	return cmd
}

func deliverCommand(g *globals) *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "deliver",
		Short: "send each person one mail with what is still true",
		Long: `deliver writes one mail per person with the pending intentions, after checking
each again: a dossier decided meanwhile is left out. It sends only when the last
complete poll is under 15 minutes old; --at waives that.`,
		Example: "  relais deliver\n  relais deliver --at 2026-12-07T08:00:00+01:00",
		RunE: func(cmd *cobra.Command, _ []string) error {
			now, chosen, err := instant(at)
			if err != nil {
				return err
			}
			d, _, err := g.open(cmd.Context(), desk.Calls|desk.Store|desk.Mail)
			if err != nil {
				return err
			}
			defer d.Close()
			done, err := d.World.Deliver(cmd.Context(), now, chosen)
			fmt.Fprintln(g.out, delivered(done))
			return err
		},
	}
	atFlag(cmd, &at)
	return cmd
}

func atFlag(cmd *cobra.Command, at *string) {
	cmd.Flags().StringVar(at, "at", "", "the instant to act at, RFC 3339 (default now)")
}

// instant reads --at; chosen tells that it was given.
func instant(at string) (now time.Time, chosen bool, err error) {
	if at == "" {
		return time.Now(), false, nil
	}
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return t, true, usageError{fmt.Errorf("--at must be an instant such as 2026-12-07T08:00:00+01:00 (RFC 3339, with its offset)")}
	}
	return t, true, nil
}

// reminded and delivered say what a tick did, leaving out what did not happen.
func reminded(r notify.Reminded) string {
	s := fmt.Sprintf("remind: %s written for %s and %s", count(r.Intentions, "intention"), count(r.Dossiers, "dossier"), count(r.Calls, "call"))
	return s + some(r.Unreachable, "reach nobody") + some(r.Left, "left for the next tick")
}

func delivered(d notify.Delivered) string {
	s := "deliver: " + count(d.Sent, "mail") + " sent"
	return s + some(d.Refused, "refused for good") + some(d.Released, "to be tried again") + some(d.Unsure, "perhaps sent, to be repeated") +
		some(d.Repeated, "sent again after a crash") + some(d.Dropped, "intentions no longer true") +
		some(d.Waiting, "intentions waiting for a fresh copy") + some(d.Held, "intentions held") +
		some(d.Openings, "summaries in place of a backlog")
}

// count writes a number with its English noun.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func some(n int, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, what)
}
