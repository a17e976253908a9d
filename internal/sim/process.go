package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/deadline"
	"relais/internal/ingest"
	"relais/internal/notify"
	"relais/internal/sandbox"
)

// plan is a process and what it does.
type plan struct {
	*process
	work func(ctx context.Context, p *process) error
}

type kind struct {
	weight int
	name   string
	work   func(ctx context.Context, p *process) error
}

// kinds are the functions of Relais, with how often they run.
func kinds() []kind {
	return []kind{
		{12, "poll", poll},
		{6, "ingest", follow},
		{2, "sweep", sweep},
		{3, "remind", remind},
		{4, "deliver", deliver},
		{5, "retry", retry},
	}
}

// drawProcesses draws one process, or several at once.
func (s *Storm) drawProcesses() []*plan {
	n := 1
	for n < 4 && s.chance(0.4) {
		n++
	}
	var list []*plan
	for range n {
		list = append(list, s.drawProcess())
	}
	return list
}

func (s *Storm) drawProcess() *plan {
	all, total := kinds(), 0
	for _, k := range all {
		total += k.weight
	}
	draw := s.dice.IntN(total)
	for _, k := range all {
		if draw -= k.weight; draw < 0 {
			return s.condemned(k.name)
		}
	}
	return nil // not reached: the weights are exhausted above
}

// condemned is a process of a kind, with what may befall it.
func (s *Storm) condemned(name string) *plan {
	all := kinds()
	p := s.spawn(name, all[slices.IndexFunc(all, func(k kind) bool { return k.name == name })].work)
	s.condemn(p.process)
	return p
}

func (s *Storm) spawn(name string, work func(context.Context, *process) error) *plan {
	s.procs++
	name = fmt.Sprintf("%s %d", name, s.procs)
	return &plan{&process{
		Storm: s, name: name, holder: fmt.Sprintf("%03d", s.procs), started: s.clock.platform(), done: make(chan struct{}),
	}, work}
}

// condemn decides whether and when a process dies, or how little time it has.
func (s *Storm) condemn(p *process) {
	if s.chance(s.temper.crashes) {
		s.Crashes++
		p.dies, p.late = 1+s.dice.IntN([]int{8, 20, 60}[s.dice.IntN(3)]), s.chance(0.5)
		if s.fragile != nil {
			p.within = s.dice.IntN(9)
		}
	}
	for range 1 + s.dice.IntN(3) {
		d, _ := s.pick(func(d sandbox.TruthDossier) bool { return d.Listed })
		p.numbers = append(p.numbers, d.Number)
	}
	if s.chance(0.2) {
		p.limit = s.upTo(40 * time.Second)
	}
}

// hurried gives a process its time limit, on its own clock. The true clock of the
// machine is far behind, so the context never ends by itself.
func (p *process) hurried(ctx context.Context) (context.Context, context.CancelFunc) {
	if p.limit == 0 {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, p.clock.ours().Add(p.limit))
}

func (p *process) pass() *ingest.Pass {
	pass := &ingest.Pass{
		Source: source{p}, Copy: store{p}, Positions: store{p}, Quarantine: store{p}, Forms: source{p}, Inventory: store{p},
		Calls: p.calls, Calendar: deadline.Calendar{}, Regions: p.temper.regions,
		Holder: p.holder, Now: p.clock.ours, Log: silent(), Bugs: p.o.Bugs,
	}
	if p.limit > 0 {
		pass.Margin = time.Second
	}
	if p.temper.knowsDead {
		pass.Dead = func(holder string) bool { return p.morgue[holder] }
	}
	return pass
}

func poll(ctx context.Context, p *process) error {
	ctx, cancel := p.hurried(ctx)
	defer cancel()
	report, err := p.pass().Run(ctx, p.demarche.Number)
	if err == nil && !report.Complete && p.limit == 0 {
		err = errors.New("the pass is not complete and does not say why")
	}
	return err
}

func sweep(ctx context.Context, p *process) error {
	report, err := p.pass().Sweep(ctx, p.demarche.Number)
	if err == nil && !report.Complete {
		err = errors.New("the sweep is not complete and does not say why")
	}
	return err
}

func follow(ctx context.Context, p *process) error {
	ctx, cancel := p.hurried(ctx)
	defer cancel()
	_, err := ingest.Hinted{Pass: p.pass(), Hints: store{p}}.Consume(ctx)
	return err
}

func retry(ctx context.Context, p *process) error {
	_, err := p.pass().Retry(ctx, p.demarche.Number, p.numbers...)
	return err
}

func remind(ctx context.Context, p *process) error {
	r := notify.Reminders{Schedule: store{p}, Truth: store{p}, Calls: p.calls, Log: silent()}
	_, err := r.Run(ctx, p.clock.ours())
	return err
}

func deliver(ctx context.Context, p *process) error {
	d := notify.Delivery{
		Outbox: store{p}, Claims: store{p}, Mails: store{p}, Truth: store{p}, Plans: store{p}, Census: store{p},
		Notes: store{p}, Sender: sender{p}, Calls: p.calls,
		Mode: notify.Mode{Name: notify.ModeSend}, From: "relais@o2r.example", Clock: p.clock.ours, Log: silent(),
	}
	_, err := d.Run(ctx, p.clock.ours())
	return err
}

func silent() logrus.FieldLogger {
	l := logrus.New()
	l.SetOutput(io.Discard)
	return l
}
