package cloud

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// functions are the six of Lambda.
var functions = []string{"poll", "webhook", "ingest", "remind", "deliver", "feedback"}

// unwelcome must not be linked into a function: another world, its page, what
// only tests need.
var unwelcome = []string{
	"modernc.org/", "relais/internal/sqlite", "relais/internal/desk", "relais/internal/console", "relais/internal/maildir",
	"relais/internal/sandbox", "relais/internal/sim", "relais/internal/stage", "relais/internal/storetest", "relais/internal/dynamo/meter",
	"github.com/vektah/gqlparser", "github.com/truora/minidyn", "github.com/spf13/cobra", "pgregory.net/rapid",
	"net/http/httptest", "testing",
	"github.com/aws/aws-sdk-go-v2/config", "github.com/aws/aws-sdk-go-v2/service/sso", "github.com/aws/aws-sdk-go-v2/service/sts",
}

// TestNothingUnwelcomeIsLinked lists the packages of each function.
func TestNothingUnwelcomeIsLinked(t *testing.T) {
	for _, name := range functions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := linked(t, name)
			if len(list) < 100 || !slices.Contains(list, "relais/internal/app") {
				t.Fatalf("only %d packages are listed: the test is broken", len(list))
			}
			for _, pkg := range list {
				if by, is := refused(pkg); is {
					t.Errorf("links %s (%s)", pkg, by)
				}
			}
		})
	}
	if list := linked(t, "relais"); !slices.Contains(list, "relais/internal/sqlite") {
		t.Error("relais links no SQLite: this test could not fail")
	}
}

func linked(t *testing.T, function string) []string {
	t.Helper()
	c := exec.Command("go", "list", "-deps", "-tags", "lambda.norpc", "./functions/"+function)
	c.Dir = filepath.Join("..", "..")
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %v", c, err)
	}
	return strings.Fields(string(out))
}

func refused(pkg string) (by string, is bool) {
	for _, prefix := range unwelcome {
		if pkg == strings.TrimSuffix(prefix, "/") || strings.HasPrefix(pkg, strings.TrimSuffix(prefix, "/")+"/") {
			return prefix, true
		}
	}
	return "", false
}
