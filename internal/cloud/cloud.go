// Package cloud is the world of the Lambda functions: DynamoDB, SQS, SES or SMTP,
// SSM. It wires, and turns what Lambda hands over into calls of the handlers of
// package app; it decides nothing.
//
// Each function has a constructor of its own, so that its binary links only the
// services that it uses.
//
//	poll      {"action":"poll"|"sweep"|"check","call":ID}   schedule, operator
//	webhook   HTTP API or function URL                      the platform, readers of mails
//	ingest    SQS batch                                     the queue of webhooks
//	remind    {"at":RFC 3339}                               schedule
//	deliver   {"at":RFC 3339}                               schedule
//	feedback  SNS                                           bounces and complaints of SES
//
// Lambda kills a function at its time limit. Handlers get a deadline that comes a
// little sooner, so that a position is kept and a lease released.
package cloud

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	standard "log"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"

	"relais/internal/app"
	"relais/internal/call"
	"relais/internal/cloud/journal"
	"relais/internal/ds"
	"relais/internal/dynamo"
	"relais/internal/ingest"
	"relais/internal/notify"
	"relais/internal/sdk"
	"relais/internal/settings"
	"relais/internal/ssm"
)

// world is what the functions share.
type world struct {
	app.World
	settings settings.Settings
	aws      aws.Config
	secrets  *ssm.Parameters
	metrics  *journal.Metrics
	now      *invocation
	owned    bool         // the store is known to be this platform's
	hangUp   func() error // ends the connection to the mail server; nil when there is none
}

// open reads the settings; whatever is wrong is said at once, joined.
func open(need settings.Need) (*world, error) {
	s, err := settings.Read(os.LookupEnv, "", need)
	if err != nil {
		return nil, err
	}
	log, now := journal.New(os.Stdout, s.LogLevel), &invocation{}
	now.Function = lambdacontext.FunctionName
	log.AddHook(now)
	standard.SetFlags(0)
	standard.SetOutput(runtimeLog{log})
	cfg, err := sdk.Function(os.LookupEnv, log)
	if err != nil {
		return nil, err
	}
	return &world{
		settings: s, aws: cfg, now: now,
		metrics: journal.NewMetrics(os.Stdout, s.Stack, s.LogLevel, time.Now),
		secrets: ssm.New(cfg, ssm.Options{}),
		World: app.World{
			Regions: s.Regions, Overlap: s.Overlap, Operator: s.Operator,
			Mode: notify.Mode{Name: s.MailMode.Name, To: s.MailMode.To}, From: s.MailFrom,
			BaseURL: app.Site(s.APIURL), Now: time.Now, Log: log,
		},
	}, nil
}

// withCalls loads the call files that the build put beside the binary.
func (w *world) withCalls() error {
	calls, err := call.Load(w.settings.Calls)
	w.Calls = calls
	if err != nil {
		return fmt.Errorf("RELAIS_CALLS: %w", err)
	}
	return nil
}

func (w *world) withStore() error {
	if w.settings.Store.Kind != settings.DynamoDB {
		return errors.New("RELAIS_STORE must be written dynamodb:TABLE: a function keeps nothing on its disk")
	}
	store, err := dynamo.New(w.aws, w.settings.Store.Path, dynamo.Options{Now: time.Now})
	if err != nil {
		return err
	}
	w.Store, w.Tidy = store, store.EraseOrphans
	return nil
}

// share is the part of the token's requests that a function takes when
// RELAIS_REQUESTS_PER_MINUTE does not say: for one process, under the platform's
// 400 a minute all together.
type share int

const (
	pollShare   share = 70 // of four at most: three polls that overlap, and a sweep
	ingestShare share = 50 // of two at most, by the event source
)

func (w *world) withPlatform(s share) error {
	if w.settings.RequestsPerMinute == 0 {
		w.settings.RequestsPerMinute = int(s)
	}
	client, err := ds.New(ds.Config{
		URL: w.settings.APIURL.String(), Token: w.token, Renew: w.renew(),
		Now: time.Now, PerMinute: w.settings.RequestsPerMinute, Patience: ds.PatienceOf(w.settings.Patience), Log: w.Log,
	})
	if err != nil {
		return fmt.Errorf("DS_API_URL: %w", err)
	}
	w.Platform = &ds.Ahead{Client: client}
	w.Term = max(ingest.DefaultTerm, 2*ds.Longest(ds.PatienceOf(w.settings.Patience)))
	w.Holder, w.Margin = rand.Text(), margin
	return nil
}

// token says by itself why it cannot be read: what it is asked for by does not know
// of parameters.
func (w *world) token(ctx context.Context) (string, error) {
	token, err := w.settings.Token.Source(w.secrets.Get)(ctx)
	if err != nil {
		w.Log.WithField("cause", err.Error()).Error("the token cannot be read")
	}
	return token, err
}

// renew reads the token's parameter again after a refusal; nil when the token was
// given by itself.
func (w *world) renew() func(context.Context) bool {
	name, ok := w.settings.Token.Parameter()
	if !ok {
		return nil
	}
	return func(ctx context.Context) bool { return w.secrets.Renew(ctx, name) }
}

// own checks once a process that the store is this platform's.
func (w *world) own(ctx context.Context) error {
	if w.owned {
		return nil
	}
	err := w.OwnPlatform(ctx, w.settings.APIURL)
	w.owned = err == nil
	return err
}
