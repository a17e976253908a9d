package smtp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"relais/internal/notify"
)

// What a peer may do instead of an answer.
const (
	hang = "hang" // never answer
	drop = "drop" // close the connection
	drip = "drip" // answer a byte at a time, very slowly
	deaf = "deaf" // not even read, for a long while
)

// peer is a server that follows a script, over a pipe: what it says to each verb,
// "" being the greeting and "." the end of a mail. A verb that is not there gets
// 250.
type peer struct {
	mu       sync.Mutex
	script   map[string]string
	dials    int
	mails    int
	commands []string
}

func (p *peer) follow(script map[string]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.script = script
}

func (p *peer) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.mu.Lock()
	p.dials++
	p.mu.Unlock()
	go p.serve(theirs)
	return ours, nil
}

func (p *peer) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	if !p.answer(conn, in, "", "220 ready") {
		return
	}
	for {
		text, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb := strings.ToUpper(strings.Fields(text + " x")[0])
		p.mu.Lock()
		p.commands = append(p.commands, verb)
		p.mu.Unlock()
		usual := "250 2.0.0 fine"
		if verb == "DATA" {
			usual = "354 go on"
		}
		if !p.answer(conn, in, verb, usual) || verb == "QUIT" {
			return
		}
		if verb == "DATA" && !p.answer(conn, in, "content", "") {
			return
		}
		if verb == "DATA" && p.content(in) && !p.answer(conn, in, ".", usual2) {
			return
		}
	}
}

const usual2 = "250 2.0.0 taken"

// content reads a mail, when DATA was answered with 354.
func (p *peer) content(in *bufio.Reader) bool {
	p.mu.Lock()
	said := p.script["DATA"]
	p.mu.Unlock()
	if said != "" {
		return false
	}
	for {
		text, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		if text == ".\r\n" {
			p.mu.Lock()
			p.mails++
			p.mu.Unlock()
			return true
		}
	}
}

func (p *peer) answer(conn net.Conn, in *bufio.Reader, verb, usual string) (goOn bool) {
	p.mu.Lock()
	said, ok := p.script[verb]
	p.mu.Unlock()
	if !ok {
		said = usual
	}
	switch said {
	case drop:
		return false
	case "":
		return true
	case deaf:
		time.Sleep(10 * time.Minute) // of the bubble
		return false
	case hang:
		_, _ = io.Copy(io.Discard, in) // until the other end gives up
		return false
	case drip:
		for range 1000 {
			if _, err := conn.Write([]byte("2")); err != nil {
				return false
			}
			time.Sleep(10 * time.Second) // of the bubble
		}
		return false
	}
	_, err := fmt.Fprintf(conn, "%s\r\n", said)
	return err == nil
}

// bubble runs a test on a clock of its own, with a sender before a scripted peer.
func bubble(t *testing.T, script map[string]string, test func(t *testing.T, p *peer, s *Sender)) {
	t.Helper()
	bubbleTo(t, "smtp://localhost?tls=none", script, test)
}

func bubbleTo(t *testing.T, url string, script map[string]string, test func(t *testing.T, p *peer, s *Sender)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &peer{script: script}
		c, err := Parse(url)
		if err != nil {
			t.Fatal(err)
		}
		s := New(c, Options{Dial: p.dial})
		test(t, p, s)
		_ = s.Close()
		time.Sleep(11 * time.Minute) // of the bubble: the peer notices that it is alone
	})
}

var verbs = []string{"", "EHLO", "MAIL", "RCPT", "DATA", "."}

func TestASlowPeerIsBounded(t *testing.T) {
	for _, how := range []string{hang, drip} {
		for _, verb := range verbs {
			t.Run(how+" at "+verb, func(t *testing.T) {
				bubble(t, map[string]string{verb: how}, func(t *testing.T, _ *peer, s *Sender) {
					start := time.Now()
					err := s.Send(t.Context(), message("m-1"))
					says := "in time"
					if how == drip {
						says = "cut short"
					}
					if err == nil || errors.Is(err, notify.ErrRefused) || !strings.Contains(err.Error(), says) {
						t.Errorf("got %v", err)
					}
					most := DefaultStep
					if verb == "." {
						most = 4 * DefaultStep
					}
					if took := time.Since(start); took > most+time.Second {
						t.Errorf("took %v, %v at most", took, most)
					}
				})
			})
		}
	}
}

func TestAPeerThatHangsBeforeTheEncryption(t *testing.T) {
	for _, url := range []string{"smtp://mail.example", "smtps://mail.example"} {
		for _, verb := range []string{"", "EHLO", "STARTTLS"} {
			if url == "smtps://mail.example" && verb != "" {
				continue
			}
			script := map[string]string{verb: hang, "EHLO": "250-mail.example\r\n250 STARTTLS"}
			if verb == "EHLO" {
				script["EHLO"] = hang
			}
			bubbleTo(t, url, script, func(t *testing.T, _ *peer, s *Sender) {
				start := time.Now()
				err := s.Send(t.Context(), message("m-1"))
				if err == nil || !strings.Contains(err.Error(), "in time") || time.Since(start) > DefaultStep+time.Second {
					t.Errorf("%s, %s: %v after %v", url, verb, err, time.Since(start))
				}
			})
		}
	}
}

func TestAPeerThatDoesNotReadTheMail(t *testing.T) {
	bubble(t, map[string]string{"content": deaf}, func(t *testing.T, _ *peer, s *Sender) {
		start := time.Now()
		m := message("m-1")
		m.Text = strings.Repeat("long ", 10000)
		err := s.Send(t.Context(), m)
		if err == nil || !strings.Contains(err.Error(), "in time") || time.Since(start) > 4*DefaultStep+time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// A server need not take a MAIL inside the transaction that it refused.
func TestARefusedMailIsTakenBack(t *testing.T) {
	bubble(t, map[string]string{"RCPT": "550 5.1.1 unknown"}, func(t *testing.T, p *peer, s *Sender) {
		if err := s.Send(t.Context(), message("m-1")); !errors.Is(err, notify.ErrRefused) {
			t.Fatalf("got %v", err)
		}
		p.follow(nil)
		if err := s.Send(t.Context(), message("m-2")); err != nil {
			t.Fatal(err)
		}
		said := strings.Join(p.commands, " ")
		if !strings.Contains(said, "RCPT RSET") || p.dials != 1 {
			t.Errorf("said %s over %d connections", said, p.dials)
		}
	})
}

func TestASlowPeerIsLeftWithTheContext(t *testing.T) {
	for _, how := range []string{hang, drip} {
		for _, verb := range verbs {
			t.Run(how+" at "+verb, func(t *testing.T) {
				bubble(t, map[string]string{verb: how}, func(t *testing.T, _ *peer, s *Sender) {
					start := time.Now()
					ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
					defer cancel()
					err := s.Send(ctx, message("m-1"))
					if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 7*time.Second {
						t.Errorf("%v after %v", err, time.Since(start))
					}
				})
			})
		}
	}
}

func TestAPeerThatDrops(t *testing.T) {
	for _, verb := range verbs {
		t.Run(verb, func(t *testing.T) {
			bubble(t, map[string]string{verb: drop}, func(t *testing.T, p *peer, s *Sender) {
				err := s.Send(t.Context(), message("m-1"))
				if err == nil || errors.Is(err, notify.ErrRefused) {
					t.Fatalf("got %v", err)
				}
				if unsure := strings.Contains(err.Error(), "may have taken"); unsure != (verb == ".") || unsure == errors.Is(err, notify.ErrNotTaken) {
					t.Errorf("unsure %v: %v", unsure, err)
				}
				p.follow(nil)
				if err := s.Send(t.Context(), message("m-1")); err != nil || p.dials != 2 {
					t.Errorf("afterwards: %v, %d connections", err, p.dials)
				}
			})
		})
	}
}

// A mail that the peer stopped reading has no end, so no server takes it. It goes
// out again at once when the connection was an earlier mail's.
func TestAPeerThatDropsBeforeTheEndOfTheMail(t *testing.T) {
	long := message("m-1")
	long.Text = strings.Repeat("long ", 10000)
	bubble(t, map[string]string{"content": drop}, func(t *testing.T, p *peer, s *Sender) {
		err := s.Send(t.Context(), long)
		if !errors.Is(err, notify.ErrNotTaken) || strings.Contains(err.Error(), "may have taken") || p.mails != 0 {
			t.Errorf("%v, %d mails", err, p.mails)
		}
		p.follow(nil)
		if err := s.Send(t.Context(), message("m-0")); err != nil {
			t.Fatal(err)
		}
		p.follow(map[string]string{"content": drop})
		dial := s.dial
		s.dial = func(ctx context.Context, n, a string) (net.Conn, error) {
			p.follow(nil)
			return dial(ctx, n, a)
		}
		if err := s.Send(t.Context(), long); err != nil || p.mails != 2 || p.dials != 3 {
			t.Errorf("%v, %d mails over %d connections", err, p.mails, p.dials)
		}
	})
}

func TestAGreetingThatSendsUsAway(t *testing.T) {
	for said, says := range map[string]string{
		"421 too many": "later", "554 5.7.1 not you": "554 5.7.1", "HTTP/1.1 400 Bad Request": "not one of SMTP",
	} {
		bubble(t, map[string]string{"": said}, func(t *testing.T, _ *peer, s *Sender) {
			err := s.Send(t.Context(), message("m-1"))
			if err == nil || errors.Is(err, notify.ErrRefused) || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v", said, err)
			}
		})
	}
}

func TestAServerWithoutEHLO(t *testing.T) {
	bubble(t, map[string]string{"EHLO": "502 what?"}, func(t *testing.T, p *peer, s *Sender) {
		if err := s.Send(t.Context(), message("m-1")); err != nil || p.mails != 1 {
			t.Errorf("%v, %d mails", err, p.mails)
		}
	})
}

// A connection that the server closed while it rested costs nothing: the mail
// goes out over another, once.
func TestAConnectionThatDiedInTheMeantime(t *testing.T) {
	for verb, said := range map[string]string{"NOOP": drop, "MAIL": drop, "RCPT": "421 4.3.2 closing", "DATA": drop} {
		t.Run(verb, func(t *testing.T) {
			bubble(t, nil, func(t *testing.T, p *peer, s *Sender) {
				if err := s.Send(t.Context(), message("m-1")); err != nil {
					t.Fatal(err)
				}
				// Only the connection at hand is bad.
				broken := map[string]string{verb: said}
				p.follow(broken)
				dial := s.dial
				s.dial = func(ctx context.Context, n, a string) (net.Conn, error) {
					p.follow(nil)
					return dial(ctx, n, a)
				}
				if err := s.Send(t.Context(), message("m-2")); err != nil || p.mails != 2 || p.dials != 2 {
					t.Errorf("%v, %d mails over %d connections", err, p.mails, p.dials)
				}
			})
		})
	}
}

func TestAMailWhoseAnswerWasLostIsNotRepeatedHere(t *testing.T) {
	bubble(t, nil, func(t *testing.T, p *peer, s *Sender) {
		if err := s.Send(t.Context(), message("m-1")); err != nil {
			t.Fatal(err)
		}
		p.follow(map[string]string{".": drop})
		if err := s.Send(t.Context(), message("m-2")); err == nil || p.mails != 2 || p.dials != 1 {
			t.Errorf("%v, %d mails over %d connections", err, p.mails, p.dials)
		}
	})
}

func TestAConnectionThatRestsIsClosed(t *testing.T) {
	bubble(t, nil, func(t *testing.T, p *peer, s *Sender) {
		for n := range 3 {
			if err := s.Send(t.Context(), message(fmt.Sprintf("m-%d", n))); err != nil {
				t.Fatal(err)
			}
			time.Sleep(DefaultIdle - time.Second)
		}
		if p.dials != 1 {
			t.Errorf("%d connections", p.dials)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if last := p.commands[len(p.commands)-1]; last != "QUIT" {
			t.Errorf("the last word was %s", last)
		}
		if err := s.Send(t.Context(), message("m-3")); err != nil || p.dials != 2 {
			t.Errorf("%v, %d connections", err, p.dials)
		}
	})
}

func TestCloseDoesNotWaitForAPeerThatHangs(t *testing.T) {
	bubble(t, map[string]string{"QUIT": hang}, func(t *testing.T, _ *peer, s *Sender) {
		if err := s.Send(t.Context(), message("m-1")); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_ = s.Close()
		if took := time.Since(start); took > leave+time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestWhoWaitsForTheirTurnMayLeave(t *testing.T) {
	bubble(t, map[string]string{"MAIL": hang}, func(t *testing.T, _ *peer, s *Sender) {
		var all sync.WaitGroup
		all.Go(func() { _ = s.Send(t.Context(), message("m-1")) })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Send(ctx, message("m-2")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		all.Wait()
	})
}
