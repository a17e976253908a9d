package main

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"relais/internal/desk"
	"relais/internal/settings"
)

// globals are the flags that every command knows.
type globals struct {
	console
	settingsFile    string
	fromThisNetwork bool
	verbose         bool
}

const long = `Relais reads the O2R dossiers of Démarches simplifiées, checks each against the
rules of its call, keeps a true copy, and writes to instructeurs before a legal
deadline passes. It proposes; a person decides.

Start with "relais run": a demonstration that needs no account. Then set
DS_API_TOKEN, write a call file with "relais init --demarche N", look at
"relais check", and leave "relais serve" running.

Settings come from the environment, or from a file of KEY=VALUE lines named by
--settings or RELAIS_SETTINGS; secrets never from a flag:
  DS_API_URL         the platform (default the public one)
  DS_API_TOKEN       token of an administrateur of the démarches
  DS_TOKEN_EXPIRES   its last day, YYYY-MM-DD
  RELAIS_CALLS       folder of the call files (default infra/calls)
  RELAIS_REGIONS     INSEE region codes of this deployment, e.g. 53,52 (default all)
  RELAIS_STORE       sqlite:PATH or dynamodb:TABLE (default sqlite:var/relais.db)
  RELAIS_MAIL        dir:PATH, smtp://…, smtps://… or ses:SET (default dir:var/mail)
  RELAIS_MAIL_MODE   hold, send or redirect:ADDRESS (default send for dir: and sqlite:, else hold)
  RELAIS_MAIL_FROM   sender of the mails
  RELAIS_OPERATOR    address of the operator
  RELAIS_CONSOLE_URL address of the local page, for links in mails
  RELAIS_WEBHOOK_SECRET  last segment of the webhook's URL (serve)
  RELAIS_PREFERENCES_SECRET  32 characters or more, drawn at random: mails then carry
                     a link by which their reader chooses how often to be written to
  RELAIS_PREFERENCES_URL  public address of those pages (default RELAIS_CONSOLE_URL)
  RELAIS_LISTEN      where the local page listens (default 127.0.0.1:8480)
  RELAIS_CONSOLE_PASSWORD_HASH  what relais password prints; wanted beyond this machine
  RELAIS_TLS_CERT, RELAIS_TLS_KEY  files of the page's certificate and key
  RELAIS_BEHIND_PROXY  yes: a proxy in front of the page ends TLS
  RELAIS_OVERLAP     window read again for late changes (default 5m)
  RELAIS_PATIENCE    longest wait for a platform in trouble (default 1m)
  RELAIS_REQUESTS_PER_MINUTE  share of the 400 of the token (default 390)

A secret (DS_API_TOKEN, RELAIS_WEBHOOK_SECRET, RELAIS_PREFERENCES_SECRET, RELAIS_MAIL
with a password) may be ssm:NAME, a parameter of AWS Systems Manager.

Exit codes: 0 done; 1 failed; 2 wrong usage or settings; 3 done, with
quarantined dossiers.`

func newRoot(c console) *cobra.Command {
	g := &globals{console: c}
	root := &cobra.Command{
		Use:               "relais",
		Short:             "connect Démarches simplifiées to the deadlines of O2R calls",
		Long:              long,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetOut(c.out)
	root.SetErr(c.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentFlags().StringVar(&g.settingsFile, "settings", "", "file of KEY=VALUE settings (the environment wins)")
	root.PersistentFlags().BoolVarP(&g.verbose, "verbose", "v", false, "log what is done, on standard error")
	root.AddCommand(
		runCommand(g), serveCommand(g), pollCommand(g), remindCommand(g), deliverCommand(g),
		exportCommand(g), reportCommand(g), outboxCommand(g), showCommand(g), quarantineCommand(g), checkCommand(g), initCommand(g), sandboxCommand(g), passwordCommand(g),
	)
	for _, sub := range root.Commands() {
		sub.Args = usageArgs(sub.Args)
	}
	root.Args = usageArgs(cobra.NoArgs)
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return root
}

// usageArgs gives wrong arguments the exit code of wrong usage.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	if check == nil {
		check = cobra.NoArgs
	}
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// networkFlag is for commands that use the token.
func (g *globals) networkFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&g.fromThisNetwork, "from-this-network", false,
		"allow the token to be used from this network (a token created since 1 July 2026 may lock on the first address that uses it)")
}

// read reads the settings; wrong ones are wrong usage.
func (g *globals) read(need settings.Need) (settings.Settings, error) {
	s, err := settings.Read(g.env, g.settingsFile, need)
	if err != nil {
		return s, usageError{err}
	}
	return s, nil
}

// open reads the settings and opens the parts of the world that a command needs.
// A world that cannot be opened is a matter of settings.
func (g *globals) open(ctx context.Context, parts desk.Part) (*desk.Desk, settings.Settings, error) {
	var need settings.Need
	if parts&desk.Platform != 0 {
		need = settings.NeedPlatform
	}
	s, err := g.read(need)
	if err != nil {
		return nil, s, err
	}
	d, err := desk.Open(ctx, s, g.options(parts))
	if err != nil {
		d.Close()
		return nil, s, usageError{err}
	}
	return d, s, nil
}

func (g *globals) options(parts desk.Part) desk.Options {
	return desk.Options{Parts: parts, FromThisNetwork: g.fromThisNetwork, Now: time.Now, Log: g.logger()}
}

func (g *globals) logger() *logrus.Logger {
	log := logrus.New()
	log.SetOutput(g.err)
	log.SetLevel(logrus.WarnLevel)
	if g.verbose {
		log.SetLevel(logrus.DebugLevel)
	}
	return log
}
