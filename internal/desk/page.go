package desk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"relais/internal/app"
	"relais/internal/console"
	"relais/internal/ds"
	"relais/internal/maildir"
	"relais/internal/settings"
)

// Page is the local page, being served.
type Page struct {
	URL    string
	server *http.Server
}

// Listen takes the address of the local page. With orFree, a taken port is
// replaced by a free one; else it is an error.
func Listen(address string, orFree bool) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil && orFree {
		host, _, _ := net.SplitHostPort(address)
		l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, fmt.Errorf("RELAIS_LISTEN: the page cannot listen on %s (%w): choose another port", address, err)
	}
	return l, nil
}

// hsts is how long browsers ask for this name by TLS only, once they have seen it.
const hsts = "max-age=31536000"

// ServePage serves the local page until Shutdown, and the platform's webhooks when
// the settings give them a secret. What cannot be served as the settings say is
// their fault.
func (d *Desk) ServePage(ctx context.Context, l net.Listener, s settings.Settings) (*Page, error) {
	page, err := d.page(ctx, l, s)
	if err != nil {
		return nil, err
	}
	handler := http.NewServeMux()
	if secret := d.WebhookSecret(s); secret != nil {
		handler.Handle(app.WebhookPath, d.World.Webhook(secret, ds.ReadHintNumbers))
	}
	d.servePreferences(handler, l, s)
	handler.Handle("/", page)
	p := &Page{
		URL: "http://" + l.Addr().String() + "/",
		server: &http.Server{
			Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
			WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		},
	}
	serve := p.server.Serve
	if s.TLSCert != "" {
		cert, err := loadCertificate(s.TLSCert, s.TLSKey, d.World.Log)
		if err != nil {
			return nil, err
		}
		p.URL = "https://" + l.Addr().String() + "/"
		p.server.TLSConfig, p.server.Handler = cert.config(), always(handler)
		serve = func(l net.Listener) error { return p.server.ServeTLS(l, "", "") }
	}
	go func() {
		if err := serve(l); !errors.Is(err, http.ErrServerClosed) {
			d.World.Log.WithError(err).Error("the local page has stopped")
		}
	}()
	return p, nil
}

// always asks browsers to come by TLS from now on.
func always(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", hsts)
		next.ServeHTTP(w, r)
	})
}

// sharedRefresh spares a table that tells what changed only by being read whole.
const sharedRefresh = time.Minute

func (d *Desk) page(ctx context.Context, l net.Listener, s settings.Settings) (http.Handler, error) {
	hash, err := s.ConsolePasswordHash.Source(d.amazon.parameter)(ctx)
	if err != nil {
		return nil, fmt.Errorf("RELAIS_CONSOLE_PASSWORD_HASH: %w", err)
	}
	if wrong := settings.CheckPasswordHash(hash); hash != "" && wrong != "" {
		return nil, errors.New("RELAIS_CONSOLE_PASSWORD_HASH " + wrong)
	}
	o := console.Options{
		Reader: d.Store, Mails: d.mails(), Calls: d.World.Calls,
		Hosts: d.hosts(l), Platform: d.World.BaseURL, Now: d.World.Now, Demo: d.World.Demo, Log: d.World.Log,
		Mode: d.World.Mode, TokenExpires: s.TokenExpires,
		PasswordHash: []byte(hash), Secure: s.TLSCert != "" || s.BehindProxy,
	}
	if s.Store.Kind == settings.DynamoDB {
		o.Refresh = sharedRefresh
	}
	if d.World.Platform != nil {
		o.Retrier, o.Requests = &d.World, d.World.Platform.Requests
	}
	return console.New(o), nil
}

// hosts are the names under which the page may be asked for.
func (d *Desk) hosts(l net.Listener) []string {
	hosts := []string{l.Addr().String()}
	if u, err := url.Parse(d.World.Console); err == nil && u.Host != "" {
		hosts = append(hosts, u.Host)
	}
	return hosts
}

// Shutdown lets the answers under way finish, for a few seconds.
func (p *Page) Shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = p.server.Shutdown(ctx)
}

// mails are those of the folder; nil when there is none.
func (d *Desk) mails() console.Mails {
	if d.Mails == nil {
		return nil
	}
	return mailFolder{d.Mails}
}

// mailFolder shows the mails of a folder on the page.
type mailFolder struct{ dir *maildir.Dir }

// List implements console.Mails.
func (f mailFolder) List(context.Context) ([]console.MailInfo, error) {
	entries, err := f.dir.List()
	if err != nil {
		return nil, err
	}
	var list []console.MailInfo
	for _, e := range entries {
		list = append(list, console.MailInfo{ID: e.Key, Date: e.Time()}) // the page reads those it shows
	}
	return list, nil
}

// Read implements console.Mails.
func (f mailFolder) Read(_ context.Context, id string) (console.Mail, error) {
	m, err := f.dir.Read(id)
	if err != nil {
		return console.Mail{}, err
	}
	shown := console.Mail{
		MailInfo: console.MailInfo{ID: id, Subject: m.Subject, To: m.To, Date: m.Date}, Row: m.ID,
		From: m.From, MessageID: m.MessageID, Text: m.Text, HTML: m.HTML,
	}
	for _, a := range m.Attached {
		shown.Attached = append(shown.Attached, console.Attachment(a))
	}
	for _, i := range m.Images {
		shown.Images = append(shown.Images, console.Image(i))
	}
	return shown, nil
}
