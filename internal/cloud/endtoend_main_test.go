package cloud_test

import (
	"flag"
	"os"
	"testing"

	"relais/internal/stage"
)

// The tests of endtoend_*_test.go run the six compiled functions as Lambda would:
//
//	the platform's stand-in ─► poll, webhook ─► SQS ─► ingest ─► DynamoDB ─► remind ─► deliver ─► SES ─► feedback
//
// with loopback stand-ins of the services, or moto's (RELAIS_MOTO). The clock of a
// compiled function is the machine's: that a lease or a claim has ended is played
// by rewriting its instant in the table (pipeline.later).

func TestMain(m *testing.M) {
	flag.Parse()
	if !set("test.parallel") { // they wait for processes more than they work
		_ = flag.Set("test.parallel", "8")
	}
	os.Exit(stage.Main(m))
}

func set(name string) (yes bool) {
	flag.Visit(func(f *flag.Flag) { yes = yes || f.Name == name })
	return yes
}
