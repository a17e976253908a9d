package ssm

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

const (
	// DefaultTTL is how long a value is used without asking again.
	DefaultTTL = 5 * time.Minute
	// spacing is the least time between two requests for one name whose value is
	// known: a wrong token must not become a storm of requests.
	spacing = 30 * time.Second
)

// Options of Parameters; the zero value will do.
type Options struct {
	Now func() time.Time // nil means time.Now
	TTL time.Duration    // 0 means DefaultTTL
}

// client is what is used of the SDK's.
type client interface {
	GetParameter(context.Context, *ssm.GetParameterInput, ...func(*ssm.Options)) (*ssm.GetParameterOutput, error)
}

// Parameters gives secrets by name. It is safe for concurrent use.
type Parameters struct {
	client client
	now    func() time.Time
	ttl    time.Duration

	mu    sync.Mutex
	known map[string]*parameter
}

// parameter is what is known of one name. asked is when a request last ended,
// whatever came of it.
type parameter struct {
	value     string
	has       bool
	asked     time.Time
	readAt    time.Time
	forgotten bool
	flight    *flight // the request under way, if any
}

// flight is one request that several callers wait for; value and err are set
// before landed is closed.
type flight struct {
	landed chan struct{}
	value  string
	err    error
}

// New reads nothing yet.
func New(cfg aws.Config, o Options) *Parameters {
	return build(ssm.NewFromConfig(cfg), o)
}

func build(c client, o Options) *Parameters {
	p := &Parameters{client: c, now: o.Now, ttl: o.TTL, known: map[string]*parameter{}}
	if p.now == nil {
		p.now = time.Now
	}
	if p.ttl <= 0 {
		p.ttl = DefaultTTL
	}
	return p
}

// Get returns the decrypted value of a parameter, without the line break that
// often ends one put from a file. Callers at the same time share one request.
func (p *Parameters) Get(ctx context.Context, name string) (string, error) {
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		value, f, mine := p.look(name)
		if f == nil {
			return value, nil
		}
		if mine {
			return p.ask(ctx, name, f)
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-f.landed:
		}
		if _, cut := f.err.(cutShort); !cut {
			return f.value, f.err
		}
	}
}

// Forget makes the next Get read the parameter again, as when the platform
// refuses the token. It does so at most once every 30 seconds a name; until
// then Get still gives the known value.
func (p *Parameters) Forget(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one := p.known[name]; one != nil {
		one.forgotten = true
	}
}

// look returns the known value, or the request to wait for; mine tells that the
// caller is to make it.
func (p *Parameters) look(name string) (value string, f *flight, mine bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.known[name]
	if one == nil {
		one = &parameter{}
		p.known[name] = one
	}
	switch {
	case p.fresh(one):
		return one.value, nil, false
	case one.flight != nil:
		return "", one.flight, false
	}
	one.flight = &flight{landed: make(chan struct{})}
	return "", one.flight, true
}

func (p *Parameters) fresh(one *parameter) bool {
	now := p.now()
	if !one.has {
		return false
	}
	if since := now.Sub(one.asked); since >= 0 && since < spacing {
		return true
	}
	age := now.Sub(one.readAt)
	return !one.forgotten && age >= 0 && age < p.ttl
}

// ask makes the request of a flight and tells everybody who waits. A caller that
// ran out of time says nothing of the parameter: the others ask again.
func (p *Parameters) ask(ctx context.Context, name string, f *flight) (string, error) {
	f.err = cutShort{context.Canceled} // should the client panic, the others ask again
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.known[name].flight = nil
		close(f.landed)
	}()
	value, err := p.read(ctx, name)
	if dead := ctx.Err(); err != nil && dead != nil {
		f.err = cutShort{dead}
		return "", dead
	}
	f.value, f.err = p.keep(name, value, err)
	return f.value, f.err
}

// keep notes what came of a request and says what to answer.
func (p *Parameters) keep(name, value string, err error) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.known[name]
	one.asked = p.now()
	switch {
	case err == nil:
		one.value, one.has, one.readAt, one.forgotten = value, true, one.asked, false
		return value, nil
	case final(err):
		one.value, one.has = "", false
		return "", err
	case one.has:
		return one.value, nil
	}
	return "", err
}

// cutShort is the end of a flight whose caller's context died.
type cutShort struct{ error }
