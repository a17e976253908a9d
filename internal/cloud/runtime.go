package cloud

import (
	"strings"

	"github.com/sirupsen/logrus"
)

// runtimeLog takes what aws-lambda-go says through the standard logger, an error or
// a panic as it reports it, which it would write as plain text: a line that
// is no JSON is one that no filter of levels reads.
type runtimeLog struct{ log *logrus.Logger }

// Write implements io.Writer.
func (l runtimeLog) Write(line []byte) (int, error) {
	l.log.WithField("report", strings.TrimSpace(string(line))).Error("reported to Lambda")
	return len(line), nil
}
