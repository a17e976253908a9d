package cloud

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
	"github.com/sirupsen/logrus"
)

// options are what the SDK is told beside the environment.
func options(log *logrus.Logger) []func(*config.LoadOptions) error {
	return []func(*config.LoadOptions) error{
		config.WithLogger(sdkLog{log}),
		config.WithHTTPClient(steady{awshttp.NewBuildableClient()}),
	}
}

// sdkLog takes what the SDK says, which it would write as plain text: a line that
// is no JSON is one that no filter of levels reads.
type sdkLog struct{ log *logrus.Logger }

// Logf implements logging.Logger.
func (l sdkLog) Logf(kind logging.Classification, format string, values ...any) {
	level := logrus.DebugLevel
	if kind == logging.Warn {
		level = logrus.WarnLevel
	}
	l.log.WithField("sdk", fmt.Sprintf(format, values...)).Log(level, "the AWS SDK says")
}

// runtimeLog takes what aws-lambda-go says through the standard logger, an error or
// a panic as it reports it, for the same reason.
type runtimeLog struct{ log *logrus.Logger }

// Write implements io.Writer.
func (l runtimeLog) Write(line []byte) (int, error) {
	l.log.WithField("report", strings.TrimSpace(string(line))).Error("reported to Lambda")
	return len(line), nil
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
