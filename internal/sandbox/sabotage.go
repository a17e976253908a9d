package sandbox

import (
	"bytes"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// hugeBody is more than a client should accept: a full page of rich dossiers is
// about 2 MiB.
const hugeBody = 40 << 20

// exchange answers a request to the API with its fault.
func (p *Platform) exchange(h Hit, r *http.Request) wire {
	if x, ok := p.unexecuted(h, r); ok {
		return x
	}
	return spoiled(h, record(r, func(w http.ResponseWriter, r *http.Request) { p.serveAPI(w, r, manner{hit: h}) }))
}

// unexecuted are the faults that come before the request is executed.
func (p *Platform) unexecuted(h Hit, r *http.Request) (wire, bool) {
	switch h.Fault {
	case BadGateway, Unavailable, GatewayTimeout:
		status, _ := strconv.Atoi(string(h.Fault))
		return p.page(status), true
	case HTMLPage:
		return p.page(http.StatusOK), true
	case TooMany, TooManyPast, TooManyAbsent, TooManyAbsurd, TooManyDelay:
		return p.refusedForRate(h.Fault), true
	case RedirectInsecure:
		return p.redirect("http://" + r.Host + r.URL.Path), true
	case RedirectElsewhere:
		return p.redirect("http://ancienne-plateforme.example" + r.URL.Path), true
	case ResetBefore:
		return broken(0), true
	case Hang:
		return broken(h.pause()), true
	case HugeBody:
		return p.huge(h.At), true
	}
	if d := denialOf(h.Fault); d != nil {
		return p.dated(record(r, func(w http.ResponseWriter, _ *http.Request) { refuseRequest(w, d) })), true
	}
	if text, ok := bodies[h.Fault]; ok {
		return p.text(h.Fault, text), true
	}
	return wire{}, false
}

// denialOf are the refusals in JSON that stop a request.
func denialOf(f Fault) *denial {
	switch f {
	case ServerError:
		return internal()
	case BadRequest:
		return &denial{http.StatusBadRequest, "bad_request", "The request is not valid"}
	case TokenExpired:
		return expiredToken()
	case NetworkRefused:
		return strangeNetwork(netip.AddrFrom4([4]byte{203, 0, 113, 7}))
	case TokenRefused:
		return wrongToken()
	}
	return nil
}

// bodies are fixed ones, sent as JSON.
var bodies = map[Fault]string{
	UnderMaintenance:  `{"error":"La plateforme est en maintenance, merci de réessayer plus tard."}`,
	EmptyBody:         "",
	EmptyObject:       "{}",
	DataNull:          `{"data":null}`,
	ErrorsWithoutData: `{"errors":[{"message":"Query has complexity of 61204, which exceeds max complexity of 60000"}]}`,
	ErrorsAndDataNull: `{"errors":[{"message":"Something failed"}],"data":null}`,
}

func (p *Platform) text(f Fault, body string) wire {
	status := http.StatusOK
	if f == UnderMaintenance {
		status = http.StatusServiceUnavailable
	}
	return p.dated(wire{status: status, header: http.Header{"Content-Type": {jsonType}}, parts: []part{said([]byte(body))}})
}

// page is what a front server says by itself, in HTML.
func (p *Platform) page(status int) wire {
	body := fmt.Sprintf("<!doctype html><html lang=\"fr\"><title>%d</title><h1>Service momentanément indisponible</h1></html>\n", status)
	return p.dated(wire{status: status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, parts: []part{said([]byte(body))}})
}

func (p *Platform) redirect(to string) wire {
	return p.dated(wire{status: http.StatusMovedPermanently, header: http.Header{"Location": {to}}})
}

// huge is an answer that is right but for its size.
func (p *Platform) huge(size int) wire {
	if size <= 0 {
		size = hugeBody
	}
	blank := bytes.Repeat([]byte{' '}, min(size, 32<<10))
	return p.dated(wire{status: http.StatusOK, header: http.Header{"Content-Type": {jsonType}}, parts: []part{
		said([]byte(`{"data":`)), {bytes: blank, times: size / len(blank)}, said([]byte(`{"demarche":null}}`))}})
}

func (p *Platform) refusedForRate(f Fault) wire {
	now := p.Now()
	end := now.Truncate(time.Minute).Add(time.Minute)
	if f == TooManyPast {
		end = end.Add(-2 * time.Minute)
	}
	x := record(nil, func(w http.ResponseWriter, _ *http.Request) { tooMany(w, max(1, p.options.RatePerMinute), end) })
	switch f {
	case TooManyAbsent:
		for _, name := range []string{"Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset"} {
			delete(x.header, name)
		}
	case TooManyAbsurd:
		x.header.Set("RateLimit-Reset", "253402300800") // the year 10000
	case TooManyDelay:
		x.header.Set("RateLimit-Reset", strconv.Itoa(int((end.Sub(now)+time.Second-1)/time.Second)))
	}
	return p.dated(x)
}

// dated says the platform's time, which every answer does.
func (p *Platform) dated(x wire) wire {
	x.header.Set("Date", p.Now().Format(http.TimeFormat))
	return x
}

// spoiled is an answer that was right until it left.
func spoiled(h Hit, x wire) wire {
	body := x.parts[0].bytes
	cut := len(body) / 2
	if h.At > 0 {
		cut = min(h.At, len(body))
	}
	switch h.Fault {
	case Lost:
		return broken(0)
	case ResetMiddle:
		x.parts = []part{said(body[:cut]), {reset: true}}
	case Truncated:
		x.parts = []part{said(body[:cut])}
	case SlowBody:
		x.parts = []part{said(body[:cut]), {pause: h.pause(), bytes: body[cut:], times: 1}}
	case ErrorsBesideAll:
		if rest, ok := bytes.CutPrefix(body, []byte(`{"data":`)); ok {
			x.parts = []part{said([]byte(`{"errors":[{"message":"Something else failed"}],"data":`)), said(rest)}
		}
	}
	return x
}
