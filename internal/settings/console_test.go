package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

func hashOf(t *testing.T, cost int) string {
	t.Helper()
	h, err := bcrypt.GenerateFromPassword([]byte("correct horse battery"), cost)
	if err != nil {
		t.Fatal(err)
	}
	return string(h)
}

func TestThePageBeyondThisMachineWantsAPasswordAndTLS(t *testing.T) {
	// Only the cost that the hash tells is looked at.
	hash := strings.Replace(hashOf(t, bcrypt.MinCost), "$04$", "$12$", 1)
	const password, tls, listen = "wants a password", "wants TLS", "RELAIS_LISTEN"
	for name, c := range map[string]struct {
		values map[string]string
		wants  []string // sentences, by a part of them
	}{
		"loopback":               {map[string]string{listen: "127.0.0.1:80"}, nil},
		"loopback, by name":      {map[string]string{listen: "localhost:80"}, nil},
		"loopback, with all":     {map[string]string{listen: "[::1]:80", "RELAIS_CONSOLE_PASSWORD_HASH": hash, "RELAIS_TLS_CERT": "c", "RELAIS_TLS_KEY": "k"}, nil},
		"anywhere, with nothing": {map[string]string{listen: "0.0.0.0:80"}, []string{listen + " shows dossiers beyond this machine, which wants a password and TLS"}},
		"every address":          {map[string]string{listen: ":80"}, []string{"a password and TLS"}},
		"without TLS":            {map[string]string{listen: "10.0.0.1:80", "RELAIS_CONSOLE_PASSWORD_HASH": hash}, []string{tls}},
		"without password":       {map[string]string{listen: "10.0.0.1:80", "RELAIS_TLS_CERT": "c", "RELAIS_TLS_KEY": "k"}, []string{password}},
		"TLS":                    {map[string]string{listen: "10.0.0.1:443", "RELAIS_CONSOLE_PASSWORD_HASH": hash, "RELAIS_TLS_CERT": "c", "RELAIS_TLS_KEY": "k"}, nil},
		"behind a proxy":         {map[string]string{listen: "10.0.0.1:80", "RELAIS_CONSOLE_PASSWORD_HASH": "ssm:/relais/page", "RELAIS_BEHIND_PROXY": "yes"}, nil},
		"proxy, no password":     {map[string]string{"RELAIS_BEHIND_PROXY": "yes"}, []string{"RELAIS_BEHIND_PROXY lets"}},
		"half a certificate":     {map[string]string{"RELAIS_TLS_CERT": "c"}, []string{"RELAIS_TLS_KEY is missing"}},
		"the other half":         {map[string]string{"RELAIS_TLS_KEY": "k"}, []string{"RELAIS_TLS_CERT is missing"}},
		"another word":           {map[string]string{"RELAIS_BEHIND_PROXY": "true"}, []string{"RELAIS_BEHIND_PROXY must be yes or no"}},
		"a quick hash":           {map[string]string{"RELAIS_CONSOLE_PASSWORD_HASH": strings.Replace(hash, "$12$", "$11$", 1)}, []string{"too quick to guess"}},
		"a password":             {map[string]string{listen: "10.0.0.1:80", "RELAIS_BEHIND_PROXY": "yes", "RELAIS_CONSOLE_PASSWORD_HASH": "hunter2hunter2"}, []string{"is not a hash"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(env(c.values), "", 0)
			said := ""
			if err != nil {
				said = err.Error()
			}
			if n := len(strings.FieldsFunc(said, func(r rune) bool { return r == '\n' })); n != len(c.wants) {
				t.Errorf("%d sentences, want %d:\n%s", n, len(c.wants), said)
			}
			for _, want := range c.wants {
				if !strings.Contains(said, want) {
					t.Errorf("%q is not said in:\n%s", want, said)
				}
			}
			if strings.Contains(said, "hunter2") || strings.Contains(said, hash[10:]) {
				t.Error("the hash shows")
			}
		})
	}
}

func TestAHashInAFileIsQuoted(t *testing.T) {
	hash := strings.Replace(hashOf(t, bcrypt.MinCost), "$04$", "$12$", 1)
	for quote, good := range map[string]bool{"'": true, "": false} {
		file := filepath.Join(t.TempDir(), "settings.env")
		if err := os.WriteFile(file, []byte("RELAIS_CONSOLE_PASSWORD_HASH="+quote+hash+quote+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Read(env(nil), file, 0)
		if good && (err != nil || s.ConsolePasswordHash.Reveal() != hash) {
			t.Errorf("in quotes: %v", err)
		}
		if !good && (err == nil || !strings.Contains(err.Error(), "single quotes")) {
			t.Errorf("without quotes: %v", err)
		}
	}
}
