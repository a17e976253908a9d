package journal

import (
	"context"
	"io"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/sirupsen/logrus"
)

// levels are the words of AWS_LAMBDA_LOG_LEVEL.
var levels = map[string]logrus.Level{
	"TRACE": logrus.TraceLevel, "DEBUG": logrus.DebugLevel, "INFO": logrus.InfoLevel,
	"WARN": logrus.WarnLevel, "ERROR": logrus.ErrorLevel, "FATAL": logrus.FatalLevel,
}

// parseLevel reads a level as Lambda does: what is unknown or empty is INFO.
func parseLevel(word string) logrus.Level {
	if level, ok := levels[strings.ToUpper(strings.TrimSpace(word))]; ok {
		return level
	}
	return logrus.InfoLevel
}

// wordOf is the word of Lambda for a level.
func wordOf(level logrus.Level) string {
	switch level {
	case logrus.PanicLevel, logrus.FatalLevel:
		return "FATAL"
	case logrus.WarnLevel:
		return "WARN"
	default:
		return strings.ToUpper(level.String())
	}
}

// New returns a logger that writes one JSON line an entry. level is the value of
// AWS_LAMBDA_LOG_LEVEL.
func New(w io.Writer, level string) *logrus.Logger {
	log := logrus.New()
	log.SetOutput(w)
	log.SetLevel(parseLevel(level))
	log.SetFormatter(formatter{})
	return log
}

// Invocations names each invocation in its lines. Keep one for the life of the
// process: it knows the first.
type Invocations struct {
	Function string // the function's name
	warm     atomic.Bool
}

// Log adds requestId, function and coldStart to the lines of one invocation.
// Outside Lambda there is no requestId.
func (i *Invocations) Log(ctx context.Context, log logrus.FieldLogger) *logrus.Entry {
	fields := logrus.Fields{"function": i.Function, "coldStart": !i.warm.Swap(true)}
	if lc, ok := lambdacontext.FromContext(ctx); ok && lc != nil {
		fields["requestId"] = lc.AwsRequestID
	}
	return log.WithFields(fields)
}
