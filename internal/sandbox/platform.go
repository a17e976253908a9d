package sandbox

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the world has regions overseas, whatever the machine

	"relais/internal/sandbox/graphql"
)

// DefaultToken opens a stand-in made without Options.Token.
const DefaultToken = "YmFjLWEtc2FibGU6ZG9ubmVlcy1maWN0aXZlcw=="

// Options of a stand-in. The zero value is a usable world of 60 dossiers.
type Options struct {
	Seed uint64
	// Dossiers is how many are listed at the start, over the démarches of the
	// token; drafts, hidden and purged ones come in addition. Default 60.
	// Negative is none.
	Dossiers int
	// Solo puts all of them on the O2R démarche.
	Solo bool
	// Token is the one accepted; default DefaultToken.
	Token string
	// ReadOnly makes it a token without writing rights.
	ReadOnly bool
	// TokenExpires is a day: the token works until its end in Paris. Zero is
	// never.
	TokenExpires time.Time
	// Networks allowed by the token; none means any.
	Networks []netip.Prefix
	// Now is the platform's clock; default time.Now. Where life was advanced
	// further than it, the platform's time is that of its life.
	Now func() time.Time
	// Live makes each request advance life to Now first.
	Live bool
	// Latency is added to each GraphQL answer, for benches.
	Latency time.Duration
	// RatePerMinute is the number of POST accepted per minute and Authorization
	// value; default 400, negative is no limit.
	RatePerMinute int
	// MaxComplexity of a document; default that of the platform, negative is no
	// limit.
	MaxComplexity int
	// Sleep makes pauses: latency, slow and silent answers. Default a timer; a
	// simulation gives its own, which moves its clock.
	Sleep func(ctx context.Context, d time.Duration) error
	// Bare leaves out the scripted cases, and asks a dozen champs only: a world
	// for a simulation, made in less than a millisecond. It implies Solo.
	Bare bool
}

// Platform is the stand-in. It is safe for concurrent use.
type Platform struct {
	options Options
	engine  *graphql.Engine
	fault   error // of the schema; answered as HTTP 500
	links   signer
	rate    *rateLimiter

	maintenance atomic.Pointer[string]

	planMu sync.Mutex
	plan   Plan
	calls  int

	mu    sync.RWMutex
	world *world
	last  time.Time // of the last stamp given by hand
	begun time.Time // of the transaction that commits late, see CommitLate

	hooks webhooks
}

// New builds the seeded world, with its life up to Now.
func New(o Options) *Platform {
	if o.Dossiers == 0 {
		o.Dossiers = 60
	}
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.RatePerMinute == 0 {
		o.RatePerMinute = 400
	}
	if o.Sleep == nil {
		o.Sleep = sleepOnTimer
	}
	p := &Platform{options: o, links: newSigner(o.Seed), rate: newRateLimiter(o.RatePerMinute)}
	p.engine, p.fault = engineFor(o.MaxComplexity)
	p.world = newWorld(o, o.Now().UTC())
	p.world.announce = p.announce
	return p
}

// loaded reads the schema once for all stand-ins of a process.
var loaded = sync.OnceValues(func() (*graphql.Engine, error) { return graphql.New("platform", graphql.SDL) })

// engineFor is the shared engine, with another limit if wanted.
func engineFor(complexity int) (*graphql.Engine, error) {
	shared, err := loaded()
	if err != nil || complexity == 0 {
		return shared, err
	}
	own := *shared
	own.MaxComplexity = max(0, complexity)
	return &own, nil
}

// Advance tells life up to an instant: deposits, decisions, corrections,
// deletions, the nightly purge. It depends on the seed only, whatever the
// steps; an earlier instant does nothing.
func (p *Platform) Advance(to time.Time) {
	_ = p.act(func(w *world) error { w.advance(to.UTC()); return nil })
}

// act changes the world, then lets the webhooks that are due leave.
func (p *Platform) act(change func(w *world) error) error {
	err := p.changeWorld(change)
	p.sendDue()
	return err
}

func (p *Platform) changeWorld(change func(w *world) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return change(p.world)
}

// Now is the platform's time: its clock, or its life when that is ahead.
func (p *Platform) Now() time.Time {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.now()
}

func (p *Platform) now() time.Time {
	t := p.options.Now().UTC().Truncate(time.Microsecond)
	if t.Before(p.world.at) {
		return p.world.at
	}
	return t
}

// stampNow is an instant for an action by hand: strictly after the previous
// one, so that a stopped clock still shows changes.
func (p *Platform) stampNow() time.Time {
	if !p.begun.IsZero() {
		return p.begun
	}
	t := p.now()
	if !t.After(p.last) {
		t = p.last.Add(time.Microsecond)
	}
	p.last = t
	return t
}

// Token is the token accepted, and the one to give to a client.
func (p *Platform) Token() string { return p.options.Token }

// Maintain switches the maintenance mode on with a message, or off with "".
func (p *Platform) Maintain(message string) {
	if message == "" {
		p.maintenance.Store(nil)
		return
	}
	p.maintenance.Store(&message)
}

// DemarcheInfo says what one needs to write a call file for a démarche.
type DemarcheInfo struct {
	Number int
	Title  string
	Family string // o2r, spie or pic
	State  string // publiee or close
	// Fields gives the descriptor id of each field that a call binds, by the
	// names of package call. "siret" is the word "demandeur" where no champ
	// holds it.
	Fields map[string]string
	// Annotations gives the descriptor id of each annotation by its key here.
	Annotations map[string]string
	Calendars   []RegionCalendar
	Groupes     []GroupeInfo
}

// GroupeInfo is a groupe instructeur.
type GroupeInfo struct {
	Number       int
	ID           string
	Label        string
	Region       string // INSEE code; "" for the default one
	Closed       bool
	Instructeurs []string // addresses
}

// bound are the names of package call (call.Field…), written again here since
// an adapter imports the vocabulary only; a test compares them.
var bound = []string{
	"siret", "rna", "statut", "region", "intitule", "activites", "groupement",
	"partenaires", "partenaire_siret", "partenaire_role", "partenaire_chef_de_file", "partenaire_montant",
	"nb_reperees", "nb_accompagnees", "cout_total", "montant_demande", "cout_an1", "cout_an2", "cout_an3", "formation", "formation_montant",
	"objet", "experience", "ancrage", "pj_comptes", "pj_rib", "pj_budget", "cer",
}

// Demarches lists the démarches of the token.
func (p *Platform) Demarches() []DemarcheInfo {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var out []DemarcheInfo
	for _, m := range p.world.demarches {
		if !m.foreign && m.state != supprimee {
			out = append(out, m.info())
		}
	}
	return out
}

func (m *demarche) info() DemarcheInfo {
	i := DemarcheInfo{
		Number: m.number, Title: m.title, Family: m.family, State: m.state,
		Fields: map[string]string{}, Annotations: map[string]string{}, Calendars: slices.Clone(m.calendars),
	}
	for _, name := range bound {
		if f, ok := findField(m.form.champs, name); ok {
			i.Fields[name] = f.descriptorID()
		}
	}
	if _, ok := i.Fields["siret"]; !ok {
		i.Fields["siret"] = "demandeur"
	}
	for _, f := range m.form.annotations {
		i.Annotations[f.key] = f.descriptorID()
	}
	for _, g := range m.groups {
		info := GroupeInfo{Number: g.number, ID: globalID("GroupeInstructeur", g.number), Label: g.label, Region: g.region, Closed: g.closed}
		for _, who := range g.members {
			info.Instructeurs = append(info.Instructeurs, who.email)
		}
		i.Groupes = append(i.Groupes, info)
	}
	return i
}

// Descriptor is the descriptor id of any champ or annotation, by its key here.
func (p *Platform) Descriptor(demarche int, key string) (string, error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	m := p.world.demarche(demarche)
	if m == nil {
		return "", fmt.Errorf("no démarche %d", demarche)
	}
	f, ok := findField(slices.Concat(m.form.champs, m.form.annotations), key)
	if !ok {
		return "", fmt.Errorf("démarche %d has no field %q", demarche, key)
	}
	return f.descriptorID(), nil
}

// Foreign is a démarche outside the token and a dossier of it, 0 when it was
// purged.
func (p *Platform) Foreign() (demarche, dossier int) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	m := p.world.byFamily("")
	if len(m.dossiers) > 0 {
		dossier = m.dossiers[0].number
	}
	return m.number, dossier
}
