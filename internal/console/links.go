package console

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
)

// pager is where a page stands in a list; an address is empty where there is
// nowhere to go.
type pager struct {
	Page, Pages     string
	From, To, Total string
	Empty, Single   bool
	First, Prev     string
	Next, Last      string
}

// cut takes one page of a list; past the end it is the last one.
func cut[T any](all []T, page, size int, at func(page int) string) ([]T, pager) {
	pages := max(1, (len(all)+size-1)/size)
	page = min(page, pages)
	from, to := (page-1)*size, min(page*size, len(all))
	p := pager{
		Page: french.Integer(page), Pages: french.Integer(pages), Empty: len(all) == 0, Single: pages == 1,
		From: french.Integer(from + 1), To: french.Integer(to), Total: french.Integer(len(all)),
	}
	if page > 1 {
		p.First, p.Prev = at(1), at(page-1)
	}
	if page < pages {
		p.Next, p.Last = at(page+1), at(pages)
	}
	return all[from:to], p
}

// address writes a path with its parameters, those empty and page 1 left out.
func address(path string, page int, values url.Values) string {
	for name := range values {
		if values.Get(name) == "" {
			values.Del(name)
		}
	}
	if page > 1 {
		values.Set("page", strconv.Itoa(page))
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

func dossierURL(number int) string { return "/dossiers/" + strconv.Itoa(number) }

func mailURL(id string) string { return "/mails/" + url.PathEscape(id) }

// demarcheURL is the instructeur's page of a démarche on the platform; empty
// without a platform or a démarche.
func (s *site) demarcheURL(demarche int) string {
	base, err := url.Parse(s.Platform)
	if err != nil || demarche == 0 || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return ""
	}
	return strings.TrimSuffix(base.Scheme+"://"+base.Host+base.EscapedPath(), "/") +
		"/procedures/" + strconv.Itoa(demarche)
}

func (s *site) platformURL(demarche, number int) string {
	at := s.demarcheURL(demarche)
	if at == "" {
		return ""
	}
	return at + "/dossiers/" + strconv.Itoa(number)
}

// zoneOf is the zone of a call, or the page's.
func (s *site) zoneOf(callID string) *time.Location {
	if c, ok := s.Calls.Get(callID); ok && c.Zone != nil {
		return c.Zone
	}
	return s.Zone
}

// localInstant writes an instant on the clock of a call, naming the zone where
// it is not the page's.
func (s *site) localInstant(t time.Time, callID string) moment {
	zone := s.zoneOf(callID)
	m := instant(t, zone)
	if m.Text != "" && zone.String() != s.Zone.String() {
		m.Text += " (" + zone.String() + ")"
	}
	return m
}

// callName is the title of a call, or the id of one whose file is gone.
func (s *site) callName(id string) string {
	if c, ok := s.Calls.Get(id); ok {
		return callTitle(c)
	}
	return id
}

func callTitle(c *call.Call) string {
	if c.Title == "" {
		return c.ID
	}
	return c.Title
}

// anchor names the section of a day in the page of deadlines.
func anchor(d dossier.Day) string { return "jour-" + d.String() }
