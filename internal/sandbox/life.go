package sandbox

import (
	"math/rand/v2"
	"slices"
	"time"
)

// happening is one event of life: what and when were drawn for its hour; whom
// it touches is drawn when it happens, by its own dice.
type happening struct {
	at time.Time
	do func(w *world, t time.Time)
}

// advance tells life up to an instant. Only instants matter, not the steps.
func (w *world) advance(to time.Time) {
	to = to.Truncate(time.Microsecond)
	for h := w.at.Truncate(time.Hour); !h.After(to); h = h.Add(time.Hour) {
		for _, e := range w.hour(h) {
			if e.at.After(w.at) && !e.at.After(to) {
				e.do(w, e.at)
			}
		}
	}
	if to.After(w.at) {
		w.at = to
	}
}

// hour lists what happens in an hour of UTC, in order.
func (w *world) hour(h time.Time) []happening {
	r := dice(w.seed, "hour", h.Unix())
	local := h.In(paris).Hour()
	n := r.IntN(2)
	if local >= 8 && local < 20 {
		n = 1 + r.IntN(4)
	}
	var out []happening
	for i := range n {
		own := dice(w.seed, "event", h.Unix(), int64(i))
		what := drawHappening(own)
		out = append(out, happening{h.Add(between(own, 0, time.Hour-1)), func(w *world, t time.Time) { what(w, own, t) }})
	}
	if local == 2 {
		out = append(out, happening{h, (*world).night})
	}
	out = append(out, w.closings(h)...)
	slices.SortStableFunc(out, func(a, b happening) int { return a.at.Compare(b.at) })
	return out
}

// what is a kind of event of life.
type what func(w *world, r *rand.Rand, t time.Time)

var life = []struct {
	weight int
	do     what
}{
	{9, lifeDeposit},
	{8, on(func(d *dossier) bool { return d.state == enConstruction && d.pendingSince.IsZero() }, func(r *rand.Rand) op { return passes(r.IntN(4)) })},
	{6, on(inState(enInstruction), func(r *rand.Rand) op { return decides(pick(r, []string{accepte, accepte, refuse, sansSuite})) })},
	{8, on(open, func(r *rand.Rand) op {
		return asks(pick(r, []string{"incomplete", "incomplete", "incorrect", "outdated"}))
	})},
	{9, on(func(d *dossier) bool { return !d.pendingSince.IsZero() }, lifeSubmit)},
	{9, on(open, func(r *rand.Rand) op { return follows(r.IntN(4)) })},
	{2, on(followed, func(r *rand.Rand) op { return leaves })},
	{9, on(open, func(r *rand.Rand) op { return writes("Bonjour, où en est mon dossier ?") })},
	{6, on(open, lifeLabel)},
	{5, on(open, lifeAnnotate)},
	{3, on(inState(enConstruction), func(*rand.Rand) op { return hides(ByUsager) })},
	{1, on(decided, func(*rand.Rand) op { return hides(ByUsager) })},
	{2, on(decided, func(*rand.Rand) op { return hides(ByAdministration) })},
	{2, lifeRestore},
	{3, on(open, func(*rand.Rand) op { return askedAvis })},
	{3, on(open, func(*rand.Rand) op { return answeredAvis })},
	{1, on(decided, func(*rand.Rand) op { return reopens })},
	{2, on(func(d *dossier) bool { return d.degraded }, func(*rand.Rand) op { return completes })},
	{1, on(open, lifeMove)},
	{1, on(open, func(*rand.Rand) op { return leavesPlatform })},
}

func drawHappening(r *rand.Rand) what {
	total := 0
	for _, l := range life {
		total += l.weight
	}
	draw := r.IntN(total)
	for _, l := range life {
		if draw -= l.weight; draw < 0 {
			return l.do
		}
	}
	return lifeDeposit // not reached: the weights are exhausted above
}

// on picks a listed dossier that fits and does the op; nothing when none fits.
func on(fits func(*dossier) bool, do func(*rand.Rand) op) what {
	return func(w *world, r *rand.Rand, t time.Time) {
		m := w.liveDemarche(r)
		then := do(r)
		if d := choose(r, m, func(d *dossier) bool { return d.listed() && fits(d) }); d != nil {
			then(w, d, t)
		}
	}
}

// liveDemarche is O2R nearly always.
func (w *world) liveDemarche(r *rand.Rand) *demarche {
	family := "o2r"
	if draw := r.IntN(100); draw >= 97 {
		family = "pic"
	} else if draw >= 94 {
		family = "spie"
	}
	return w.byFamily(family)
}

// choose scans from a random place, so that any dossier that fits may come.
func choose(r *rand.Rand, m *demarche, fits func(*dossier) bool) *dossier {
	if len(m.dossiers) == 0 {
		return nil
	}
	from := r.IntN(len(m.dossiers))
	for i := range m.dossiers {
		if d := m.dossiers[(from+i)%len(m.dossiers)]; fits(d) {
			return d
		}
	}
	return nil
}

func inState(state string) func(*dossier) bool {
	return func(d *dossier) bool { return d.state == state }
}

func open(d *dossier) bool     { return d.state == enConstruction || d.state == enInstruction }
func decided(d *dossier) bool  { return termine(d.state) }
func followed(d *dossier) bool { return open(d) && len(d.followers) > 0 }

// lifeDeposit deposits a waiting draft, or a new dossier.
func lifeDeposit(w *world, r *rand.Rand, t time.Time) {
	m := w.byFamily("o2r")
	s := w.ordinary(r)
	if d := choose(r, m, inState(brouillon)); d != nil {
		w.deposit(d, t)
		return
	}
	w.deposit(w.bear(r, m, s, t), t)
}

func lifeRestore(w *world, r *rand.Rand, t time.Time) {
	if d := choose(r, w.byFamily("o2r"), (*dossier).pending); d != nil {
		w.restore(d, t)
	}
}

// lifeSubmit answers with the piece that was missing.
func lifeSubmit(r *rand.Rand) op {
	size := 900 + r.IntN(2_000)
	return submits(func(d *dossier, t time.Time) answers {
		return answers{"pj_rib": []File{{Name: "RIB-corrige.pdf", Type: "application/pdf", Size: size, At: t}}}
	})
}

func lifeLabel(r *rand.Rand) op {
	draw := r.Int()
	return func(w *world, d *dossier, _ time.Time) {
		if n := len(d.demarche.labels); n > 0 {
			w.stick(d, d.demarche.labels[draw%n])
		}
	}
}

func lifeAnnotate(r *rand.Rand) op {
	full := chance(r, 0.6)
	return func(w *world, d *dossier, t time.Time) {
		if d.demarche.family != "spie" { // the only form without that annotation
			w.annotate(d, t, "ann_complet", full, false)
		}
	}
}

func lifeMove(r *rand.Rand) op {
	draw := r.Int()
	return func(w *world, d *dossier, t time.Time) {
		to := d.demarche.groups[draw%len(d.demarche.groups)]
		if !to.closed && to != d.group {
			_ = w.move(d, t, to)
		}
	}
}

func leaves(w *world, d *dossier, t time.Time) { w.unfollow(d, t, d.followers[0]) }

func completes(w *world, d *dossier, _ time.Time) { w.complete(d) }

// leavesPlatform deletes the usager's account: a terminé or en instruction
// dossier stays, without him; one en construction is purged at once.
func leavesPlatform(w *world, d *dossier, t time.Time) {
	if d.state == enConstruction {
		w.purge(d, t, reasonAccount)
		return
	}
	d.usagerDeleted = true
}
