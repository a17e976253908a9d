package notify

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"relais/internal/call"
)

// Preferences are what people chose on their own page.
type Preferences interface {
	// Choice is what a person chose for a call, and when; "" when nothing. A person
	// is named by Subscriber.
	Choice(ctx context.Context, person, call string) (call.Choice, time.Time, error)
}

// Subscriber names the owner of an address in preferences, without showing it. It
// does not change when the address is found to belong to a profile.
func Subscriber(address string) string { return addressID(normal(address)) }

// choice is how somebody wants to be written to about a call: what they chose
// themselves, else what the call's file says. It is asked once a tick.
func (t *delivering) choice(ctx context.Context, address string, c *call.Call) (call.Choice, error) {
	if t.Preferences == nil {
		return c.Choice(address), nil
	}
	name := Subscriber(address) + "/" + c.ID
	if known, ok := t.choices[name]; ok {
		return known, nil
	}
	chosen, _, err := t.Preferences.Choice(ctx, Subscriber(address), c.ID)
	if err != nil {
		return "", fmt.Errorf("read the preferences about call %s: %w", c.ID, err)
	}
	t.choices[name] = cmp.Or(chosen, c.Choice(address))
	return t.choices[name], nil
}
