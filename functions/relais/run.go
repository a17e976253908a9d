package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"relais/internal/desk"
	"relais/internal/dossier"
	"relais/internal/settings"
)

// A demonstration polls every five minutes of its own clock.
func demoPollEvery(speed float64) time.Duration {
	return time.Duration(float64(pollEvery) / speed)
}

func runCommand(g *globals) *cobra.Command {
	var once bool
	var speed float64
	o := desk.DemoOptions{}
	cmd := &cobra.Command{
		Use:   "run",
		Short: "a demonstration: a stand-in platform, all functions on timers, a page",
		Long: `run starts a stand-in of the platform with invented dossiers (données fictives),
then polls, reminds and delivers as serve does, on a clock that runs faster. All
it writes is under var/demo, emptied at each start. Nothing leaves this machine.`,
		Example: "  relais run\n  relais run --once",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if speed < 1 || speed > 3600 {
				return usageError{fmt.Errorf("--speed must be from 1 (real time) to 3600")}
			}
			if err := inventable(o.Dossiers); err != nil {
				return err
			}
			s, err := settings.Read(demoEnv(g.env), "", 0)
			if err != nil {
				return usageError{err}
			}
			o.Listen, o.Speed, o.Log = s.Listen, speed, g.logger()
			o.Page = s
			if once {
				o.Speed, o.Days = 1, 0
			}
			return g.demonstrate(cmd.Context(), o, once)
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "run one whole cycle and exit")
	cmd.Flags().Float64Var(&speed, "speed", 120, "how much faster than real time the demonstration lives")
	cmd.Flags().IntVar(&o.Days, "days", 7, "how many days of life lie behind the demonstration when it begins")
	cmd.Flags().IntVar(&o.Dossiers, "dossiers", 60, "how many dossiers to invent")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of what is invented")
	return cmd
}

// demoEnv keeps of the environment what concerns a demonstration: where the page
// listens, and who may reach it. A real token is not even read.
func demoEnv(env settings.Lookup) settings.Lookup {
	return func(name string) (string, bool) {
		switch name {
		case "RELAIS_LISTEN", "RELAIS_CONSOLE_PASSWORD_HASH", "RELAIS_TLS_CERT", "RELAIS_TLS_KEY", "RELAIS_BEHIND_PROXY":
			return env(name)
		}
		return "", false
	}
}

func (g *globals) demonstrate(ctx context.Context, o desk.DemoOptions, once bool) error {
	fmt.Fprintln(g.out, "Relais, demonstration — données fictives")
	l, err := desk.Listen(o.Listen, true)
	if err != nil {
		return usageError{err}
	}
	d, err := desk.OpenDemo(ctx, o)
	if err != nil {
		l.Close()
		return usageError{err}
	}
	defer d.Close()
	fmt.Fprintf(g.out, "platform  a stand-in, %s\n", d.Platform.URL)
	d.World.Console = "http://" + l.Addr().String()
	page, err := d.ServePage(ctx, l, d.Settings)
	if err != nil {
		_ = l.Close()
		return usageError{err}
	}
	defer page.Shutdown()

	loop := desk.Loop{World: &d.World, Every: demoPollEvery(o.Speed), After: g.cycle}
	first := loop.Once(ctx)
	if err := g.summary(ctx, d, first); err != nil {
		return err
	}
	if err := g.lived(ctx, d, &loop, o.Days); err != nil {
		return err
	}
	fmt.Fprintf(g.out, "page      %s\n", page.URL)
	if once || ctx.Err() != nil {
		return stopped(ctx.Err())
	}
	fmt.Fprintf(g.out, "\nlife goes on, %g times faster than real time; Ctrl-C stops\n", o.Speed)
	return stopped(loop.Run(ctx))
}

// lived lives the days that bring the demonstration to this morning.
func (g *globals) lived(ctx context.Context, d *desk.Demo, loop *desk.Loop, days int) error {
	if days <= 0 || ctx.Err() != nil {
		return nil
	}
	mails, changes, err := d.CatchUp(ctx, loop)
	if err != nil {
		return err
	}
	fmt.Fprintf(g.out, "lived     %s: %s followed, %s\n", count(days, "day"), count(changes, "change"), count(mails, "mail"))
	return nil
}

// summary says what the first cycle read, validated, stored and mailed.
func (g *globals) summary(ctx context.Context, d *desk.Demo, c desk.Cycle) error {
	if err := errors.Join(c.PollErr, c.RemindErr, c.DeliverErr); err != nil {
		return err
	}
	verdicts, findings := map[string]int{}, 0
	err := d.Store.EachHead(ctx, 0, func(h dossier.Head) error {
		verdicts[orWord(string(h.Judgement.Verdict), "without call")]++
		findings += len(h.Judgement.Findings)
		return nil
	})
	if err != nil {
		return err
	}
	p := c.Poll
	fmt.Fprintf(g.out, "read      %s of %s, in %s\n", count(p.DossiersRead, "dossier"), count(len(d.World.Calls.Demarches()), "démarche"), count(int(p.Requests), "request"))
	fmt.Fprintf(g.out, "validated %d findings: %s\n", findings, counts(verdicts))
	fmt.Fprintf(g.out, "stored    %s: %d created, %d updated, %d removed\n", d.Settings.Store.Path, p.Created, p.Updated, p.Removed)
	fmt.Fprintf(g.out, "mailed    %s: %s for %s\n", d.Settings.Mail.Path, count(c.Deliver.Sent, "mail"), count(c.Remind.Intentions, "intention"))
	return nil
}

func counts(m map[string]int) string {
	var list []string
	for word, n := range m {
		list = append(list, fmt.Sprintf("%d %s", n, word))
	}
	sort.Strings(list)
	return strings.Join(list, ", ")
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}
