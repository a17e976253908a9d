package desk

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/sirupsen/logrus"

	"relais/internal/dynamo"
	"relais/internal/notify"
	"relais/internal/sdk/machine"
	"relais/internal/ses"
	"relais/internal/settings"
	"relais/internal/ssm"
)

// amazon opens the services of AWS that the settings name, from the usual
// variables and files of its tools. Nothing is read when none is named.
type amazon struct {
	log     logrus.FieldLogger
	mu      sync.Mutex
	config  *aws.Config
	secrets *ssm.Parameters
}

func (a *amazon) load(ctx context.Context) (aws.Config, error) {
	if a.config != nil {
		return *a.config, nil
	}
	cfg, err := machine.Load(ctx, a.log)
	if err != nil {
		return cfg, err
	}
	if cfg.Region == "" {
		return cfg, fmt.Errorf("AWS_REGION is missing: name the region of your AWS services, such as eu-west-3")
	}
	a.config = &cfg
	return cfg, nil
}

// table opens a DynamoDB table, which must be there.
func (a *amazon) table(ctx context.Context, name string, now func() time.Time) (*dynamo.Store, error) {
	cfg, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	store, err := dynamo.New(cfg, name, dynamo.Options{Now: now})
	if err != nil {
		return nil, err
	}
	return store, store.Check(ctx)
}

func (a *amazon) mailer(ctx context.Context, configurationSet string) (notify.Sender, error) {
	cfg, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	return ses.New(cfg, configurationSet), nil
}

// parameter reads a secret.
func (a *amazon) parameter(ctx context.Context, name string) (string, error) {
	secrets, err := a.parameters(ctx)
	if err != nil {
		return "", err
	}
	return secrets.Get(ctx, name)
}

func (a *amazon) parameters(ctx context.Context) (*ssm.Parameters, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.secrets == nil {
		cfg, err := a.load(ctx)
		if err != nil {
			return nil, err
		}
		a.secrets = ssm.New(cfg, ssm.Options{})
	}
	return a.secrets, nil
}

// renew reads a token's parameter again, after a refusal; nil when the token was
// given by itself.
func (a *amazon) renew(token settings.Secret) func(context.Context) bool {
	name, ok := token.Parameter()
	if !ok {
		return nil
	}
	return func(ctx context.Context) bool {
		secrets, err := a.parameters(ctx)
		return err == nil && secrets.Renew(ctx, name)
	}
}
