package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// folder is a Sender with nothing to try.
type folder struct{}

// Send implements notify.Sender.
func (folder) Send(context.Context, notify.Message) error { return errors.New("sent by check") }

// service is a Sender that can be tried.
type service struct {
	folder
	trouble error
}

// Check implements mailService.
func (s service) Check(ctx context.Context) error { return errors.Join(s.trouble, ctx.Err()) }

func TestCheckTriesTheMailService(t *testing.T) {
	for name, test := range map[string]struct {
		sender notify.Sender
		want   []CheckLine
	}{
		"none":   {nil, []CheckLine{}},
		"folder": {folder{}, []CheckLine{}},
		"ready":  {service{}, []CheckLine{{Fine, "mail: the service that RELAIS_MAIL names answers and knows us (nothing was sent)"}}},
		"wrong password": {
			service{trouble: errors.New("smtp: the server answered 535 to the user and password")},
			[]CheckLine{{Problem, "mail: the service that RELAIS_MAIL names does not let us send: smtp: the server answered 535 to the user and password"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := World{Sender: test.sender, Now: func() time.Time { return time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC) }}
			lines := w.Check(t.Context(), dossier.Day{Year: 2030, Month: 1, Day: 1})
			lines = slices.DeleteFunc(lines, func(l CheckLine) bool { return !strings.HasPrefix(l.Text, "mail:") })
			if diff := cmp.Diff(test.want, lines); diff != "" {
				t.Error(diff)
			}
		})
	}
}
