package app

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed lists, for each package, which of ours it may import. A package that
// is not listed may import nothing of ours.
var allowed = map[string][]string{
	"internal/dossier":         {},
	"internal/french":          {"dossier"},
	"internal/call":            {"dossier"},
	"internal/validate":        {"call", "dossier", "french"},
	"internal/deadline":        {"call", "dossier", "french"},
	"internal/judge":           {"validate", "deadline", "call", "dossier"},
	"internal/ingest":          {"judge", "deadline", "call", "dossier"},
	"internal/report":          {"deadline", "call", "dossier", "french"},
	"internal/plain":           {},
	"internal/sheet":           {"plain", "dossier"},
	"internal/ics":             {"plain", "dossier"},
	"internal/letter":          {"plain", "report", "ics", "deadline", "call", "dossier", "french"},
	"internal/preference":      {"call"},
	"internal/notify":          {"letter", "report", "deadline", "call", "dossier"},
	"internal/ds":              {"dossier"},
	"internal/sqlite":          {"ingest", "notify", "dossier"},
	"internal/mime":            {"notify"},
	"internal/mime/mimetest":   {"notify"},
	"internal/maildir":         {"mime", "notify"},
	"internal/storetest":       {"ingest", "notify", "dossier"},
	"internal/sandbox/graphql": {},
	"internal/sandbox":         {"sandbox/graphql"},
	"internal/sim":             {"sandbox", "ds", "sqlite", "ingest", "notify", "deadline", "call", "dossier"},
	"internal/console": {
		"plain", "sheet", "ingest", "notify", "validate", "deadline", "call", "dossier", "french",
	},
	"internal/settings":      {"call", "dossier"},
	"internal/app":           {"plain", "french", "sheet", "report", "letter", "ingest", "notify", "judge", "deadline", "call", "dossier"},
	"internal/dynamo":        {"ingest", "notify", "dossier"},
	"internal/dynamo/meter":  {"dynamo"},
	"internal/sqs":           {"ingest"},
	"internal/ssm":           {},
	"internal/ses":           {"mime", "notify"},
	"internal/smtp":          {"mime", "notify"},
	"internal/cloud/journal": {},
	"internal/stage":         {"stage/standin"},
	"internal/stage/standin": {},
	"internal/stage/hello":   {},
	"internal/sdk/machine":   {"sdk"},
	"internal/desk": {
		"app", "console", "preference", "ds", "ingest", "maildir", "notify", "sandbox", "settings",
		"sqlite", "dynamo", "sdk/machine", "ses", "smtp", "ssm", "deadline", "call", "dossier",
	},
	"internal/cloud": {
		"app", "cloud/journal", "preference", "ds", "dynamo", "ingest", "notify", "sdk", "ses", "settings", "smtp", "sqs", "ssm", "call",
	},
	"functions/poll":     {"cloud"},
	"functions/webhook":  {"cloud"},
	"functions/ingest":   {"cloud"},
	"functions/remind":   {"cloud"},
	"functions/deliver":  {"cloud"},
	"functions/feedback": {"cloud"},
	"functions/relais":   {"desk", "app", "settings", "sandbox", "ingest", "notify", "dossier"},
}

// sole names the only folder whose packages may import an outside library.
var sole = map[string]string{
	"github.com/hasura/go-graphql-client": "internal/ds",
	"github.com/wneessen/go-mail":         "internal/mime",
	"github.com/arran4/golang-ical":       "internal/ics",
	"github.com/alexedwards/scs/v2":       "internal/console",
	"golang.org/x/image":                  "internal/report",
	"github.com/chromedp/chromedp":        "internal/stage",
	"github.com/chromedp/cdproto":         "internal/stage",
	"modernc.org/sqlite":                  "internal/sqlite",
	"github.com/spf13/cobra":              "functions/relais",
	"github.com/goccy/go-yaml":            "internal/call",
	"github.com/rickar/cal/v2":            "internal/deadline",
	"github.com/vektah/gqlparser/v2":      "internal/sandbox",
	"github.com/emersion/go-smtp":         "internal/smtp",
	"github.com/aws/aws-sdk-go-v2/config": "internal/sdk/machine",

	"github.com/aws/aws-sdk-go-v2/service/dynamodb": "internal/dynamo",
	"github.com/aws/aws-sdk-go-v2/service/sqs":      "internal/sqs",
	"github.com/aws/aws-sdk-go-v2/service/sesv2":    "internal/ses",
	"github.com/aws/aws-sdk-go-v2/service/ssm":      "internal/ssm",
}

// TestArrows keeps imports one-way. Tests may import more: they are left out.
func TestArrows(t *testing.T) {
	root := "../.."
	checked := 0
	for _, top := range []string{"internal", "functions"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, e fs.DirEntry, err error) error {
			if strings.Contains(path, "testdata") || err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			rel, _ := filepath.Rel(root, filepath.Dir(path))
			checked++
			for _, problem := range wrongImports(t, path, filepath.ToSlash(rel)) {
				t.Errorf("%s/%s %s", rel, filepath.Base(path), problem)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if checked < 50 {
		t.Fatalf("only %d files were looked at: the walk is broken", checked)
	}
}

func wrongImports(t *testing.T, path, pkg string) (problems []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if ours, ok := strings.CutPrefix(name, "relais/internal/"); ok && !slices.Contains(allowed[pkg], ours) {
			problems = append(problems, "may not import "+name)
		}
		for library, only := range sole {
			if (name == library || strings.HasPrefix(name, library+"/")) && pkg != only && !strings.HasPrefix(pkg, only+"/") {
				problems = append(problems, "may not import "+name+": only "+only+" does")
			}
		}
	}
	return problems
}

// TestArrowsCanFail plants a wrong import.
func TestArrowsCanFail(t *testing.T) {
	for pkg, want := range map[string]int{"internal/dossier": 2, "internal/validate": 2, "internal/app": 1} {
		if got := wrongImports(t, "testdata/arrows/wrong.go", pkg); len(got) != want {
			t.Errorf("as %s: %d problems %q, want %d", pkg, len(got), got, want)
		}
	}
}
