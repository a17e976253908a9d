package desk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"relais/internal/console"
	"relais/internal/maildir"
)

// Page is the local page, being served.
type Page struct {
	URL    string
	server *http.Server
	failed chan error
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

// ServePage serves the local page until Shutdown.
func (d *Desk) ServePage(l net.Listener) *Page {
	handler := console.New(console.Options{
		Reader: d.Store, Mails: mailFolder{d.Mails}, Calls: d.World.Calls,
		Platform: d.World.BaseURL, Now: d.World.Now, Demo: d.World.Demo, Log: d.World.Log,
	})
	p := &Page{
		URL: "http://" + l.Addr().String() + "/",
		server: &http.Server{
			Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
			WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		},
		failed: make(chan error, 1),
	}
	go func() {
		if err := p.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			p.failed <- err
		}
	}()
	return p
}

// Shutdown lets the answers under way finish, for a few seconds.
func (p *Page) Shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = p.server.Shutdown(ctx)
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
		m, err := f.dir.Read(e.ID)
		if err != nil {
			continue // being replaced, or not a mail of ours
		}
		list = append(list, info(e.ID, m))
	}
	return list, nil
}

// Read implements console.Mails.
func (f mailFolder) Read(_ context.Context, id string) (console.Mail, error) {
	m, err := f.dir.Read(id)
	if err != nil {
		return console.Mail{}, err
	}
	return console.Mail{MailInfo: info(id, m), From: m.From, MessageID: m.MessageID, Text: m.Text, HTML: m.HTML}, nil
}

func info(id string, m maildir.Parsed) console.MailInfo {
	return console.MailInfo{ID: id, Subject: m.Subject, To: m.To, Date: m.Date}
}
