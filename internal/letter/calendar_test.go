package letter

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ical "github.com/emersion/go-ical"

	"relais/internal/dossier"
)

// events are those of a letter's calendar by UID, as another library reads them.
func events(t *testing.T, l Letter) map[string]ical.Event {
	t.Helper()
	found := map[string]ical.Event{}
	for _, f := range l.Files {
		if f.Name != agendaName {
			continue
		}
		if f.Type != "text/calendar; charset=utf-8; method=PUBLISH" || f.ContentID != "" {
			t.Errorf("the calendar is %+v", f)
		}
		cal, err := ical.NewDecoder(bytes.NewReader(f.Data)).Decode()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range cal.Events() {
			uid, _ := e.Props.Text(ical.PropUID)
			found[uid] = e
		}
	}
	return found
}

func property(e ical.Event, name string) string {
	if e.Component == nil || e.Props.Get(name) == nil {
		return ""
	}
	return spaced.Replace(e.Props.Get(name).Value)
}

func triggers(e ical.Event) string {
	var all []string
	for _, c := range e.Children {
		all = append(all, c.Props.Get(ical.PropTrigger).Value)
	}
	return strings.Join(all, " ")
}

func TestTheCalendarOfAMorning(t *testing.T) {
	found := events(t, written(t, morning()))
	if len(found) != 10 {
		t.Errorf("%d events, want 10", len(found))
	}
	later := found["dossier-12345004-D14@dreets.example"]
	for name, want := range map[string]string{
		ical.PropSummary: "Dernier jour pour répondre : dossier n° 12345004", ical.PropDateTimeStart: "20270105", ical.PropSequence: "3",
		ical.PropURL: "https://demarche.example/procedures/100/dossiers/12345004", ical.PropStatus: "CONFIRMED",
	} {
		if got := property(later, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"Association Ti ar Vro (O2R Bretagne)", "CRPA", "hypothèse à confirmer", "rejet implicite le mercredi 6 janvier 2027"} {
		if !strings.Contains(property(later, ical.PropDescription), want) {
			t.Errorf("the text lacks %q: %s", want, property(later, ical.PropDescription))
		}
	}
	if got := triggers(later); got != "-P6DT15H -PT15H" {
		t.Errorf("alarms: %s", got)
	}
	// What should have rung does not ring any more.
	if got := triggers(found["dossier-12345003-D14@dreets.example"]); got != "-P6DT15H -PT15H" {
		t.Errorf("a week ahead: %s", got)
	}
	if got := triggers(found["dossier-12345000-D14@dreets.example"]); got != "" {
		t.Errorf("a past date rings: %s", got)
	}
	decided := found["dossier-12345012-D14@dreets.example"]
	if property(decided, ical.PropStatus) != "CANCELLED" || triggers(decided) != "" || property(decided, ical.PropDateTimeStart) != "20261130" {
		t.Errorf("a decided dossier: %v", decided.Props)
	}
}

func TestWhenACalendarIsAttached(t *testing.T) {
	now := on(12, 7, 8, 0)
	expiring := filed(bretagne(), 1, on(6, 1, 9, 0), "x", "").decided(dossier.Accepte, on(7, 1, 9, 0))
	end := on(12, 30, 9, 0)
	expiring.d.DateExpiration = &end
	undated := changed(2, dossier.Refuse, "", News{State: was(dossier.EnInstruction)})
	undated.Head.Judgement.Deadlines, undated.Open = nil, nil
	reopened := filed(bretagne(), 3, on(10, 20, 9, 0), "", dossier.Recevable).decided(dossier.Accepte, on(12, 1, 9, 0))
	reopened.d.State, reopened.Head.State = dossier.EnInstruction, dossier.EnInstruction
	for name, test := range map[string]struct {
		item Item
		want map[string]string // UID to status
	}{
		"a date":     {filed(bretagne(), 1, on(10, 20, 9, 0), "", "").as(Date), map[string]string{"dossier-1-D14@dreets.example": "CONFIRMED"}},
		"a change":   {filed(bretagne(), 1, on(10, 20, 9, 0), "", "").news(News{Edited: true}), nil},
		"an opening": {filed(bretagne(), 1, on(10, 20, 9, 0), "", "").as(Opening), nil},
		"a decision": {changed(1, dossier.Accepte, "", News{State: was(dossier.EnInstruction)}), map[string]string{"dossier-1-D14@dreets.example": "CANCELLED"}},
		"a decision that the platform does not date": {undated, map[string]string{"dossier-2-D14@dreets.example": "CANCELLED"}},
		"a réexamen": {reopened.news(News{State: was(dossier.Accepte)}), map[string]string{"dossier-3-D14@dreets.example": "CANCELLED"}},
		"a deletion": {expiring.as(Date), map[string]string{"dossier-1-D14@dreets.example": "CANCELLED", "dossier-1-D21@dreets.example": "CONFIRMED"}},
		"a closing":  {ofCall(normandie(), Date, "D02"), map[string]string{"appel-o2r-normandie-D03@dreets.example": "CONFIRMED"}},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "a closing" {
				now = on(11, 20, 8, 0)
			}
			l := written(t, draft(now, test.item))
			found := events(t, l)
			if len(found) != len(test.want) || strings.Contains(l.Text, agendaName) != (len(test.want) > 0) {
				t.Errorf("%d events, want %d", len(found), len(test.want))
			}
			for uid, status := range test.want {
				if got := property(found[uid], ical.PropStatus); got != status {
					t.Errorf("%s: %q, want %q", uid, got, status)
				}
			}
		})
	}
}

// The closing of a call is an instant in its zone.
func TestTheClosingIsAnInstant(t *testing.T) {
	c := normandie()
	c.Zone = time.FixedZone("", 0)
	if _, err := Write(draft(on(11, 20, 8, 0), ofCall(c, Date, "D03"))); err == nil {
		t.Error("a zone without a name was taken")
	}
	e := events(t, written(t, draft(on(11, 20, 8, 0), ofCall(normandie(), Date, "D03"))))["appel-o2r-normandie-D03@dreets.example"]
	at := e.Props.Get(ical.PropDateTimeStart)
	if at.Value != "20261204T180000" || at.Params.Get("TZID") != "Europe/Paris" || triggers(e) != "-P7D -P1D" {
		t.Errorf("%+v %s", at, triggers(e))
	}
}

// Two items about one dossier make one event, of the latest revision.
func TestTheLatestRevisionStays(t *testing.T) {
	older, newer := filed(bretagne(), 1, on(10, 20, 9, 0), "", ""), filed(bretagne(), 1, on(10, 20, 9, 0), "", "")
	older.Revision, newer.Revision = 4, 7
	for _, items := range [][]Item{{older.as(Date), newer.news(News{Edited: true})}, {newer.Item, older.Item}} {
		items[1].Kind, items[1].Deadline = Date, items[1].Open[0]
		items[0].Kind, items[0].Deadline = Date, items[0].Open[0]
		found := events(t, written(t, draft(on(12, 7, 8, 0), items...)))
		if e := found["dossier-1-D14@dreets.example"]; property(e, ical.PropSequence) != "7" {
			t.Errorf("sequence %q", property(e, ical.PropSequence))
		}
	}
}
