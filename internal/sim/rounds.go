package sim

import (
	"context"
	"time"

	"relais/internal/sandbox"
)

// rage is the storm: rounds of processes, with life in between.
func (s *Storm) rage(ctx context.Context) error {
	s.platform.Inject(s.fault)
	rounds := 6 + s.dice.IntN(10)
	for range rounds {
		s.elapse()
		for range s.dice.IntN(5) {
			s.live()
		}
		s.maintain()
		if err := s.round(ctx); err != nil {
			return err
		}
	}
	return nil
}

// round runs some processes at once, or a tick of the schedule: one after the
// other, and sometimes two deliveries at once.
func (s *Storm) round(ctx context.Context) error {
	switch draw := s.dice.IntN(10); {
	case draw < 6:
		return s.run(ctx, s.drawProcesses()...)
	case draw < 7:
		return s.interrupted(ctx)
	}
	for _, tick := range [][]string{{"poll"}, {"remind"}, {"deliver", "deliver"}} {
		var list []*plan
		for i, name := range tick {
			if i == 0 || s.chance(0.4) {
				list = append(list, s.condemned(name))
			}
		}
		if err := s.run(ctx, list...); err != nil {
			return err
		}
	}
	return nil
}

// interrupted is a pass cut short among dossiers that have just changed, and
// resumed when others have.
func (s *Storm) interrupted(ctx context.Context) error {
	if err := s.burst(); err != nil {
		return err
	}
	p := s.spawn("poll", poll)
	p.limit = 2*time.Second + s.upTo(15*time.Second)
	if err := s.run(ctx, p); err != nil {
		return err
	}
	s.wait(s.upTo(30 * time.Minute))
	s.live()
	if err := s.run(ctx, s.condemned("poll")); err != nil {
		return err
	}
	s.wait(s.upTo(10 * time.Minute))
	return s.run(ctx, s.drawProcesses()...)
}

// elapse lets time pass between two rounds: seconds, minutes, hours, days.
func (s *Storm) elapse() {
	most := []time.Duration{time.Minute, 12 * time.Minute, 12 * time.Minute, 4 * time.Hour, 9 * 24 * time.Hour}
	s.wait(s.upTo(most[s.dice.IntN(len(most))]))
	if s.temper.jumps && s.chance(0.3) {
		s.Jumps++
		s.clock.mend()
		if s.chance(0.7) {
			s.clock.jump(s.upTo(3*time.Hour) - 90*time.Minute)
		}
	}
}

// between is what may happen between two effects.
func (s *Storm) between() {
	s.Effects++
	if s.calm {
		return
	}
	switch draw := s.dice.IntN(100); {
	case draw < 7:
		s.live()
	case draw < 9:
		s.clock.pass(s.upTo(8 * time.Minute)) // a machine that stalls
	case draw < 10 && s.temper.jumps:
		s.Jumps++
		s.clock.jump(s.upTo(20*time.Minute) - 10*time.Minute)
	}
}

// maintain switches the platform's maintenance on for a round.
func (s *Storm) maintain() {
	message := ""
	if s.temper.faults > 0 && s.chance(0.04) {
		message = "maintenance"
	}
	s.platform.Maintain(message)
}

// fault decides how a request fails.
func (s *Storm) fault(c sandbox.Call) sandbox.Hit {
	if s.calm || !s.chance(s.temper.faults) {
		return sandbox.Hit{}
	}
	s.Faults++
	all := sandbox.Faults()
	h := sandbox.Hit{Fault: all[s.dice.IntN(len(all))]}
	switch h.Fault {
	case sandbox.HugeBody:
		h.At = 1 << 16
	case sandbox.TimeoutPartial, sandbox.NullNode:
		h.At = s.dice.IntN(10)
	case sandbox.Hang, sandbox.SlowBody:
		h.For = s.upTo(80 * time.Second)
	}
	s.note("platform", string(h.Fault)+" on "+c.Operation)
	return h
}
