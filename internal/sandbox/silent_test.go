package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// since lists what polling by updatedSince sees from an instant.
func since(t *testing.T, p *Platform, at time.Time) []int {
	t.Helper()
	return walk(t, p, object{"since": at.UTC().Format(time.RFC3339Nano)})
}

// seenAlone is a dossier as the API shows it, without the signed links.
func seenAlone(t *testing.T, p *Platform, number int) string {
	t.Helper()
	body, _ := json.Marshal(object{"query": `query one($n: Int!) { dossier(number: $n) { ...dossier } }` + dossierFragments, "variables": object{"n": number}})
	return unsigned.ReplaceAllString(post(p, string(body)).Body.String(), "")
}

func TestSilentChangesAreNotSeenByUpdatedSince(t *testing.T) {
	const bretagne = "DREETS Bretagne"
	for _, c := range []struct {
		name   string
		state  string
		before func(p *Platform, n int) error
		change func(p *Platform, n int) error
		hidden bool // the dossier itself shows nothing of it
	}{
		{name: "label added", change: func(p *Platform, n int) error { return p.AddLabel(n, "QPV") }},
		{name: "label removed", before: func(p *Platform, n int) error { return p.AddLabel(n, "QPV") },
			change: func(p *Platform, n int) error { return p.RemoveLabel(n, "QPV") }},
		{name: "label renamed", before: func(p *Platform, n int) error { return p.AddLabel(n, "QPV") },
			change: func(p *Platform, n int) error { return p.RenameLabel(numberO2R, "QPV", "Quartier") }},
		{name: "attestation", state: accepte, change: func(p *Platform, n int) error { return p.Attest(n, monday) }},
		{name: "demandeur completed", before: func(p *Platform, n int) error { p.world.numbers[n].degraded = true; return nil },
			change: (*Platform).CompleteDemandeur},
		{name: "revision", before: func(p *Platform, n int) error {
			return p.PublishRevision(numberO2R, FieldChange{Key: "intitule", Label: "Titre du projet"})
		}, change: func(p *Platform, n int) error { _, err := p.Rebase(numberO2R); return err }},
		{name: "member added", hidden: true, change: func(p *Platform, n int) error {
			return p.JoinGroupe(numberO2R, bretagne, "nouvelle@bretagne.dreets.example")
		}},
		{name: "member gone, who followed", before: func(p *Platform, n int) error { return p.Follow(n, agent(p)) },
			change: func(p *Platform, n int) error { return p.LeaveGroupe(numberO2R, bretagne, agent(p)) }},
		{name: "address of a follower", before: func(p *Platform, n int) error { return p.Follow(n, agent(p)) },
			change: func(p *Platform, n int) error { return p.ChangeEmail(agent(p), "autre@bretagne.dreets.example") }},
		{name: "groupe renamed", change: func(p *Platform, n int) error { return p.RenameGroupe(numberO2R, bretagne, "DREETS Bretagne – O2R") }},
		{name: "groupe closed", change: func(p *Platform, n int) error { return p.CloseGroupe(numberO2R, bretagne, true) }},
		{name: "file dropped by the antivirus", change: func(p *Platform, n int) error { return p.Infect(n, "pj_budget") }},
		{name: "account deleted", state: enInstruction, change: (*Platform).DeleteAccount},
		{name: "antivirus and attestation late", state: accepte, change: func(p *Platform, n int) error { return p.Attest(n, monday) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := monday
			p := newPlatform(t, Options{Bare: true, Dossiers: 3, Now: func() time.Time { return now }})
			n := deposited(t, p, enConstruction)
			if c.state != "" {
				must(t, p.Decide(n, c.state))
			}
			if c.before != nil {
				must(t, c.before(p, n))
			}
			now = monday.Add(time.Minute)
			before, order := seenAlone(t, p, n), walk(t, p, object{"since": always})
			must(t, c.change(p, n))
			if got := since(t, p, now); len(got) != 0 {
				t.Errorf("updatedSince shows %v", got)
			}
			same(t, order, walk(t, p, object{"since": always}))
			if changed := seenAlone(t, p, n) != before; changed == c.hidden {
				t.Errorf("the dossier shows another content: %v", changed)
			}
		})
	}
}

func agent(p *Platform) string { return p.world.byFamily("o2r").groups[1].members[0].email }

func TestMembersAreSeenInTheGroupes(t *testing.T) {
	p, _ := bare(t, 1)
	const address = "nouvelle@bretagne.dreets.example"
	must(t, p.JoinGroupe(numberO2R, "DREETS Bretagne", address))
	must(t, p.JoinGroupe(numberO2R, "DREETS Bretagne", address)) // twice is once
	must(t, p.JoinGroupe(numberO2R, "DEETS Mayotte", address))   // one person, two groupes
	got := map[string]string{}
	for _, g := range dig(t, get(t, p, `query($n: Int!) { demarche(number: $n) { groupeInstructeurs { label instructeurs { id email } } } }`, object{"n": numberO2R}), "demarche", "groupeInstructeurs").([]any) {
		for _, who := range dig(t, g, "instructeurs").([]any) {
			if dig(t, who, "email") == address {
				got[dig(t, g, "label").(string)] += dig(t, who, "id").(string)
			}
		}
	}
	if len(got) != 2 || got["DREETS Bretagne"] != got["DEETS Mayotte"] {
		t.Errorf("%v", got)
	}
}

func TestADeletedAccountPurgesAtOnceWhatIsEnConstruction(t *testing.T) {
	p, _ := bare(t, 1)
	n := deposited(t, p, enConstruction)
	must(t, p.DeleteAccount(n))
	pending, deleted := lists(t, p, "")
	if isListed(t, p, n) || pending[n] != nil || deleted[n] == nil || deleted[n]["reason"] != reasonAccount {
		t.Errorf("pending %v, deleted %v", pending[n], deleted[n])
	}
}

func TestALateCommitIsBehindTheCursor(t *testing.T) {
	now := monday
	p := newPlatform(t, Options{Bare: true, Dossiers: 4, Now: func() time.Time { return now }})
	open := deposited(t, p, enConstruction)
	now = monday.Add(time.Minute)
	last := deposited(t, p, enConstruction)
	cursor := list(t, p, object{"since": always}).end
	var late int
	must(t, p.CommitLate(now.Add(-10*time.Second), func() (err error) {
		if err = p.Decide(open, enInstruction); err == nil {
			late, err = p.Deposit(Draft{})
		}
		return err
	}))
	if got := walk(t, p, object{"since": always, "after": cursor}); len(got) != 0 {
		t.Errorf("the cursor sees %v", got)
	}
	if got := since(t, p, now.Add(-15*time.Second)); !slices.Equal(got, []int{open, late, last}) {
		t.Errorf("an overlap sees %v, want %d %d %d", got, open, late, last)
	}
	must(t, p.Touch(open))
	if got := since(t, p, now); !slices.Contains(got, open) {
		t.Error("after the commit, time is as before")
	}
}

func TestExpiryIsInNeitherListUntilTheNight(t *testing.T) {
	now := monday
	p := newPlatform(t, Options{Bare: true, Dossiers: 1, Now: func() time.Time { return now }})
	n, withdrawn := deposited(t, p, accepte), deposited(t, p, enConstruction)
	must(t, p.Hide(n, ByExpiry))
	must(t, p.Hide(withdrawn, ByUsager))
	pending, deleted := lists(t, p, "")
	if isListed(t, p, n) || pending[n] != nil || deleted[n] != nil || pending[withdrawn] == nil {
		t.Error("hidden by expiry: in no list; by its usager: pending")
	}
	now = monday.AddDate(0, 0, 15)
	p.Night()
	pending, deleted = lists(t, p, now.AddDate(0, 0, -1).Format(time.RFC3339))
	if deleted[n] == nil || deleted[withdrawn] != nil || pending[withdrawn] != nil {
		t.Error("purged last night; the row of the one en construction is back-dated")
	}
	_, deleted = lists(t, p, now.AddDate(0, 0, -21).Format(time.RFC3339))
	if deleted[withdrawn] == nil {
		t.Error("three weeks of look-back must find it")
	}
}

func TestADossierMovesToAnotherDemarche(t *testing.T) {
	now := monday
	p := newPlatform(t, Options{Bare: true, Dossiers: 3, Now: func() time.Time { return now }})
	n := deposited(t, p, enInstruction)
	now = now.Add(time.Minute)
	must(t, p.Transplant(n, numberPIC, "DREETS Pays de la Loire"))
	pending, deleted := lists(t, p, "")
	if slices.Contains(walk(t, p, object{"since": always}), n) || pending[n] != nil || deleted[n] != nil {
		t.Error("it must leave every list of the first démarche")
	}
	if got := walk(t, p, object{"n": numberPIC, "since": now.Format(time.RFC3339)}); !slices.Equal(got, []int{n}) {
		t.Errorf("the other lists %v", got)
	}
	d := dig(t, get(t, p, `query($n: Int!) { dossier(number: $n) { demarche { number } groupeInstructeur { label } champs { label } } }`, object{"n": n}), "dossier")
	same(t, fmt.Sprint(float64(numberPIC)), fmt.Sprint(dig(t, d, "demarche", "number")))
	if p.Transplant(n, numberPIC, "DREETS Pays de la Loire") == nil {
		t.Error("a move to its own démarche must be refused")
	}
}
