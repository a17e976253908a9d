package ds

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"

	"relais/internal/dossier"
)

// step is one answer of a scripted platform, after a while.
type step struct {
	status int
	header http.Header
	body   string
	err    error
	after  time.Duration
}

// script is a platform without network that plays its steps, the last one for
// ever, and notes when each request came.
type script struct {
	start time.Time
	steps []step
	came  []time.Duration
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.came = append(s.came, time.Since(s.start))
	now := s.steps[min(len(s.came), len(s.steps))-1]
	select {
	case <-time.After(now.after):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if now.err != nil {
		return nil, now.err
	}
	header := http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}}
	for k, v := range now.header {
		header[k] = v
	}
	return &http.Response{
		StatusCode: now.status, Header: header, Body: io.NopCloser(strings.NewReader(now.body)), Request: r,
	}, nil
}

const emptyPage = `{"data":{"demarche":{"dossiers":{"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[]}}}}`

var fine = step{status: 200, body: emptyPage}

// play reads one page from a scripted platform, in a bubble of false time.
func play(t *testing.T, patience time.Duration, steps ...step) (*script, *Client, error) {
	t.Helper()
	return playUntil(t, 0, patience, steps...)
}

func playUntil(t *testing.T, deadline, patience time.Duration, steps ...step) (*script, *Client, error) {
	t.Helper()
	s := &script{start: time.Now(), steps: steps}
	c, err := New(Config{URL: "https://platform.invalid/api", Token: StaticToken(secret), HTTP: s, Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, deadline)
		defer cancel()
	}
	_, err = c.Dossiers(ctx, 1, dossier.Position{}, 100, false)
	return s, c, err
}

func status(code int) step { return step{status: code, body: "<html>"} }

func TestWhatPassesIsTriedAgain(t *testing.T) {
	reset := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	for name, first := range map[string]step{
		"500": status(500), "502": status(502), "503": status(503), "504": status(504),
		"maintenance":   {status: 503, body: `{"error":"x"}`},
		"reset":         {err: reset},
		"refused":       {err: refused},
		"closed":        {err: io.EOF},
		"no answer":     {after: 10 * time.Minute},
		"truncated":     {status: 200, body: `{"data":{`},
		"empty":         {status: 200},
		"429 no header": status(429),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c, err := play(t, 0, first, fine)
				if err != nil || len(s.came) != 2 || c.Requests() != 2 {
					t.Errorf("%d tries, %d counted, %v", len(s.came), c.Requests(), err)
				}
			})
		})
	}
}

func TestWhatNeedsAPersonIsNotTriedAgain(t *testing.T) {
	for name, first := range map[string]step{
		"400":         {status: 400, body: `{"errors":[{"extensions":{"code":"bad_request"}}]}`},
		"401":         {status: 401, body: `{"errors":[{"extensions":{"code":"unauthorized"}}]}`},
		"403":         {status: 403, body: `{"errors":[{"extensions":{"code":"forbidden"}}]}`},
		"403 in HTML": status(403), "404": status(404), "301": status(301), "HTML": status(200),
		"not found":    {status: 200, body: `{"data":null,"errors":[{"extensions":{"code":"not_found"}}]}`},
		"timeout":      {status: 200, body: `{"data":null,"errors":[{"extensions":{"code":"timeout"}}]}`},
		"nothing":      {status: 200, body: `{}`},
		"unknown name": {err: &net.OpError{Op: "dial", Err: &net.DNSError{Name: "x", IsNotFound: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _, err := play(t, 0, first, fine)
				if err == nil || len(s.came) != 1 {
					t.Errorf("%d tries, %v", len(s.came), err)
				}
			})
		})
	}
}

func TestRetriesEnd(t *testing.T) {
	for name, c := range map[string]struct {
		always step
		tries  int
	}{
		"front server": {status(502), 9}, "exception": {status(500), 3},
		"silence": {step{after: time.Hour}, 2}, "rate limit": {status(429), 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _, err := play(t, 0, c.always)
				if err == nil || len(s.came) > c.tries || len(s.came) < 2 {
					t.Errorf("%d tries, want at most %d: %v", len(s.came), c.tries, err)
				}
			})
		})
	}
}

// TestPatienceBoundsTheWholeWait: no try starts later than patience after the
// first failure.
func TestPatienceBoundsTheWholeWait(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			patience := time.Duration(rand.IntN(20)) * time.Second
			s, _, err := play(t, patience+1, step{status: 502, after: time.Second})
			if last := s.came[len(s.came)-1]; last > patience+1500*time.Millisecond {
				t.Errorf("patience %s, last try after %s", patience, last)
			}
			if !errors.Is(err, FrontServer) {
				t.Errorf("the real error is lost: %v", err)
			}
		})
	}
}

func TestNoPatienceMeansOneTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if s, _, _ := play(t, -1, status(502), fine); len(s.came) != 1 {
			t.Errorf("%d tries", len(s.came))
		}
	})
}

func TestWaitsSpread(t *testing.T) {
	waits := map[time.Duration]bool{}
	for range 10 {
		synctest.Test(t, func(t *testing.T) {
			s, _, _ := play(t, 0, status(502), fine)
			waits[s.came[1]] = true
			if s.came[1] > 501*time.Millisecond {
				t.Errorf("first wait %s", s.came[1])
			}
		})
	}
	if len(waits) < 5 {
		t.Errorf("%d different waits of 10: everybody comes back at once", len(waits))
	}
}

// The bubble's clock starts at midnight UTC, on a minute.
func TestRateLimit(t *testing.T) {
	second := func(s int) string {
		return strconv.FormatInt(time.Date(2000, 1, 1, 0, 0, s, 0, time.UTC).Unix(), 10)
	}
	for name, c := range map[string]struct {
		reset string
		wait  time.Duration
	}{
		"end of the window": {second(20 + 17), 17 * time.Second},
		"absent":            {"", 40 * time.Second},
		"past":              {second(5), 40 * time.Second},
		"far":               {second(20 + 3600), 40 * time.Second},
		"absurd":            {"99999999999999999999", 40 * time.Second},
		"negative":          {"-5", 40 * time.Second},
		"a text":            {"soon", 40 * time.Second},
		"a delay":           {"12", 12 * time.Second},
		"zero":              {"0", 40 * time.Second},
		"a window's length": {second(20 + 60), 60 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				<-time.After(20 * time.Second) // of false time, into the minute
				header := http.Header{"Ratelimit-Remaining": {"0"}}
				if c.reset != "" {
					header.Set("RateLimit-Reset", c.reset)
				}
				s, _, err := play(t, 0, step{status: 429, header: header, body: "Trop de requêtes"}, fine)
				if err != nil || len(s.came) != 2 {
					t.Fatalf("%d tries, %v", len(s.came), err)
				}
				if over := s.came[1] - c.wait; over < 0 || over > resetSpread+time.Millisecond {
					t.Errorf("waited %s, want %s", s.came[1], c.wait)
				}
			})
		})
	}
}

func TestRateLimitWithoutTimeToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, err := playUntil(t, 15*time.Second, 0, status(429), fine)
		if !errors.Is(err, RateLimited) || len(s.came) != 1 {
			t.Errorf("%d tries, %v", len(s.came), err)
		}
		if spent := time.Since(s.start); spent > time.Second {
			t.Errorf("waited %s for nothing", spent)
		}
		if !strings.Contains(err.Error(), "try again in 1m0s") {
			t.Errorf("%q", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		if s, _, err := play(t, 10*time.Second, status(429), fine); !errors.Is(err, RateLimited) || len(s.came) != 1 {
			t.Errorf("patience of 10 s: %d tries, %v", len(s.came), err)
		}
	})
}

func TestCancelDuringAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{start: time.Now(), steps: []step{status(429)}}
		c, err := New(Config{URL: "https://platform.invalid/api", Token: StaticToken(secret), HTTP: s})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(3*time.Second, cancel)
		_, err = c.Dossiers(ctx, 1, dossier.Position{}, 100, false)
		mustBe(t, err, Canceled)
		if spent := time.Since(s.start); spent != 3*time.Second {
			t.Errorf("came back after %s", spent)
		}
	})
}

func TestASlowPlatformIsGivenUpAfterNinetySeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, err := play(t, -1, step{after: time.Hour})
		mustBe(t, err, NoAnswer)
		if spent := time.Since(s.start); spent != perRequest {
			t.Errorf("gave up after %s", spent)
		}
	})
}

func TestReadAtIsTheLastTrysStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{start: time.Now(), steps: []step{{status: 502, after: 5 * time.Second}, {status: 200, body: emptyPage, after: time.Second}}}
		c, err := New(Config{URL: "https://platform.invalid/api", Token: StaticToken(secret), HTTP: s})
		if err != nil {
			t.Fatal(err)
		}
		page, err := c.Dossiers(context.Background(), 1, dossier.Position{}, 100, false)
		if err != nil || page.ReadAt.Sub(s.start) != s.came[1] {
			t.Errorf("read at +%s, last try at +%s, %v", page.ReadAt.Sub(s.start), s.came[1], err)
		}
	})
}

func TestRetriesAreLoggedWithoutSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, hook := logtest.NewNullLogger()
		log.SetLevel(logrus.DebugLevel)
		s := &script{start: time.Now(), steps: []step{{status: 502, body: "secret-page"}, fine}}
		c, err := New(Config{URL: "https://platform.invalid/api", Token: StaticToken(secret), HTTP: s, Log: log})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = c.Dossiers(context.Background(), 1, dossier.Position{}, 100, false); err != nil {
			t.Fatal(err)
		}
		if len(hook.Entries) != 1 {
			t.Fatalf("%d lines", len(hook.Entries))
		}
		text, _ := hook.LastEntry().String()
		if strings.Contains(text, "secret") || !strings.Contains(text, "front_server") {
			t.Errorf("%q", text)
		}
	})
}
