package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// WebhookType is the content type of a webhook.
const WebhookType = "application/x-www-form-urlencoded"

// WebhookCall is one delivery of the platform's webhook (ds-platform.md §8).
// Only Body and WebhookType are on the wire.
type WebhookCall struct {
	N         int // rank of the change since New, from 1: the same for its copies
	Demarche  int
	Dossier   int
	State     string
	UpdatedAt time.Time
	Body      string // four fields, form-urlencoded
}

// Delivery is when a change is told, and how its time is written.
type Delivery struct {
	After time.Duration // of the platform's time, from the change
	UTC   bool          // the older form, which ends with UTC
}

// WebhookPlan decides the deliveries of a change: none loses it, two double it,
// delays put calls out of order.
type WebhookPlan func(WebhookCall) []Delivery

// SeededWebhooks loses a share of the calls (0 to 1), doubles another, and
// delays each by up to a duration; half of them are in the older form. Each
// change has its own dice.
func SeededWebhooks(seed uint64, lost, doubled float64, delay time.Duration) WebhookPlan {
	return func(c WebhookCall) []Delivery {
		r := dice(seed, "webhook", int64(c.N))
		var out []Delivery
		if !chance(r, lost) {
			out = append(out, Delivery{between(r, 0, delay), chance(r, 0.5)})
		}
		if len(out) > 0 && chance(r, doubled) {
			out = append(out, Delivery{between(r, 0, delay), out[0].UTC})
		}
		return out
	}
}

// webhooks is the queue of the calls to make.
type webhooks struct {
	mu    sync.Mutex
	to    func(WebhookCall)
	plan  WebhookPlan
	count int
	due   []dueCall
}

type dueCall struct {
	at   time.Time
	call WebhookCall
}

// Webhooks makes each later change of state call a func; nil ends it. The func
// is called when the action that made the change is over, without any lock: it
// may act on the platform. Delayed calls leave with the first action, or Advance,
// after their time; see DeliverWebhooks.
func (p *Platform) Webhooks(to func(WebhookCall)) {
	p.hooks.mu.Lock()
	defer p.hooks.mu.Unlock()
	p.hooks.to, p.hooks.due = to, nil
}

// PlanWebhooks decides what becomes of the calls; nil tells each once, at once.
// The plan is asked while the world is locked: it must not act on it.
func (p *Platform) PlanWebhooks(plan WebhookPlan) {
	p.hooks.mu.Lock()
	defer p.hooks.mu.Unlock()
	p.hooks.plan = plan
}

// WebhooksTo posts the calls to an address of this machine, each in its own
// goroutine as the platform's workers do. No redirect is followed, and a failure
// is forgotten: never tried again.
func (p *Platform) WebhooksTo(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || !loopback(u.Hostname()) {
		return errors.New("a stand-in calls webhooks on this machine only: want http://127.0.0.1:PORT/…")
	}
	client := &http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	p.Webhooks(func(c WebhookCall) { go c.post(client, address) })
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (c WebhookCall) post(client *http.Client, address string) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, strings.NewReader(c.Body))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", WebhookType)
	if resp, err := client.Do(r); err == nil {
		_ = resp.Body.Close()
	}
}

// announce queues the calls of a change; the world's lock is held.
func (p *Platform) announce(d *dossier, t time.Time) {
	h := &p.hooks
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.to == nil {
		return
	}
	h.count++
	c := WebhookCall{N: h.count, Demarche: d.demarche.number, Dossier: d.number, State: d.state, UpdatedAt: t.Truncate(time.Second)}
	deliveries := []Delivery{{}}
	if h.plan != nil {
		deliveries = h.plan(c)
	}
	for _, one := range deliveries {
		c.Body = c.form(one.UTC)
		h.due = append(h.due, dueCall{t.Add(one.After), c})
	}
}

// form writes the body as Ruby does: its own text form of a time, and the fields
// in their order.
func (c WebhookCall) form(utc bool) string {
	at := c.UpdatedAt.In(paris).Format("2006-01-02 15:04:05 -0700")
	if utc {
		at = c.UpdatedAt.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return fmt.Sprintf("procedure_id=%d&dossier_id=%d&state=%s&updated_at=%s", c.Demarche, c.Dossier, c.State, url.QueryEscape(at))
}

// sendDue makes the calls whose time has come.
func (p *Platform) sendDue() {
	p.hooks.mu.Lock()
	idle := len(p.hooks.due) == 0
	p.hooks.mu.Unlock()
	if !idle {
		p.DeliverWebhooks(p.lastStamp())
	}
}

// lastStamp is the platform's time, or the last stamp given by hand, which a
// stopped clock is behind.
func (p *Platform) lastStamp() time.Time {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if t := p.now(); t.After(p.last) {
		return t
	}
	return p.last
}

// DeliverWebhooks makes, in the order of their time, the calls due until an
// instant, and counts them.
func (p *Platform) DeliverWebhooks(until time.Time) int {
	to, calls := p.hooks.take(until)
	for _, c := range calls {
		to(c.call)
	}
	return len(calls)
}

func (h *webhooks) take(until time.Time) (func(WebhookCall), []dueCall) {
	h.mu.Lock()
	defer h.mu.Unlock()
	slices.SortStableFunc(h.due, func(a, b dueCall) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.call.N, b.call.N)) })
	n := 0
	for n < len(h.due) && !h.due[n].at.After(until) {
		n++
	}
	now := slices.Clone(h.due[:n])
	h.due = slices.Delete(h.due, 0, n)
	return h.to, now
}
