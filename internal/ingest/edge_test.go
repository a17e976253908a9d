package ingest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"relais/internal/dossier"
)

// A full page says nothing of what follows; a second may hold several pages.
func TestPagesOfExactlyAHundred(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		dossiers int
		apart    time.Duration // between two modifications
		pages    int
	}{
		{100, time.Second, 1}, {101, time.Second, 2},
		{100, 0, 1}, {101, 0, 2}, {250, 0, 3}, {250, time.Microsecond, 3},
	} {
		t.Run(fmt.Sprintf("%d dossiers %s apart", tt.dossiers, tt.apart), func(t *testing.T) {
			s := newStory(t)
			s.platform.size = 100
			for i := range tt.dossiers {
				s.platform.put(i+1, start.Add(-time.Hour+time.Duration(i)*tt.apart), "first")
			}
			s.want(s.run(), tt.dossiers, 0, 0, 0)
			if n := s.platform.asked("dossiers"); n != tt.pages {
				t.Errorf("%d pages, want %d", n, tt.pages)
			}
			for n := 1; n <= tt.dossiers; n++ {
				if s.text(n) != "first" {
					t.Errorf("dossier %d is lost", n)
				}
			}
			s.after(time.Hour)
			s.run()
			s.after(time.Minute)
			if r := s.run(); r.DossiersRead != 0 || s.streams().Position.Cursor != cursor(s.platform.dossiers[tt.dossiers]) {
				t.Errorf("an idle pass reads %d dossiers, from %+v", r.DossiersRead, s.streams().Position)
			}
		})
	}
}

// Between the listing of a page that failed and the reading of its dossiers one
// by one, some leave, change, or go to another groupe: nobody is blamed.
func TestADossierThatMovesBetweenItsListingAndItsReading(t *testing.T) {
	s := wide(t, 20)
	s.platform.spoil("timeout", 5)
	s.platform.onPage = func(int) {
		if s.last() != "dossier 1" { // the lot of 1 to 10 failed; now one by one
			return
		}
		s.platform.dossiers[2].hidden = true
		s.platform.put(3, start.Add(time.Second), "changed")
		s.platform.put(4, start.Add(time.Second), "moved").dossier.GroupeInstructeur.Label = "DREETS Corse"
		delete(s.platform.dossiers, 6) // purged
	}
	if r := s.run(); !r.Complete {
		t.Errorf("report %+v", r)
	}
	s.platform.onPage = nil
	s.wantQuarantined(5)
	if s.text(3) != "changed" || s.stored(4).Groupe != "DREETS Corse" {
		t.Errorf("text %q, groupe %q", s.text(3), s.stored(4).Groupe)
	}
	for _, n := range []int{2, 6} {
		if _, stored, err := s.store.Record(t.Context(), n); stored || err != nil {
			t.Errorf("dossier %d: stored %v, %v", n, stored, err)
		}
	}
	s.platform.dossiers[2].hidden = false // restored, without any modification
	s.after(time.Minute)
	if r := s.sweep(); r.Created != 1 || s.text(2) != "first" {
		t.Errorf("sweep %+v", r)
	}
}

// A declarative démarche accepts in the second of the deposit and calls twice, in
// any order; the poll comes before, between or after.
func TestAcceptedInTheSecondOfItsDeposit(t *testing.T) {
	for _, order := range []string{"page, hint, hint", "hint, page, hint", "hint, hint, page", "page of before, hint of after"} {
		t.Run(order, func(t *testing.T) {
			s := wide(t, 3)
			s.run()
			s.after(time.Minute)
			at := s.platform.clock()
			s.platform.put(9, at, "declared").dossier.State = dossier.EnConstruction
			accept := func() {
				row := s.platform.put(9, at.Add(200*time.Millisecond), "declared")
				row.dossier.State, row.dossier.DateTraitement = dossier.Accepte, &at
			}
			follow := func() {
				s.hint(7, 9)
				if _, err := s.consume(); err != nil {
					t.Error(err)
				}
			}
			switch order {
			case "page, hint, hint":
				s.run()
				accept()
				follow()
				follow()
			case "hint, page, hint":
				follow()
				accept()
				s.after(time.Second)
				s.run()
				follow()
			case "hint, hint, page":
				accept()
				follow()
				follow()
				s.run()
			case "page of before, hint of after": // the page is on its way meanwhile
				s.pass.Source = &delayed{s.platform, func() {
					accept()
					s.after(time.Second)
					follow()
				}}
				s.run()
			}
			for range 2 {
				if got := s.stored(9); got.State != dossier.Accepte || got.Dossier.DateTraitement == nil {
					t.Errorf("state %s", got.State)
				}
				s.after(time.Minute)
				s.run()
			}
		})
	}
}

// delayed is a platform whose first page is long on its way.
type delayed struct {
	*platform
	meanwhile func()
}

func (d *delayed) Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, with bool) (dossier.Page, error) {
	page, err := d.platform.Dossiers(ctx, demarche, at, size, with)
	if meanwhile := d.meanwhile; meanwhile != nil {
		d.meanwhile = nil
		meanwhile()
	}
	return page, err
}

// What a later version of the platform says is kept as it is said.
func TestWordsNobodyKnowsYetAreKept(t *testing.T) {
	s := newStory(t)
	s.fill(3)
	odd := &s.platform.dossiers[2].dossier
	odd.State = "en_orbite"
	odd.Demandeur.Kind = "PersonneQuantique"
	odd.Champs = append(odd.Champs, dossier.Champ{ID: "q", DescriptorID: "q", Type: "ChampQuantique", StringValue: "½"})
	odd.Traitements = []dossier.Traitement{{ID: "T", Event: "mis_en_orbite", DateTraitement: start}}
	s.want(s.run(), 3, 0, 0, 0)
	got := s.stored(2)
	if got.State != "en_orbite" || got.Dossier.Champs[1].StringValue != "½" || got.Judgement.Verdict == "" {
		t.Errorf("%+v, %+v", got.Head, got.Dossier.Champs)
	}
	for _, f := range got.Judgement.Findings {
		if f.Rule == "V12" && f.Outcome == dossier.Fail {
			t.Errorf("held against the usager: %+v", f)
		}
	}
	s.platform.dossiers[2].hidden = true
	s.platform.deleted = []dossier.Departure{{Number: 2, State: "en_orbite", Reason: "black_hole", At: start}}
	s.after(2 * time.Hour)
	s.run()
	if got := s.stored(2); got.Removed != dossier.Purged || got.State != "en_orbite" {
		t.Errorf("%+v", got.Head)
	}
}

// heavy refuses pages that would weigh more than so many dossiers of which some
// are large.
type heavy struct {
	*platform
	large map[int]bool
	most  int
}

func (h *heavy) Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, with bool) (dossier.Page, error) {
	page, err := h.platform.Dossiers(ctx, demarche, at, size, with)
	n := 0
	for _, d := range page.Dossiers {
		if h.large[d.Number] {
			n++
		}
	}
	if n > h.most {
		return dossier.Page{}, &trouble{word: "too_large"}
	}
	return page, err
}

// Texts so long that a few of them fill an answer: nothing is lost, nobody is
// blamed.
func TestAnAnswerTooLargeIsReadInPieces(t *testing.T) {
	s := wide(t, 60)
	h := &heavy{platform: s.platform, large: map[int]bool{}, most: 1}
	for n := 20; n < 30; n++ {
		h.large[n] = true
	}
	s.pass.Source = h
	s.want(s.run(), 60, 0, 0, 0)
	s.wantQuarantined()
}
