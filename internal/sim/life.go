package sim

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"relais/internal/ds"
	"relais/internal/ingest"
	"relais/internal/sandbox"
)

// event is one thing that happens on the platform. What the platform does not
// allow does not happen.
type event struct {
	weight int
	name   string
	do     func(s *Storm, any sandbox.TruthDossier) error
}

func events() []event {
	return []event{
		{10, "deposit", func(s *Storm, _ sandbox.TruthDossier) error { return s.deposit() }},
		{12, "decide", func(s *Storm, d sandbox.TruthDossier) error {
			return s.platform.Decide(d.Number, s.one("en_instruction", "en_instruction", "accepte", "refuse", "sans_suite", "en_construction"))
		}},
		{5, "ask", func(s *Storm, d sandbox.TruthDossier) error { return s.platform.AskCorrection(d.Number, "incomplete") }},
		{5, "correct", func(s *Storm, d sandbox.TruthDossier) error { return s.platform.SubmitCorrection(d.Number, nil) }},
		{8, "edit", func(s *Storm, d sandbox.TruthDossier) error {
			return s.platform.Edit(d.Number, "intitule", fmt.Sprintf("Projet %d", s.dice.IntN(1000)))
		}},
		{3, "message", func(s *Storm, d sandbox.TruthDossier) error { return s.platform.Message(d.Number, "Bonjour") }},
		{4, "annotate", func(s *Storm, d sandbox.TruthDossier) error {
			return s.platform.Annotate(d.Number, "ann_complet", s.chance(0.5))
		}},
		{6, "touch", func(s *Storm, d sandbox.TruthDossier) error { return s.platform.Touch(d.Number) }},
		{8, "hide", func(s *Storm, d sandbox.TruthDossier) error { return s.hide(d) }},
		{10, "restore", func(s *Storm, _ sandbox.TruthDossier) error { return s.onHidden(s.platform.Restore) }},
		{3, "purge", func(s *Storm, _ sandbox.TruthDossier) error { return s.onHidden(s.platform.Purge) }},
		{4, "groupe", func(s *Storm, d sandbox.TruthDossier) error {
			return s.platform.ChangeGroupe(d.Number, s.demarche.Groupes[s.dice.IntN(len(s.demarche.Groupes))].Label)
		}},
		{3, "follow", func(s *Storm, d sandbox.TruthDossier) error { return s.platform.Follow(d.Number, s.somebody()) }},
		{5, "burst", func(s *Storm, _ sandbox.TruthDossier) error { return s.burst() }},
		{12, "late commit", func(s *Storm, d sandbox.TruthDossier) error { return s.commitLate(d) }},
		{10, "silent change", (*Storm).changeSilently},
		{5, "poison", func(s *Storm, d sandbox.TruthDossier) error { return s.poison(d) }},
		{1, "revision", func(s *Storm, _ sandbox.TruthDossier) error { return s.revise() }},
		{1, "transplant", func(s *Storm, d sandbox.TruthDossier) error { return s.transplant(d) }},
	}
}

// live makes one thing happen.
func (s *Storm) live() {
	all, total := events(), 0
	for _, e := range all {
		total += e.weight
	}
	draw := s.dice.IntN(total)
	for _, e := range all {
		if draw -= e.weight; draw < 0 {
			d, _ := s.pick(func(d sandbox.TruthDossier) bool { return d.Listed })
			err := e.do(s, d)
			if err == nil {
				s.note("life", e.name, fmt.Sprint(d.Number))
			}
			return
		}
	}
}

func (s *Storm) one(of ...string) string { return of[s.dice.IntN(len(of))] }

// pick draws one of the dossiers that fit.
func (s *Storm) pick(fits func(sandbox.TruthDossier) bool) (sandbox.TruthDossier, bool) {
	var some []sandbox.TruthDossier
	for _, d := range s.platform.Truth(s.demarche.Number) {
		if !d.Purged && fits(d) {
			some = append(some, d)
		}
	}
	if len(some) == 0 {
		return sandbox.TruthDossier{}, false
	}
	return some[s.dice.IntN(len(some))], true
}

func (s *Storm) onHidden(do func(number int) error) error {
	d, ok := s.pick(func(d sandbox.TruthDossier) bool { return d.Hidden })
	if !ok {
		return fmt.Errorf("nothing is hidden")
	}
	return do(d.Number)
}

// hide deletes for one side. An usager deletes a dossier en construction only: one
// decided that he deleted, then sent back, would be purged with a row older than
// any look-back, which is for sweeps.
func (s *Storm) hide(d sandbox.TruthDossier) error {
	if d.State == "en_construction" {
		return s.platform.Hide(d.Number, sandbox.ByUsager)
	}
	by := sandbox.ByAdministration
	if s.chance(0.4) {
		by = sandbox.ByExpiry
	}
	return s.platform.Hide(d.Number, by)
}

func (s *Storm) deposit() error {
	_, err := s.platform.Deposit(sandbox.Draft{Region: s.one("53", "52", "32", "04", "06"), Degraded: s.chance(0.2)})
	return err
}

// burst changes several dossiers at one instant, or closes the deposits.
func (s *Storm) burst() error {
	if s.chance(0.1) {
		_, err := s.platform.CloseDeposits(s.demarche.Number)
		return err
	}
	var numbers []int
	for _, d := range s.platform.Truth(s.demarche.Number) {
		if d.Listed && s.chance(0.5) {
			numbers = append(numbers, d.Number)
		}
	}
	now := s.platform.Now()
	s.clock.pass(time.Microsecond)
	return s.platform.TouchAt(now, numbers...)
}

// longestTransaction is well within the overlap.
const longestTransaction = 4 * time.Minute

// commitLate shows now what began some minutes ago. A transaction does not begin
// before the last change of what it changes.
func (s *Storm) commitLate(d sandbox.TruthDossier) error {
	if !s.temper.late {
		return fmt.Errorf("not in this storm")
	}
	begun := s.clock.platform().Add(-s.upTo(longestTransaction))
	s.Late++
	return s.platform.CommitLate(begun, func() error {
		if d.Number == 0 || !d.ModifiedAt.Before(begun) || s.chance(0.5) {
			return s.deposit()
		}
		return s.platform.Edit(d.Number, "intitule", fmt.Sprintf("Projet tardif %d", s.dice.IntN(1000)))
	})
}

// changeSilently changes what no modification date tells.
func (s *Storm) changeSilently(d sandbox.TruthDossier) error {
	s.Silent++
	p, n := s.platform, s.demarche.Number
	groupe := s.demarche.Groupes[s.dice.IntN(len(s.demarche.Groupes))].Label
	switch s.dice.IntN(9) {
	case 0:
		return p.RemoveLabel(d.Number, s.one("Prioritaire", "QPV", "Relancé"))
	case 1:
		return p.CompleteDemandeur(d.Number)
	case 2:
		return p.Attest(d.Number, s.clock.platform())
	case 3:
		return p.Infect(d.Number, "pj_budget")
	case 4:
		return p.DeleteAccount(d.Number)
	case 5:
		return p.JoinGroupe(n, groupe, fmt.Sprintf("agent-%d@dreets.example", s.dice.IntN(5)))
	case 6:
		return p.LeaveGroupe(n, groupe, s.somebody())
	case 7:
		return p.CloseGroupe(n, groupe, s.chance(0.5))
	}
	return p.AddLabel(d.Number, s.one("Prioritaire", "QPV", "Relancé"))
}

func (s *Storm) somebody() string {
	g := s.demarche.Groupes[s.dice.IntN(len(s.demarche.Groupes))]
	if len(g.Instructeurs) == 0 {
		return ""
	}
	return s.one(g.Instructeurs...)
}

// poison makes a dossier unreadable for some time.
func (s *Storm) poison(d sandbox.TruthDossier) error {
	s.Poisons++
	harms := []sandbox.Harm{sandbox.Nulls, sandbox.Breaks, sandbox.Refuses, sandbox.Slows}
	return s.platform.Poison(d.Number, sandbox.Poison{
		Harm: harms[s.dice.IntN(len(harms))], Above: s.dice.IntN(4), Until: s.clock.platform().Add(s.upTo(72 * time.Hour)),
	})
}

// revise renames a champ in a new version of the form, and moves some dossiers to
// it.
func (s *Storm) revise() error {
	err := s.platform.PublishRevision(s.demarche.Number, sandbox.FieldChange{Key: "intitule", Label: s.one("Intitulé", "Titre du projet", "Nom du projet")})
	if err == nil && s.chance(0.7) {
		_, err = s.platform.Rebase(s.demarche.Number)
	}
	return err
}

// transplant moves a dossier to another démarche: it is in no list any more.
func (s *Storm) transplant(d sandbox.TruthDossier) error {
	for _, other := range s.platform.Demarches() {
		if other.Number != s.demarche.Number && len(other.Groupes) > 0 {
			return s.platform.Transplant(d.Number, other.Number, other.Groupes[0].Label)
		}
	}
	return fmt.Errorf("there is no other démarche")
}

// hear keeps a webhook, as the route does, from its true encoding.
func (s *Storm) hear(c sandbox.WebhookCall) {
	r := &http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: "/"}, Header: http.Header{"Content-Type": {sandbox.WebhookType}},
		Body: http.NoBody,
	}
	if body, err := http.NewRequest(http.MethodPost, "/", strings.NewReader(c.Body)); err == nil {
		r.Body = body.Body
	}
	h, err := ds.ReadHint(r)
	if err != nil {
		s.fail("a webhook could not be read: %v", err)
		return
	}
	s.Hints++
	hint := ingest.Hint{Demarche: h.Demarche, Number: h.Number, ReceivedAt: s.clock.ours()}
	if err := s.store.Push(context.Background(), hint); err != nil {
		s.fail("a webhook could not be kept: %v", err)
	}
}
