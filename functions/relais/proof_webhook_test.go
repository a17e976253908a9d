package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"relais/internal/sandbox"
)

// webhookSecret is the last segment of the URL given to the platform.
const webhookSecret = "k3pt-secret-of-the-webhook-0123456789"

// TestWebhookIsFollowedAtOnce: a true webhook is answered 204, and the dossier it
// names is read again at once, long before the next poll; what is not ours or not
// a webhook is refused; and serve ends well when it is told to.
func TestWebhookIsFollowedAtOnce(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there is no SIGTERM")
	}
	p := prove(t, 120)
	address := freeAddress(t)
	d := p.with("RELAIS_WEBHOOK_SECRET="+webhookSecret, "RELAIS_LISTEN="+address)
	s := d.serve()
	s.until("poll: ", 20*time.Second)
	hooks := make(chan sandbox.WebhookCall, 1)
	p.platform.Webhooks(func(c sandbox.WebhookCall) { hooks <- c })
	number := p.inConstruction(t)
	if err := p.platform.Decide(number, "en_instruction"); err != nil {
		t.Fatal(err)
	}
	hook := <-hooks
	p.forget()

	url := "http://" + address + "/webhook/"
	if got := post(t, url+"another-secret-0123456789abcdefghij", hook.Body); got != http.StatusNotFound {
		t.Errorf("wrong secret: %d, want 404", got)
	}
	if got := post(t, url+webhookSecret, "procedure_id=x&dossier_id=1"); got != http.StatusBadRequest {
		t.Errorf("not a webhook: %d, want 400", got)
	}
	sent := time.Now()
	for _, body := range []string{hook.Body, hook.Body, "procedure_id=999999&dossier_id=1&state=accepte&updated_at=2026-01-02+03%3A04%3A05+%2B0100"} {
		if got := post(t, url+webhookSecret, body); got != http.StatusNoContent {
			t.Errorf("a webhook, its copy or that of a cloned démarche: %d, want 204", got)
		}
	}
	answered := time.Since(sent)
	eventually(t, 10*time.Second, "the dossier is read again", func() bool { return p.asked("dossier") > 0 })
	read := time.Since(sent)
	eventually(t, 5*time.Second, "the copy tells", func() bool {
		l := d.exported()[number]
		return l.State != nil && *l.State == "en_instruction"
	})
	// The copy may come after the first was followed: then it is worth a reading.
	if p.asked("dossier") > 2 || p.asked("") != p.asked("dossier") {
		t.Errorf("three webhooks cost %d requests, %d of them for a dossier, want 1 or 2", p.asked(""), p.asked("dossier"))
	}
	if code := s.stop(); code != 0 {
		t.Errorf("stopped: exit %d, want 0", code)
	}
	t.Logf("answered in %s, read again %s after it was sent, %d request(s)", (answered / 3).Round(time.Microsecond), read.Round(time.Millisecond), p.asked(""))
}

// inConstruction is a dossier that can pass en instruction.
func (p *proven) inConstruction(t *testing.T) int {
	t.Helper()
	for _, one := range p.platform.Truth(p.demarche) {
		if one.Listed && one.State == "en_construction" {
			return one.Number
		}
	}
	t.Fatal("no dossier is en construction")
	return 0
}

// served is relais serve in a process of its own.
type served struct {
	*desktop
	cmd   *exec.Cmd
	lines chan string
	mu    sync.Mutex
	said  bytes.Buffer
}

func (d *desktop) serve() *served {
	d.Helper()
	s := &served{desktop: d, cmd: exec.Command(binary, "serve"), lines: make(chan string, 100)}
	s.cmd.Dir = d.dir
	s.cmd.Env = []string{"HOME=" + d.dir, "PATH=" + os.Getenv("PATH")}
	for name, value := range d.env {
		s.cmd.Env = append(s.cmd.Env, name+"="+value)
	}
	s.cmd.Stderr = s
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			_ = s.cmd.Process.Kill()
			s.drain(20 * time.Second)
			_ = s.cmd.Wait()
		}
	})
	go func() {
		defer close(s.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			s.lines <- lines.Text()
		}
	}()
	return s
}

// Write keeps what is said on standard error.
func (s *served) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(b)
}

// until waits for a line with some words.
func (s *served) until(words string, limit time.Duration) { s.Helper(); s.where(words, limit) }

// where waits for a line with some words, and is what follows them.
func (s *served) where(words string, limit time.Duration) string {
	s.Helper()
	end := time.After(limit)
	for {
		select {
		case line, open := <-s.lines:
			if _, rest, said := strings.Cut(line, words); said {
				return rest
			}
			if !open {
				s.Fatalf("serve ended:\n%s", s.errors())
			}
		case <-end:
			s.Fatalf("serve does not say %q:\n%s", words, s.errors())
		}
	}
}

func (s *served) errors() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

// stop asks serve to end, and wants it to have said neither errors nor secrets.
func (s *served) stop() int {
	s.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.Fatal(err)
	}
	rest := s.drain(20 * time.Second)
	_ = s.cmd.Wait() // once all that it said was read
	if told := s.errors(); told != "" || strings.Contains(rest, webhookSecret) {
		s.Errorf("serve said:\n%s%s", told, rest)
	}
	return s.cmd.ProcessState.ExitCode()
}

// drain reads to the end of what serve says.
func (s *served) drain(limit time.Duration) string {
	s.Helper()
	var rest strings.Builder
	for end := time.After(limit); ; {
		select {
		case line, open := <-s.lines:
			if !open {
				return rest.String()
			}
			rest.WriteString(line)
		case <-end:
			s.Fatal("serve does not end")
		}
	}
}

func post(t *testing.T, url, body string) int {
	t.Helper()
	resp, err := http.Post(url, sandbox.WebhookType, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// eventually waits for something to become true, for a while at most.
func eventually(t *testing.T, limit time.Duration, what string, isTrue func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !isTrue(); {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %s", what, limit)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}
