package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Acting on the world by hand, for tests and simulations. Each action happens
// at the platform's now and moves updated_at when the platform does.

// Draft describes a dossier to deposit. Zero fields are drawn.
type Draft struct {
	Demarche int    // 0 is O2R
	Region   string // INSEE code of the demandeur; default 53
	Groupe   string // label; default is the one that routing chooses
	// Degraded leaves the demandeur incomplete: its SIRET look-up failed.
	Degraded bool
	// Answers replace the drawn ones, by field name; see Edit for the values.
	Answers map[string]any
}

// Deposit deposits a new dossier and gives its number.
func (p *Platform) Deposit(in Draft) (number int, err error) {
	err = p.act(func(*world) error {
		number, err = p.deposit(in)
		return err
	})
	return number, err
}

func (p *Platform) deposit(in Draft) (int, error) {
	if in.Demarche == 0 {
		in.Demarche = numberO2R
	}
	if in.Region == "" {
		in.Region = "53"
	}
	m := p.world.demarche(in.Demarche)
	r, known := regionByCode(in.Region)
	if m == nil || !known || len(r.communes) == 0 {
		return 0, fmt.Errorf("deposit: no démarche %d, or nobody in region %q", in.Demarche, in.Region)
	}
	g := m.groupOf(in.Region)
	if in.Groupe != "" {
		var err error
		if g, err = m.groupByLabel(in.Groupe); err != nil {
			return 0, err
		}
	}
	t := p.stampNow()
	d := p.world.bear(dice(p.world.seed, "by hand", int64(p.world.number)), m, scenario{region: in.Region, kind: association}, t)
	d.group, d.degraded = g, in.Degraded
	for key, v := range in.Answers {
		if err := edit(d, key, v, time.Time{}); err != nil {
			return 0, err
		}
	}
	p.world.deposit(d, t)
	return d.number, nil
}

func (m *demarche) groupByLabel(label string) (*group, error) {
	i := slices.IndexFunc(m.groups, func(g *group) bool { return g.label == label })
	if i < 0 {
		return nil, fmt.Errorf("démarche %d has no groupe %q", m.number, label)
	}
	return m.groups[i], nil
}

// do runs an action on a dossier that exists, drafts included.
func (p *Platform) do(number int, act func(w *world, d *dossier, t time.Time) error) error {
	return p.act(func(w *world) error {
		d := w.numbers[number]
		if d == nil {
			return fmt.Errorf("no dossier %d", number)
		}
		return act(w, d, p.stampNow())
	})
}

// Decide brings a dossier to a state: en_instruction, en_construction (sent
// back), accepte, refuse or sans_suite, through the steps in between.
func (p *Platform) Decide(number int, state string) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		by := member(d, 0)
		switch {
		case state == enConstruction:
			return w.sendBack(d, t, by)
		case state == enInstruction && termine(d.state):
			return w.reopen(d, t, by)
		case state == enInstruction:
			return w.instruct(d, t, by)
		}
		if d.state == enConstruction {
			if err := w.instruct(d, t, by); err != nil {
				return err
			}
		}
		return w.decide(d, t, state, by)
	})
}

// AskCorrection sends a message with a correction: incomplete, incorrect or
// outdated.
func (p *Platform) AskCorrection(number int, reason string) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		if !slices.Contains([]string{"incomplete", "incorrect", "outdated"}, reason) {
			return fmt.Errorf("no correction reason %q", reason)
		}
		w.ask(d, t, member(d, 0), reason)
		return nil
	})
}

// SubmitCorrection is the usager's answer, with new answers or none.
func (p *Platform) SubmitCorrection(number int, changes map[string]any) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		if d.pendingCorrection() == nil {
			return refused(d, "submit a correction")
		}
		for key, v := range changes {
			if err := edit(d, key, v, t); err != nil {
				return err
			}
		}
		return w.submit(d, t)
	})
}

// Hide deletes for one side.
func (p *Platform) Hide(number int, by By) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error { return w.hide(d, t, by) })
}

// Restore brings a hidden dossier back.
func (p *Platform) Restore(number int) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error { w.restore(d, t); return nil })
}

// Purge erases a dossier now, whatever its age, as the nightly job would.
func (p *Platform) Purge(number int) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		reason := reasonInstructeur
		switch {
		case d.state == brouillon:
			return refused(d, "purge")
		case !d.hiddenByExpiry.IsZero():
			reason = reasonExpired
		case d.withdrawn():
			reason = reasonUser
		}
		w.purge(d, t, reason)
		return nil
	})
}

// Touch moves updated_at and nothing else, as a file re-encoded does.
func (p *Platform) Touch(number int) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error { d.demarche.stamp(d, t); return nil })
}

// TouchAt gives several dossiers one updated_at, in the past if wanted: equal
// timestamps, and a transaction that commits late.
func (p *Platform) TouchAt(at time.Time, numbers ...int) error {
	for _, n := range numbers {
		err := p.do(n, func(w *world, d *dossier, _ time.Time) error { d.demarche.stamp(d, at.UTC()); return nil })
		if err != nil {
			return err
		}
	}
	return nil
}

// Message adds a message of the usager.
func (p *Platform) Message(number int, body string) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error { w.write(d, t, d.usager.email, body); return nil })
}

// Follow makes an instructeur of the démarche follow, by address.
func (p *Platform) Follow(number int, email string) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		who, err := d.demarche.instructeur(email)
		if err == nil {
			w.follow(d, t, who)
		}
		return err
	})
}

// Unfollow is the opposite.
func (p *Platform) Unfollow(number int, email string) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		who, err := d.demarche.instructeur(email)
		if err == nil {
			w.unfollow(d, t, who)
		}
		return err
	})
}

func (m *demarche) instructeur(email string) (*person, error) {
	for _, g := range m.groups {
		for _, p := range g.members {
			if p.email == email {
				return p, nil
			}
		}
	}
	return nil, fmt.Errorf("démarche %d has no such instructeur", m.number)
}

// AddLabel puts a label by its name. It does not move updated_at.
func (p *Platform) AddLabel(number int, name string) error {
	return p.do(number, func(w *world, d *dossier, _ time.Time) error {
		l := d.demarche.labelByName(name)
		if l == nil {
			return fmt.Errorf("démarche %d has no label %q", d.demarche.number, name)
		}
		w.stick(d, l)
		return nil
	})
}

// ChangeGroupe moves a dossier to another groupe, by label.
func (p *Platform) ChangeGroupe(number int, label string) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		g, err := d.demarche.groupByLabel(label)
		if err != nil {
			return err
		}
		return w.move(d, t, g)
	})
}

// CompleteDemandeur ends a failed SIRET look-up, without moving updated_at.
func (p *Platform) CompleteDemandeur(number int) error {
	return p.do(number, func(w *world, d *dossier, _ time.Time) error { w.complete(d); return nil })
}

// Edit changes an answer of the usager, by the field names of DemarcheInfo.
// Values: string (also INSEE codes and SIRET), bool, int, float64, time.Time,
// []string, []File, []map[string]any for the rows of a repetition; nil empties.
func (p *Platform) Edit(number int, field string, value any) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		if err := edit(d, field, value, t); err != nil {
			return err
		}
		d.champsUpdated = t
		d.demarche.stamp(d, t)
		return nil
	})
}

func edit(d *dossier, key string, value any, t time.Time) error {
	f, ok := findField(d.demarche.form.champs, key)
	if !ok || strings.HasPrefix(f.kind, "header") {
		return fmt.Errorf("démarche %d has no field %q to edit", d.demarche.number, key)
	}
	if rows, ok := value.([]map[string]any); ok {
		value = rowsOf(dice(d.seed, "edited rows", int64(d.number), t.UnixNano()), d.deposited, rows...)
	}
	d.set(key, value, t)
	return nil
}
