package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func env(values map[string]string) Lookup {
	return func(name string) (string, bool) { v, ok := values[name]; return v, ok }
}

func TestDefaultsAreEnoughWithAToken(t *testing.T) {
	s, err := Read(env(map[string]string{"DS_API_TOKEN": "abc=", "RELAIS_REGIONS": ""}), "", NeedPlatform)
	if err != nil {
		t.Fatal(err)
	}
	if s.APIURL.String() != DefaultAPI || s.Calls != "infra/calls" || s.Store.Path != "var/relais.db" || s.Mail.Path != "var/mail" {
		t.Errorf("defaults are wrong: %+v", s)
	}
	if s.MailMode.Name != Send || s.Overlap != 5*time.Minute || s.Listen != "127.0.0.1:8480" {
		t.Errorf("defaults are wrong: %+v", s)
	}
}

func TestEveryProblemIsSaidAtOnceByName(t *testing.T) {
	values := map[string]string{
		"DS_API_URL": "http://demarche.numerique.gouv.fr/api", "DS_API_TOKEN": "hunter2 secret",
		"DS_TOKEN_EXPIRES": "31/12/2026", "RELAIS_REGIONS": "53,4", "RELAIS_STORE": "dynamodb:",
		"RELAIS_MAIL": "smtp:relay", "RELAIS_MAIL_MODE": "redirect:nobody", "RELAIS_MAIL_FROM": "Jean <j@x.example>",
		"RELAIS_LISTEN": "0.0.0.0:80", "RELAIS_OVERLAP": "soon", "RELAIS_PATIENCE": "2h", "RELAIS_CONSOLE_URL": "page",
	}
	_, err := Read(env(values), "", NeedPlatform)
	if err == nil {
		t.Fatal("accepted")
	}
	for name := range values {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
	for _, secret := range []string{"hunter2", "nobody", "j@x.example"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q leaks in:\n%v", secret, err)
		}
	}
	for _, what := range []string{"after dynamodb:", "smtp://USER", `"4"`} {
		if !strings.Contains(err.Error(), what) {
			t.Errorf("%s is not said in:\n%v", what, err)
		}
	}
}

func TestStoresAndMailsAndReferences(t *testing.T) {
	from := "relais@dreets.example"
	s, err := Read(env(map[string]string{
		"RELAIS_STORE": "dynamodb:relais-prod", "RELAIS_MAIL": "ses:relais", "RELAIS_MAIL_FROM": from,
		"DS_API_TOKEN": "ssm:/relais/token", "RELAIS_WEBHOOK_SECRET": "ssm:webhook", "RELAIS_QUEUE": "https://sqs.eu-west-3.amazonaws.com/1/q",
		"RELAIS_REQUESTS_PER_MINUTE": "200",
	}), "", NeedPlatform|NeedQueue|NeedWebhook)
	if err != nil {
		t.Fatal(err)
	}
	if s.Store != (Place{DynamoDB, "relais-prod"}) || s.Mail != (Mail{Kind: SES, Path: "relais"}) || s.MailMode.Name != Hold || s.RequestsPerMinute != 200 {
		t.Errorf("read %+v", s)
	}
	for secret, want := range map[Secret]string{s.Token: "/relais/token", s.WebhookSecret: "webhook"} {
		if name, ok := secret.Parameter(); !ok || name != want {
			t.Errorf("parameter %q %v, want %q", name, ok, want)
		}
	}
	for value, url := range map[string]string{"smtp://u:hunter2@mail.example:587": "", "smtps://mail.example": "", "ssm:/relais/mail": ""} {
		s, err := Read(env(map[string]string{"RELAIS_MAIL": value, "RELAIS_MAIL_FROM": from}), "", 0)
		if err != nil || s.Mail.Kind != SMTP || s.Mail.URL.Reveal() != value || s.Mail.Path != url {
			t.Errorf("%s: %+v, %v", value, s.Mail.Kind, err)
		}
		if strings.Contains(fmt.Sprintf("%+v %#v", s, s.Mail), "hunter2") {
			t.Error("the password shows")
		}
	}
}

func TestASharedTableIsNotToldIntoAFolderByDefault(t *testing.T) {
	s, err := Read(env(map[string]string{"RELAIS_STORE": "dynamodb:relais"}), "", 0)
	if err != nil || s.Mail.Kind != Dir || s.MailMode.Name != Hold {
		t.Errorf("%+v, %v", s.MailMode, err)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for name, need := range map[string]Need{"DS_API_TOKEN": NeedPlatform, "RELAIS_QUEUE": NeedQueue, "RELAIS_WEBHOOK_SECRET": NeedWebhook} {
		if _, err := Read(env(nil), "", need); err == nil || !strings.Contains(err.Error(), name+" is missing: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, mail := range []string{"ses:", "smtp://mail.example", "ssm:/x"} {
		if _, err := Read(env(map[string]string{"RELAIS_MAIL": mail}), "", 0); err == nil || !strings.Contains(err.Error(), "RELAIS_MAIL_FROM is missing") {
			t.Errorf("%s: %v", mail, err)
		}
	}
}

func TestWrongPlaces(t *testing.T) {
	for _, one := range [][2]string{
		{"RELAIS_STORE", "dynamodb:"}, {"RELAIS_STORE", "dynamodb:a b"}, {"RELAIS_STORE", "sqlite:"}, {"RELAIS_STORE", "var/relais.db"},
		{"RELAIS_MAIL", "smtp:hunter2"}, {"RELAIS_MAIL", "smtp://u:hunter2@"}, {"RELAIS_MAIL", "hunter2"}, {"RELAIS_MAIL", "dir:"},
		{"DS_API_TOKEN", "ssm:"}, {"RELAIS_WEBHOOK_SECRET", "ssm:a?b"}, {"RELAIS_QUEUE", "http://sqs.example/q"},
		{"RELAIS_REQUESTS_PER_MINUTE", "400"}, {"RELAIS_REQUESTS_PER_MINUTE", "0"},
	} {
		_, err := Read(env(map[string]string{one[0]: one[1], "RELAIS_MAIL_FROM": "relais@dreets.example"}), "", 0)
		if err == nil || !strings.HasPrefix(err.Error(), one[0]) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s=%s: %v", one[0], one[1], err)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for value, ok := range map[string]bool{
		"https://ds.example/api/v2/graphql": true, "http://127.0.0.1:4000/api": true, "http://localhost:1/": true,
		"http://[::1]:8/": true, "http://ds.example/": false, "https://user:pw@ds.example/": false,
		"ftp://ds.example/": false, "not a url": false, "https://": false, "http://127.0.0.1.evil.example/": false,
	} {
		_, err := Read(env(map[string]string{"DS_API_URL": value}), "", 0)
		if (err == nil) != ok {
			t.Errorf("%s: accepted %v, want %v (%v)", value, err == nil, ok, err)
		}
	}
}

func TestSecretsNeverPrintThemselves(t *testing.T) {
	s, err := Read(env(map[string]string{"DS_API_TOKEN": "hunter2"}), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprint(s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s.Token), fmt.Sprintf("%q", s.Token)} {
		if strings.Contains(shown, "hunter2") {
			t.Errorf("the token shows in %s", shown)
		}
	}
	if s.Token.Reveal() != "hunter2" {
		t.Error("the token is lost")
	}
}

func TestFileUnderTheEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relais.env")
	write(t, file, "DS_API_TOKEN=fromfile\nRELAIS_CALLS=calls\n")
	s, err := Read(env(map[string]string{"RELAIS_CALLS": "other", "DS_API_TOKEN": ""}), file, NeedPlatform)
	if err != nil {
		t.Fatal(err)
	}
	if s.Calls != "other" || s.Token.Reveal() != "fromfile" {
		t.Errorf("calls %q; want the environment to win, and an empty variable to count as absent", s.Calls)
	}
}

func TestFileProblems(t *testing.T) {
	dir := t.TempDir()
	unknown := filepath.Join(dir, "unknown.env")
	write(t, unknown, "RELAIS_STOER=sqlite:x\n")
	broken := filepath.Join(dir, "broken.env")
	write(t, broken, "DS_API_TOKEN hunter2\x00\n=\n")
	for file, want := range map[string]string{
		unknown: "RELAIS_STOER", broken: "KEY=VALUE", filepath.Join(dir, "none.env"): "no such file",
	} {
		_, err := Read(env(nil), file, 0)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "RELAIS_SETTINGS") {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the file's content leaks: %v", err)
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("RELAIS_STORE", "sqlite:")
	f.Add("RELAIS_REGIONS", "53;;4")
	f.Add("RELAIS_LISTEN", "[::1]:")
	f.Fuzz(func(t *testing.T, name, value string) {
		s, err := Read(env(map[string]string{name: value}), "", 0)
		if name == "DS_API_TOKEN" && len(value) > 12 && err != nil && strings.Contains(err.Error(), value) {
			t.Errorf("the token leaks: %v", err)
		}
		if s.APIURL == nil && name != "RELAIS_SETTINGS" {
			t.Error("no URL")
		}
	})
}
