// Package sdk is the configuration of the AWS SDK in a Lambda function, and what
// every use of the SDK here shares. Package machine loads it anywhere else.
package sdk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/logging"
	"github.com/sirupsen/logrus"
)

// Lookup finds a variable; it has the signature of os.LookupEnv.
type Lookup func(name string) (string, bool)

// Function is the configuration from what Lambda gives every function: its region
// and the credentials of its role, which last as long as the process. What the SDK
// has to say goes to log.
//
// The SDK's own loader also looks for profiles, single sign-on and the metadata of
// a machine. A function has none of them, and linking them costs a fifth of its
// size.
func Function(env Lookup, log logrus.FieldLogger) (aws.Config, error) {
	get := func(name string) string { v, _ := env(name); return v }
	region, id, key := get("AWS_REGION"), get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY")
	if region == "" || id == "" || key == "" {
		return aws.Config{}, errors.New("AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set, as Lambda does for a function")
	}
	cfg := aws.Config{
		Region:        region,
		Credentials:   aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider(id, key, get("AWS_SESSION_TOKEN"))),
		HTTPClient:    awshttp.NewBuildableClient(),
		ConfigSources: []any{variables(get)},
	}
	if all := get("AWS_ENDPOINT_URL"); all != "" {
		cfg.BaseEndpoint = &all
	}
	Settle(&cfg, log)
	return cfg, nil
}

// variables are where the SDK looks for what it lets the environment decide: the
// place of one service (AWS_ENDPOINT_URL_DYNAMODB) and whether it is reached by IPv6
// too (AWS_USE_DUALSTACK_ENDPOINT).
type variables func(name string) string

// GetServiceBaseEndpoint is asked by each client of the SDK.
func (v variables) GetServiceBaseEndpoint(_ context.Context, service string) (url string, found bool, err error) {
	url = v("AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(service, " ", "_")))
	return url, url != "", nil
}

// GetUseDualStackEndpoint is asked by each client of the SDK.
func (v variables) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	switch value := v("AWS_USE_DUALSTACK_ENDPOINT"); {
	case value == "":
		return aws.DualStackEndpointStateUnset, false, nil
	case strings.EqualFold(value, "true"):
		return aws.DualStackEndpointStateEnabled, true, nil
	}
	return aws.DualStackEndpointStateDisabled, true, nil
}

// Settle gives a configuration the log, and a client whose answers are not lost.
func Settle(cfg *aws.Config, log logrus.FieldLogger) {
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	cfg.HTTPClient, cfg.Logger = steady{cfg.HTTPClient}, voice{log}
}

// voice takes what the SDK says, which it would write as plain text: a line that is
// no JSON is one that no filter of levels reads.
type voice struct{ log logrus.FieldLogger }

// Logf implements logging.Logger.
func (v voice) Logf(kind logging.Classification, format string, values ...any) {
	entry := v.log.WithField("sdk", fmt.Sprintf(format, values...))
	if kind == logging.Warn {
		entry.Warn("the AWS SDK says")
		return
	}
	entry.Debug("the AWS SDK says")
}

// steady keeps an answer whole that comes before the writer of the request is
// back. The SDK closes the body once an answer begins, and its closed body then
// answers WriteTo with io.EOF (smithy-go 1.28, safeWriteToReadCloser): net/http
// takes that for a failed request, drops the connection with the answer on it, and
// the SDK asks again after up to a second. A body that can only be read has no such
// method.
type steady struct{ client aws.HTTPClient }

// Do implements aws.HTTPClient.
func (s steady) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return s.client.Do(r)
}
