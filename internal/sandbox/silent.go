package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// What changes a dossier without moving its updated_at: polling by updatedSince
// never sees it (ds-platform.md §2.4). AddLabel, CompleteDemandeur and Rebase are
// of the kind too.

// RemoveLabel takes a label off a dossier, by its name.
func (p *Platform) RemoveLabel(number int, name string) error {
	return p.do(number, func(_ *world, d *dossier, _ time.Time) error {
		l := d.demarche.labelByName(name)
		if l == nil {
			return fmt.Errorf("démarche %d has no label %q", d.demarche.number, name)
		}
		d.labels = slices.DeleteFunc(d.labels, func(o *label) bool { return o == l })
		return nil
	})
}

// RenameLabel changes a label of a démarche, on all dossiers that wear it.
func (p *Platform) RenameLabel(number int, from, to string) error {
	return p.onDemarche(number, func(m *demarche) error {
		l := m.labelByName(from)
		if l == nil {
			return fmt.Errorf("démarche %d has no label %q", number, from)
		}
		l.name = to
		return nil
	})
}

// Attest makes the attestation of a dossier accepté appear at an instant.
func (p *Platform) Attest(number int, at time.Time) error {
	return p.do(number, func(_ *world, d *dossier, _ time.Time) error {
		if d.state != accepte {
			return refused(d, "attest")
		}
		d.attested = at.UTC()
		return nil
	})
}

// Infect makes the antivirus condemn the files of a champ, by its field name:
// they leave the list.
func (p *Platform) Infect(number int, field string) error {
	return p.do(number, func(_ *world, d *dossier, _ time.Time) error {
		files, _ := d.answers()[field].([]File)
		if len(files) == 0 {
			return fmt.Errorf("dossier %d has no file in %q", number, field)
		}
		files = slices.Clone(files)
		for i := range files {
			files[i].Infected = true
		}
		d.set(field, files, time.Time{})
		return nil
	})
}

// DeleteAccount deletes the usager's account. A dossier en construction is
// purged at once; another stays, with an usager that is no more.
func (p *Platform) DeleteAccount(number int) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		if d.state == brouillon {
			return refused(d, "delete the account")
		}
		leavesPlatform(w, d, t)
		return nil
	})
}

// ChangeEmail gives an instructeur another address, everywhere.
func (p *Platform) ChangeEmail(from, to string) error {
	return p.act(func(w *world) error {
		i := slices.IndexFunc(w.people, func(who *person) bool { return who.email == from })
		if i < 0 {
			return fmt.Errorf("no instructeur has this address")
		}
		w.people[i].email = to
		return nil
	})
}

// RenameGroupe changes the label of a groupe.
func (p *Platform) RenameGroupe(number int, from, to string) error {
	return p.onGroupe(number, from, func(_ *world, _ *demarche, g *group) { g.label = to })
}

// CloseGroupe closes a groupe or opens it again. Its dossiers stay.
func (p *Platform) CloseGroupe(number int, label string, closed bool) error {
	return p.onGroupe(number, label, func(_ *world, _ *demarche, g *group) { g.closed = closed })
}

// JoinGroupe adds somebody to a groupe, by address; unknown, he is new.
func (p *Platform) JoinGroupe(number int, label, email string) error {
	return p.onGroupe(number, label, func(w *world, m *demarche, g *group) {
		who, err := m.instructeur(email)
		if err != nil {
			w.persons++
			who = someone(dice(w.seed, "joins", int64(w.persons)), w.persons, "")
			who.email = email
			w.people = append(w.people, who)
		}
		if !g.has(who) {
			g.members = append(g.members, who)
		}
	})
}

// LeaveGroupe takes somebody out of a groupe: he stops following its dossiers.
func (p *Platform) LeaveGroupe(number int, label, email string) error {
	return p.onGroupe(number, label, func(_ *world, m *demarche, g *group) {
		leaver := func(who *person) bool { return who.email == email }
		g.members = slices.DeleteFunc(g.members, leaver)
		for _, d := range m.dossiers {
			if d.group == g {
				d.followers = slices.DeleteFunc(d.followers, leaver)
			}
		}
	})
}

func (p *Platform) onDemarche(number int, change func(m *demarche) error) error {
	return p.act(func(w *world) error {
		m := w.demarche(number)
		if m == nil {
			return fmt.Errorf("no démarche %d", number)
		}
		return change(m)
	})
}

func (p *Platform) onGroupe(number int, label string, change func(w *world, m *demarche, g *group)) error {
	return p.onDemarche(number, func(m *demarche) error {
		g, err := m.groupByLabel(label)
		if err == nil {
			change(p.world, m, g)
		}
		return err
	})
}
