package settings

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

// variables lists every setting; a file that sets another one is refused.
var variables = []string{
	"DS_API_URL", "DS_API_TOKEN", "DS_TOKEN_EXPIRES",
	"RELAIS_CALLS", "RELAIS_REGIONS", "RELAIS_STORE",
	"RELAIS_MAIL", "RELAIS_MAIL_MODE", "RELAIS_MAIL_FROM", "RELAIS_OPERATOR",
	"RELAIS_CONSOLE_URL", "RELAIS_WEBHOOK_SECRET", "RELAIS_LISTEN",
	"RELAIS_CONSOLE_PASSWORD_HASH", "RELAIS_TLS_CERT", "RELAIS_TLS_KEY", "RELAIS_BEHIND_PROXY",
	"RELAIS_OVERLAP", "RELAIS_PATIENCE", "RELAIS_REQUESTS_PER_MINUTE",
	"RELAIS_PREFERENCES_URL", "RELAIS_PREFERENCES_SECRET",
	"RELAIS_QUEUE", "RELAIS_STACK",
}

var known = func() map[string]bool {
	m := make(map[string]bool, len(variables))
	for _, v := range variables {
		m[v] = true
	}
	return m
}()

func names() []string { return slices.Clone(variables) }

// reader collects values and problems.
type reader struct {
	lookup   Lookup
	problems []error
}

func (r *reader) all() Settings {
	s := Settings{
		APIURL:       r.endpoint("DS_API_URL", DefaultAPI),
		Token:        r.secret("DS_API_TOKEN"),
		TokenExpires: r.day("DS_TOKEN_EXPIRES"),
		Calls:        r.text("RELAIS_CALLS", "infra/calls"),
		Regions:      r.regions("RELAIS_REGIONS"),
		Store:        r.store("RELAIS_STORE", "sqlite:var/relais.db"),
		Mail:         r.mail("RELAIS_MAIL", "dir:var/mail"),
		MailFrom:     r.address("RELAIS_MAIL_FROM", "relais@localhost.localdomain"),
		Operator:     r.address("RELAIS_OPERATOR", ""),
		ConsoleURL:   r.url("RELAIS_CONSOLE_URL"),
		Overlap:      r.duration("RELAIS_OVERLAP", 5*time.Minute, time.Second, 24*time.Hour),
		Patience:     r.duration("RELAIS_PATIENCE", time.Minute, 0, time.Hour),
		Queue:        r.queue("RELAIS_QUEUE"),
		Stack:        r.text("RELAIS_STACK", "relais"),
		LogLevel:     r.text("AWS_LAMBDA_LOG_LEVEL", "INFO"),
	}
	r.page(&s)
	s.RequestsPerMinute = r.share("RELAIS_REQUESTS_PER_MINUTE")
	s.WebhookSecret = r.webhookSecret("RELAIS_WEBHOOK_SECRET")
	s.PreferencesSecret = r.preferencesSecret("RELAIS_PREFERENCES_SECRET")
	s.PreferencesURL = r.preferencesURL("RELAIS_PREFERENCES_URL", s.ConsoleURL)
	s.MailMode = r.mode("RELAIS_MAIL_MODE", s.Mail.Kind == Dir && s.Store.Kind == SQLite)
	return s
}

func (r *reader) problem(name, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf(name+" "+format, args...))
}

func (r *reader) text(name, fallback string) string {
	if v, ok := r.lookup(name); ok && strings.TrimSpace(v) != "" {
		return strings.TrimSpace(v)
	}
	return fallback
}

// secret refuses what could not travel in a header, without showing it.
func (r *reader) secret(name string) Secret {
	v := r.text(name, "")
	switch {
	case strings.HasPrefix(v, "ssm:"):
		return r.parameter(name, v)
	case strings.ContainsFunc(v, func(c rune) bool { return c <= ' ' || c > '~' }):
		r.problem(name, "has a space or a character outside ASCII (%d characters in all): copy it again from the platform, whole and alone", len([]rune(v)))
	default:
		return Secret(v)
	}
	return ""
}

// parameterName is what SSM accepts, plain or with a path.
var parameterName = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)

func (r *reader) parameter(name, v string) Secret {
	if !parameterName.MatchString(strings.TrimPrefix(v, "ssm:")) {
		r.problem(name, "must name a parameter after ssm:, as in ssm:/relais/token (letters, digits, and . - _ /)")
		return ""
	}
	return Secret(v)
}

// webhookSecret stands alone between slashes in a URL, and cannot be guessed.
func (r *reader) webhookSecret(name string) Secret {
	v := r.secret(name)
	if _, ok := v.Parameter(); ok {
		return v
	}
	if v != "" && (len(v) < 24 || url.PathEscape(v.Reveal()) != v.Reveal()) {
		r.problem(name, "must be at least 24 letters and digits, drawn at random (got %d characters): the platform signs nothing, this is all that protects the webhook", len(v))
		return ""
	}
	return v
}

func (r *reader) endpoint(name, fallback string) *url.URL {
	v := r.text(name, fallback)
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Host == "":
		r.problem(name, "is not a URL: write it as %s", DefaultAPI)
	case u.User != nil:
		r.problem(name, "holds a user or a password: remove them, the token goes into DS_API_TOKEN")
	case u.Scheme != "https" && (u.Scheme != "http" || !Loopback(u.Hostname())):
		r.problem(name, "must start with https:// (http:// is accepted for this machine only)")
	default:
		return u
	}
	u, _ = url.Parse(DefaultAPI)
	return u
}

// Loopback tells whether a host name is this very machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (r *reader) url(name string) *url.URL {
	v := r.text(name, "")
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		r.problem(name, "is not an http or https URL")
		return nil
	}
	return u
}

func (r *reader) day(name string) dossier.Day {
	v := r.text(name, "")
	if v == "" {
		return dossier.Day{}
	}
	d, err := dossier.ParseDay(v)
	if err != nil {
		r.problem(name, "must be the last day of the token, written YYYY-MM-DD (got %d characters)", len(v))
	}
	return d
}

func (r *reader) regions(name string) []string {
	var list []string
	for _, code := range strings.FieldsFunc(r.text(name, ""), func(c rune) bool { return c == ',' || c == ' ' || c == ';' }) {
		if _, ok := call.RegionByCode(code); !ok {
			r.problem(name, "holds %q, which is no INSEE region code: write codes such as 53 or 04, separated by commas", code)
			continue
		}
		list = append(list, code)
	}
	return list
}

// tableName is what DynamoDB accepts, from 3 to 255 of them.
var tableName = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

func (r *reader) store(name, fallback string) Place {
	kind, path, _ := strings.Cut(r.text(name, fallback), ":")
	switch {
	case kind == DynamoDB && len(path) >= 3 && len(path) <= 255 && tableName.MatchString(path):
		return Place{kind, path}
	case kind == DynamoDB:
		r.problem(name, "must name a table after dynamodb:, of 3 to 255 letters, digits and . - _")
	case kind == SQLite && path != "":
		return Place{kind, path}
	default:
		r.problem(name, "must be written sqlite:PATH or dynamodb:TABLE, as in %s", fallback)
	}
	kind, path, _ = strings.Cut(fallback, ":")
	return Place{kind, path}
}

// mail never quotes its value: the URL of a server may hold a password.
func (r *reader) mail(name, fallback string) Mail {
	v := r.text(name, fallback)
	kind, rest, _ := strings.Cut(v, ":")
	switch kind {
	case Dir:
		if rest != "" {
			return Mail{Kind: Dir, Path: rest}
		}
		r.problem(name, "names no folder after dir:, as in %s", fallback)
	case SES:
		return r.sent(name, Mail{Kind: SES, Path: rest})
	case "ssm":
		return r.sent(name, Mail{Kind: SMTP, URL: r.parameter(name, v)})
	case SMTP, "smtps":
		if u, err := url.Parse(v); err == nil && u.Hostname() != "" {
			return r.sent(name, Mail{Kind: SMTP, URL: Secret(v)})
		}
		r.problem(name, "is not the URL of a mail server: write smtp://USER:PASSWORD@HOST:587, with what is not a letter or a digit percent-encoded")
	default:
		r.problem(name, "must be dir:PATH, smtp://HOST, smtps://HOST, ses:, or ssm:NAME of a parameter that holds the URL of a mail server")
	}
	return Mail{Kind: Dir, Path: strings.TrimPrefix(fallback, "dir:")}
}

// sent is a way out to real people, which wants a true sender.
func (r *reader) sent(name string, m Mail) Mail {
	if r.text("RELAIS_MAIL_FROM", "") == "" {
		r.problem("RELAIS_MAIL_FROM", "is missing: %s sends to real people, who must see a true sender", name)
	}
	return m
}

// queue is a URL of SQS; http is for a stand-in on this machine.
func (r *reader) queue(name string) *url.URL {
	v := r.text(name, "")
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !Loopback(u.Hostname())) {
		r.problem(name, "is not the URL of a queue: write it as SQS gives it, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME")
		return nil
	}
	return u
}

// mostRequests leaves the platform's limit of 400 a margin.
const mostRequests = 390

func (r *reader) share(name string) int {
	v := r.text(name, "")
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > mostRequests {
		r.problem(name, "must be a number of requests from 1 to %d: the platform refuses more than 400 a minute for one token, all processes together", mostRequests)
		return 0
	}
	return n
}

// mode defaults to send when all stays on this machine, where nobody is written to,
// else to hold: what a folder takes from a shared table counts as sent.
func (r *reader) mode(name string, alone bool) Mode {
	fallback := Hold
	if alone {
		fallback = Send
	}
	v := r.text(name, fallback)
	kind, to, redirect := strings.Cut(v, ":")
	switch {
	case !redirect && (v == Hold || v == Send):
		return Mode{Name: v}
	case redirect && kind == Redirect && validAddress(to):
		return Mode{Redirect, to}
	case redirect && kind == Redirect:
		r.problem(name, "must give redirect: one e-mail address, as in redirect:essai@dreets.example")
	default:
		r.problem(name, "must be hold, send or redirect:ADDRESS")
	}
	return Mode{Name: Hold}
}

func (r *reader) address(name, fallback string) string {
	v := r.text(name, fallback)
	if v != "" && !validAddress(v) {
		r.problem(name, "is not one e-mail address (got %d characters): write it alone, without a name", len([]rune(v)))
		return fallback
	}
	return v
}

func validAddress(v string) bool {
	a, err := mail.ParseAddress(v)
	return err == nil && a.Address == v
}

// listen accepts loopback only: the page shows dossiers and has no password yet.
func (r *reader) listen(name, fallback string) string {
	v := r.text(name, fallback)
	if _, port, err := net.SplitHostPort(v); err != nil || port == "" {
		r.problem(name, "must be written HOST:PORT, as in %s", fallback)
		return fallback
	}
	return v
}

func (r *reader) duration(name string, fallback, least, most time.Duration) time.Duration {
	v := r.text(name, fallback.String())
	d, err := time.ParseDuration(v)
	if err != nil || d < least || d > most {
		r.problem(name, "must be a duration from %s to %s, as in 90s or 5m", least, most)
		return fallback
	}
	return d
}
