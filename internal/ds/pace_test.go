package ds

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// The platform counts 400 requests in each minute of its clock, whichever minute
// that is: no window of a minute may hold more.
func TestTheShareStaysUnderThePlatformsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := newPace(MostPerMinute)
		var sent []time.Time
		for range 3000 {
			if err := limiter.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			sent = append(sent, time.Now())
		}
		for i, from := range sent {
			n := 0
			for _, at := range sent[i:] {
				if at.Sub(from) < time.Minute {
					n++
				}
			}
			if n >= 400 {
				t.Fatalf("%d requests within a minute", n)
			}
		}
		if took := sent[len(sent)-1].Sub(sent[0]); took > 15*time.Minute {
			t.Errorf("3,000 requests took %s: too careful", took)
		}
	})
}

func TestWaitingForAShareHeedsTheCaller(t *testing.T) {
	client := newClient(t, answeringJSON(t, dossiersAnswer(pageInfo(false, nil))))
	client.pace = rate.NewLimiter(rate.Every(time.Hour), 1)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := client.Pending(ctx, 1, ""); errors.Is(err, Canceled) {
		t.Fatal(err)
	}
	cancel()
	if _, err := client.Pending(ctx, 1, ""); !errors.Is(err, Canceled) {
		t.Errorf("err = %v, want %s", err, Canceled)
	}
	if client.Requests() != 1 {
		t.Errorf("%d requests were sent", client.Requests())
	}
}
