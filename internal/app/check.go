package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"relais/internal/call"
	"relais/internal/dossier"
)

// Level of a line of check.
type Level string

// Levels: a Problem makes the command fail, a Caution does not.
const (
	Fine    Level = "ok"
	Caution Level = "caution"
	Problem Level = "problem"
)

// CheckLine is one sentence of check.
type CheckLine struct {
	Level Level  `json:"level"`
	Text  string `json:"text"`
}

// expiryNotice is how many days before its last day a token is worth a word; the
// platform itself warns a month ahead.
const expiryNotice = 30

// Check looks at the token, each démarche, its bindings and its groupes, at the
// calls' configuration and at the mail service. It never stops at the first
// problem. Platform and Sender may be nil when they could not be set up; that was
// said elsewhere.
func (w *World) Check(ctx context.Context, tokenExpires dossier.Day) []CheckLine {
	c := checker{world: w, ctx: ctx}
	c.token(tokenExpires)
	for _, one := range w.Calls.All() {
		c.configuration(one)
	}
	c.rivals()
	if w.Platform != nil {
		c.platform()
	}
	c.mail()
	return c.lines
}

type checker struct {
	world *World
	ctx   context.Context
	lines []CheckLine
}

func (c *checker) say(level Level, format string, args ...any) {
	c.lines = append(c.lines, CheckLine{level, fmt.Sprintf(format, args...)})
}

// token compares the last day that the operator gave with today, in Paris: the
// platform lets a token work to the end of that day.
func (c *checker) token(last dossier.Day) {
	left, known := c.world.TokenDaysLeft(last)
	switch {
	case !known:
		c.say(Caution, "token: DS_TOKEN_EXPIRES is not set, so nobody will be warned before the token expires (no API tells its date)")
	case left < 0:
		c.say(Problem, "token: expired since %s, according to DS_TOKEN_EXPIRES: create a new one on the platform", last)
	case left <= expiryNotice:
		c.say(Caution, "token: expires in %d days (%s): prepare its renewal", left, last)
	default:
		c.say(Fine, "token: valid until %s, according to DS_TOKEN_EXPIRES", last)
	}
}

func (c *checker) configuration(one call.Call) {
	switch {
	case one.Template():
		c.say(Fine, "call %s: a template (no démarche), never polled", one.ID)
		return
	case one.Calendar.Closes.IsZero():
		c.say(Caution, "call %s: calendar.closes is null, so V02, D02 and D03 stay silent (the platform does not tell its own closing date)", one.ID)
	}
	if one.Silence == nil {
		c.say(Caution, "call %s: silence is null, so the silent rejection (D14) is not computed", one.ID)
	} else if one.Silence.ConfirmedBy == "" {
		c.say(Caution, "call %s: silence.confirmed_by is null, so mails say « hypothèse à confirmer » beside the silent rejection", one.ID)
	}
	if one.Acknowledgement == call.UnknownAcknowledge || one.Acknowledgement == "" {
		c.say(Caution, "call %s: acknowledgement is unknown, so Relais cannot tell whether deposits are acknowledged", one.ID)
	}
	if len(one.Recipients.Fallback) == 0 {
		c.say(Caution, "call %s: recipients.fallback is empty, so a dossier without follower and without groupe member reaches nobody", one.ID)
	}
}

// rivals names the calls that claim the same dossiers with nothing to tell them
// apart: waves need calendars.
func (c *checker) rivals() {
	all := c.world.Calls.All()
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.Template() || a.Demarche != b.Demarche || !sameRegions(a, b) || (dated(a) && dated(b)) {
				continue
			}
			c.say(Caution, "calls %s and %s: both take the same region of démarche %d, and no calendar tells them apart: give each its calendar, or its regions", a.ID, b.ID, a.Demarche)
		}
	}
}

func sameRegions(a, b call.Call) bool {
	if len(a.Regions) == 0 || len(b.Regions) == 0 {
		return len(a.Regions) == len(b.Regions)
	}
	return slices.ContainsFunc(a.Regions, func(r string) bool { return slices.Contains(b.Regions, r) })
}

func dated(c call.Call) bool { return !c.Calendar.Opens.IsZero() && !c.Calendar.Closes.IsZero() }

func (c *checker) platform() {
	c.network()
	demarches := c.world.Calls.Demarches()
	if len(demarches) == 0 {
		c.say(Caution, "démarches: no call file names one; write one with relais init --demarche N")
		if err := c.world.Platform.Probe(c.ctx); err != nil {
			c.say(Problem, "platform: %v", err)
		} else {
			c.say(Fine, "platform: the token is accepted")
		}
	}
	said := map[string]bool{}
	for _, demarche := range demarches {
		form, err := c.world.Platform.Form(c.ctx, demarche)
		if err != nil {
			c.refused(demarche, err, said)
			continue
		}
		c.demarche(form)
		for _, one := range c.world.Calls.OfDemarche(demarche) {
			c.bindings(one, form)
		}
	}
}

// network says whether an outgoing address by IPv6 would do (infra/network.yaml).
func (c *checker) network() {
	switch six, err := c.world.Platform.IPv6(c.ctx); {
	case err != nil:
		c.say(Problem, "network: %v", err)
	case six:
		c.say(Fine, "network: the platform has an IPv6 address, so EgressMode=ipv6 can reach it")
	default:
		c.say(Fine, "network: the platform has no IPv6 address, so EgressMode=ipv6 cannot reach it")
	}
}

// mailService is a Sender that can be tried without sending. One that keeps mails in
// a folder was tried when it was opened.
type mailService interface {
	// Check connects and says who we are, if the service asks; nothing is sent.
	Check(ctx context.Context) error
}

func (c *checker) mail() {
	service, ok := c.world.Sender.(mailService)
	if !ok {
		return
	}
	if err := service.Check(c.ctx); err != nil {
		c.say(Problem, "mail: the service that RELAIS_MAIL names does not let us send: %v", err)
		return
	}
	c.say(Fine, "mail: the service that RELAIS_MAIL names answers and knows us (nothing was sent)")
}

// refused says the same trouble once: a wrong token is one problem, not one per
// démarche.
func (c *checker) refused(demarche int, err error, said map[string]bool) {
	if text := err.Error(); !said[text] {
		said[text] = true
		c.say(Problem, "démarche %d: %s", demarche, text)
	}
}

func (c *checker) demarche(form dossier.Form) {
	d := form.Demarche
	people, empty := 0, []string{}
	for _, g := range d.Groupes {
		people += len(g.Instructeurs)
		if len(g.Instructeurs) == 0 && !g.Closed {
			empty = append(empty, fmt.Sprint(g.Number))
		}
	}
	c.say(Fine, "démarche %d: readable, %s, %d champs, %d groupes, %d instructeurs", d.Number, d.State, len(form.Champs), len(d.Groupes), people)
	if len(empty) > 0 {
		c.say(Caution, "démarche %d: groupes without instructeur: number %s; their dossiers fall back on recipients.fallback", d.Number, strings.Join(empty, ", "))
	}
	if d.State != "publiee" && d.State != "close" {
		c.say(Caution, "démarche %d: its state is %s, so nobody can file a dossier there", d.Number, d.State)
	}
}

func (c *checker) bindings(one call.Call, form dossier.Form) {
	problems := one.CheckBindings(form)
	for _, p := range problems {
		c.say(Problem, "call %s: %s", one.ID, p)
	}
	if len(problems) == 0 {
		c.say(Fine, "call %s: its %d bindings fit the form of démarche %d", one.ID, len(one.Fields)+len(one.Annotations), one.Demarche)
	}
}
