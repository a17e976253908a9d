package desk

import (
	"context"
	"testing"
	"time"

	"github.com/sirupsen/logrus/hooks/test"

	"relais/internal/notify"
)

// The demonstration that a new user sees has lived some days: this morning's mails
// go to several people, and speak of more than the take-over.
func TestADemonstrationShowsAMorning(t *testing.T) {
	t.Chdir(t.TempDir())
	log, _ := test.NewNullLogger()
	d, err := OpenDemo(t.Context(), DemoOptions{Seed: 1, Dossiers: 60, Speed: 1, Days: 3, Listen: "127.0.0.1:0", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	loop := &Loop{World: &d.World}
	if c := loop.Once(t.Context()); c.PollErr != nil || c.DeliverErr != nil || c.Deliver.Sent == 0 {
		t.Fatalf("the first cycle: %+v", c)
	}
	mails, changes, err := d.CatchUp(t.Context(), loop)
	if err != nil || mails == 0 || changes == 0 {
		t.Fatalf("%d mails, %d changes, %v", mails, changes, err)
	}
	if left := LastMorning(time.Now()).Sub(d.Clock.Now()); left > time.Minute || left < -time.Minute {
		t.Errorf("the clock is %s from the last morning", left)
	}
	people, kinds := map[string]bool{}, map[notify.Kind]int{}
	err = d.Store.EachIntention(context.Background(), func(i notify.Intention) error {
		if i.Status == notify.Sent && i.SentAt.After(LastMorning(time.Now()).Add(-2*time.Hour)) {
			people[i.Person] = true
			kinds[i.Kind]++
		}
		return nil
	})
	if err != nil || len(people) < 3 || kinds[notify.Change] == 0 || kinds[notify.Reminder]+kinds[notify.Immediate] == 0 {
		t.Errorf("this morning: %d people, %v, %v", len(people), kinds, err)
	}
}
