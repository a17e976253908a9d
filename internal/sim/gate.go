package sim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// errDied is what a dead process gets from everything it tries.
var errDied = errors.New("the process died")

// process is one run of one function of Relais.
type process struct {
	*Storm
	name   string
	holder string
	// dies is the rank of the effect that the process does not survive, 0 for
	// none; late tells that the effect still happens.
	dies int
	late bool
	// within is how many requests of that effect still happen, in a fragile store.
	within int
	// limit is the time it has, 0 for as long as it takes.
	limit   time.Duration
	started time.Time // on the true clock
	numbers []int     // of the dossiers that a retry names

	effects int
	dead    bool
	done    chan struct{}
	err     error
}

// turn is a process waiting for its next effect.
type turn struct {
	*process
	what string
	open chan bool // false: it died before
}

// effect waits for its turn, then does something outside the process.
func effect[T any](p *process, what string, do func() (T, error)) (T, error) {
	var none T
	t := turn{p, what, make(chan bool)}
	p.asks <- t
	if !<-t.open {
		return none, errDied
	}
	if p.dies == 0 || p.effects < p.dies {
		return do()
	}
	p.shatter(func() { _, _ = do() })
	p.die()
	return none, errDied
}

// shatter does the last thing of a process; in a fragile store, perhaps not all of
// it.
func (p *process) shatter(do func()) {
	if p.fragile != nil {
		p.fragile.Break(p.within)
		defer p.fragile.Mend()
	}
	do()
}

func (p *process) die() {
	p.dead = true
	p.morgue[p.holder] = true
}

// run plays processes to their end, one effect at a time.
func (s *Storm) run(ctx context.Context, list ...*plan) error {
	var waiting []turn
	var procs []*process
	for _, l := range list {
		procs = append(procs, l.process)
		go func() {
			defer close(l.done)
			l.err = l.work(ctx, l.process)
		}()
	}
	for {
		s.quiet()
		waiting = s.arrivals(waiting)
		if len(waiting) == 0 {
			break
		}
		if s.steps++; s.steps > maxSteps {
			s.fail("the storm does not end: %s still wants %s", waiting[0].name, waiting[0].what)
		}
		i := s.dice.IntN(len(waiting))
		t := waiting[i]
		waiting = slices.Delete(waiting, i, i+1)
		s.between()
		t.open <- s.admits(t)
	}
	for _, p := range procs {
		select {
		case <-p.done:
		default:
			return fmt.Errorf("%s waits for nothing the simulation knows", p.name)
		}
	}
	return s.failed
}

// maxSteps is far above what a storm needs.
const maxSteps = 20_000

// arrivals adds those who came to the gate, in an order that does not depend on
// the scheduler.
func (s *Storm) arrivals(waiting []turn) []turn {
	for {
		select {
		case t := <-s.asks:
			waiting = append(waiting, t)
			continue
		default:
		}
		break
	}
	slices.SortStableFunc(waiting, func(a, b turn) int {
		return cmp.Or(cmp.Compare(a.holder, b.holder), cmp.Compare(a.what, b.what))
	})
	return waiting
}

// admits lets a process have its effect, unless it dies first or the storm is
// over.
func (s *Storm) admits(t turn) bool {
	t.effects++
	s.note(t.name, t.what)
	switch {
	case t.dead || s.failed != nil:
		return false
	case t.dies > 0 && t.effects >= t.dies && !t.late:
		s.note(t.name, "dies before")
		t.die()
		return false
	}
	s.clock.drift(s.upTo(20 * time.Millisecond))
	return true
}
