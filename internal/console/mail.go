package console

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"relais/internal/french"
	"relais/internal/notify"
)

// mailSummary counts what was written. Kept is false when mails are not in a
// folder: Count is then that of the store.
type mailSummary struct {
	Kept     bool
	Count    string
	Statuses []statusCount
}

type statusCount struct {
	Tag tag
	N   string
}

func (s *site) mailSummary(ctx context.Context) (mailSummary, error) {
	by, mails, err := s.counts.read(ctx, s.Reader, s.Now())
	if err != nil {
		return mailSummary{}, err
	}
	n := 0
	for _, some := range mails {
		n += some
	}
	if s.Mails != nil {
		list, err := s.Mails.List(ctx)
		if err != nil {
			return mailSummary{}, err
		}
		n = len(list)
	}
	out := mailSummary{Kept: s.Mails != nil, Count: french.Count(n, "courriel rédigé", "courriels rédigés")}
	for _, st := range statuses {
		if by[st] > 0 {
			out.Statuses = append(out.Statuses, statusCount{statusTags[st], french.Integer(by[st])})
		}
	}
	return out, nil
}

// countEvery is the least time between two counts of all intentions.
const countEvery = 15 * time.Second

// counts keeps what was counted a moment ago.
type counts struct {
	mu                sync.Mutex
	at                time.Time
	intentions, mails map[notify.Status]int
}

func (c *counts) read(ctx context.Context, told Told, now time.Time) (intentions, mails map[notify.Status]int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := now.Sub(c.at); c.at.IsZero() || age < 0 || age >= countEvery {
		intentions, mails, err := told.Counts(ctx)
		if err != nil {
			return nil, nil, err
		}
		c.at, c.intentions, c.mails = now, intentions, mails
	}
	return c.intentions, c.mails, nil
}

// mailsData is the list of mails.
type mailsData struct {
	Summary mailSummary
	Rows    []mailRow
	Pager   pager
}

// mailRow has no address when the mail cannot be read or its id could not be
// one.
type mailRow struct {
	URL, Subject, To string
	Date             moment
}

func (s *site) mails(r *http.Request) (view, error) {
	values, err := parameters(r)
	if err != nil {
		return view{}, err
	}
	page, err := pageNumber(values)
	if err != nil {
		return view{}, err
	}
	var data mailsData
	if data.Summary, err = s.mailSummary(r.Context()); err != nil {
		return view{}, err
	}
	var list []MailInfo
	if s.Mails != nil {
		if list, err = s.Mails.List(r.Context()); err != nil {
			return view{}, err
		}
	}
	slices.SortFunc(list, func(a, b MailInfo) int {
		return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(a.ID, b.ID))
	})
	window, pager := cut(list, page, 50, func(page int) string { return address("/mails", page, url.Values{}) })
	data.Pager = pager
	for _, m := range window {
		data.Rows = append(data.Rows, s.mailRow(r, m))
	}
	return view{"mails", "mails", "Courriels", data}, nil
}

func (s *site) mailRow(r *http.Request, m MailInfo) mailRow {
	row := mailRow{Subject: shown(m.Subject), To: shown(m.To), Date: instant(m.Date, s.Zone)}
	if !identifier(m.ID) {
		row.Subject = orText(m.Subject, "(illisible)")
		return row
	}
	row.URL = mailURL(m.ID)
	if m.Subject == "" {
		s.complete(r, m.ID, &row)
	}
	return row
}

// complete reads what the list did not say. One broken file does not hide the
// others.
func (s *site) complete(r *http.Request, id string, row *mailRow) {
	m, err := s.Mails.Read(r.Context(), id)
	if err != nil {
		s.log(r, err)
		row.Subject, row.URL = "(illisible)", ""
		return
	}
	row.Subject, row.To = orText(shown(m.Subject), "(sans objet)"), shown(m.To)
	if row.Date.Text == "" {
		row.Date = instant(m.Date, s.Zone)
	}
}

// mailData is one mail, with the intentions that it told.
type mailData struct {
	Subject    string
	Headers    []fact
	Text       string
	FrameURL   string
	Files      []fileRow
	Intentions []intentionRow
}

func (s *site) mail(r *http.Request) (view, error) {
	m, err := s.readMail(r)
	if err != nil {
		return view{}, err
	}
	intentions, err := s.toldBy(r.Context(), orText(m.Row, m.ID))
	if err != nil {
		return view{}, err
	}
	rows := s.intentionRows(intentions)
	for i := range rows {
		rows[i].MailURL = "" // the page itself
	}
	data := mailData{
		Subject: orText(shown(m.Subject), "(sans objet)"), Text: m.Text, Intentions: rows, Files: fileRows(m),
		Headers: given([]fact{
			{Label: "De", Text: shown(m.From), Outside: true},
			{Label: "À", Text: shown(m.To), Outside: true},
			{Label: "Date", At: instant(m.Date, s.Zone)},
			{Label: "Identifiant", Text: shown(m.MessageID)},
		}),
	}
	if m.HTML != "" {
		data.FrameURL = mailURL(m.ID) + "/html"
	}
	return view{"mail", "mails", "Courriel", data}, nil
}

// toldBy are the intentions that a mail carries.
func (s *site) toldBy(ctx context.Context, id string) ([]notify.Intention, error) {
	m, found, err := s.Reader.Mail(ctx, id)
	if err != nil || !found {
		return nil, err
	}
	rows, err := s.Reader.Rows(ctx, m.Keys)
	return slices.DeleteFunc(rows, func(i notify.Intention) bool { return i.Mail != id }), err
}

func (s *site) readMail(r *http.Request) (Mail, error) {
	id := r.PathValue("id")
	if s.Mails == nil || !identifier(id) {
		return Mail{}, errNotFound
	}
	m, err := s.Mails.Read(r.Context(), id)
	if errors.Is(err, fs.ErrNotExist) {
		return Mail{}, errNotFound
	}
	m.ID = id
	return m, err
}

// intentionRow is one intention, as the pages of its dossier and mail show it.
type intentionRow struct {
	Kind, Title, Step string
	Due               moment
	Status            tag
	Person            string
	Created, Sent     moment
	Number            int
	DossierURL        string
	MailURL           string
}

// intentionRows are intentions as shown, oldest first.
func (s *site) intentionRows(list []notify.Intention) []intentionRow {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b notify.Intention) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Key, b.Key))
	})
	var out []intentionRow
	for _, i := range sorted {
		out = append(out, s.intentionRow(i))
	}
	return out
}

func (s *site) intentionRow(i notify.Intention) intentionRow {
	row := intentionRow{
		Kind: textOf(kindTexts, i.Kind), Step: i.Step, Due: day(i.DueOn), Status: tagOf(statusTags, i.Status),
		Person: i.Person, Created: s.localInstant(i.CreatedAt, i.Call), Sent: s.localInstant(i.SentAt, i.Call),
		Number: i.Dossier,
	}
	if i.Deadline != "" {
		row.Title = kindTitle(i.Deadline)
	}
	if i.Dossier != 0 {
		row.DossierURL = dossierURL(i.Dossier)
	}
	if s.Mails != nil && identifier(i.Mail) {
		row.MailURL = mailURL(i.Mail)
	}
	return row
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
