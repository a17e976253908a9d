package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"relais/internal/desk"
)

// pollEvery spares the platform: a démarche changes a few times an hour.
const pollEvery = 5 * time.Minute

func serveCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "keep polling, reminding and mailing, with a local page",
		Long: `serve polls every five minutes, reminds and delivers every hour, compares all it
has with the platform at 04:15 (Paris), and shows a page on this machine
(RELAIS_LISTEN). Beyond this machine the page wants a password, whose hash relais
password prints, and TLS. With RELAIS_WEBHOOK_SECRET it also takes the platform's webhooks
at /webhook/SECRET, and with RELAIS_PREFERENCES_SECRET it shows each reader of its
mails, at /preferences/, how often they are written to. RELAIS_OPERATOR hears once of each trouble. Stop it with
Ctrl-C; it resumes where it was.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, s, err := g.open(cmd.Context(), desk.Calls|desk.Store|desk.Mail|desk.Platform)
			if err != nil {
				return err
			}
			defer d.Close()
			if len(d.World.Calls.Demarches()) == 0 {
				return usageError{fmt.Errorf("no call file names a démarche: write one with relais init --demarche N")}
			}
			l, err := desk.Listen(s.Listen, false)
			if err != nil {
				return usageError{err}
			}
			page, err := d.ServePage(cmd.Context(), l, s)
			if err != nil {
				_ = l.Close()
				return usageError{err}
			}
			defer page.Shutdown()
			fmt.Fprintf(g.out, "page: %s\n", page.URL)
			loop := desk.Loop{World: &d.World, Every: pollEvery, After: g.cycle, TokenExpires: s.TokenExpires}
			if s.WebhookSecret != "" {
				go loop.Follow(cmd.Context(), d.Hinted(), func(err error) { report(g.err, err) })
			}
			return stopped(loop.Run(cmd.Context()))
		},
	}
	g.networkFlag(cmd)
	return cmd
}

// stopped: being asked to stop is not a failure.
func stopped(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// cycle prints one line per poll, and one per hour for what was told.
func (g *globals) cycle(c desk.Cycle) {
	fmt.Fprintf(g.out, "%s  poll: ", c.StartedAt.Format("2006-01-02 15:04"))
	printPoll(g.out, c.Poll, false)
	if c.Told {
		fmt.Fprintf(g.out, "%16s  %s; %s\n", "", reminded(c.Remind), delivered(c.Deliver))
	}
	for _, err := range []error{c.PollErr, c.RemindErr, c.DeliverErr} {
		if err != nil && !errors.Is(err, context.Canceled) {
			report(g.err, err)
		}
	}
}
