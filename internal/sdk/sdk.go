// Package sdk loads the configuration of the AWS SDK, the same for both worlds: from
// the usual variables and files of AWS's tools.
package sdk

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
	"github.com/sirupsen/logrus"
)

// Load asks no service of AWS. What the SDK has to say goes to log.
func Load(ctx context.Context, log logrus.FieldLogger) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(voice{log}))
	if err != nil {
		return cfg, fmt.Errorf("the AWS configuration cannot be read: %w", err)
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	cfg.HTTPClient = steady{cfg.HTTPClient} // now that AWS_CA_BUNDLE is in it
	return cfg, nil
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
