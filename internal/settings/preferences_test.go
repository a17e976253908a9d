package settings

import (
	"strings"
	"testing"
)

func TestWherePreferencesAre(t *testing.T) {
	for _, tt := range []struct{ url, console, want, problem string }{
		{"https://relais.example/outil", "", "https://relais.example/outil", ""},
		{"https://relais.example", "http://127.0.0.1:8480", "https://relais.example", ""},
		{"http://127.0.0.1:8480", "", "http://127.0.0.1:8480", ""},
		{"http://localhost:1", "", "http://localhost:1", ""},
		{"", "https://relais.example", "https://relais.example", ""},
		{"", "http://[::1]:8480/", "http://[::1]:8480/", ""},
		{"", "http://relais.dreets.example", "", ""}, // anybody on the way would read the links
		{"", "", "", ""},
		{"http://relais.example", "https://relais.example", "", "must start with https://"},
		{"http://127.0.0.1.evil.example", "", "", "must start with https://"},
		{"relais.example", "", "", "is not a URL"},
		{"https://", "", "", "is not a URL"},
		{"https://jean:hunter2@relais.example", "", "", "holds a user"},
		{"https://relais.example/?x=1", "", "", "holds a user, a query"},
		{"https://relais.example/#x", "", "", "a fragment"},
	} {
		s, err := Read(env(map[string]string{"RELAIS_PREFERENCES_URL": tt.url, "RELAIS_CONSOLE_URL": tt.console}), "", 0)
		got := ""
		if s.PreferencesURL != nil {
			got = s.PreferencesURL.String()
		}
		if got != tt.want || (err != nil) != (tt.problem != "") {
			t.Errorf("%q beside %q: %q, %v", tt.url, tt.console, got, err)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), "RELAIS_PREFERENCES_URL ") || !strings.Contains(err.Error(), tt.problem) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%q: %v", tt.url, err)
		}
	}
}

func TestTheSecretOfPreferences(t *testing.T) {
	long := strings.Repeat("hunter2-", 4)
	for value, ok := range map[string]bool{
		"": true, long: true, "ssm:/relais/prod/preferences": true, long[1:]: false, "ssm:": false, long + " " + long: false,
	} {
		s, err := Read(env(map[string]string{"RELAIS_PREFERENCES_SECRET": value}), "", 0)
		if (err == nil) != ok || ok && s.PreferencesSecret.Reveal() != value || !ok && s.PreferencesSecret != "" {
			t.Errorf("%d characters: %v", len(value), err)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter2") || !strings.HasPrefix(err.Error(), "RELAIS_PREFERENCES_SECRET ")) {
			t.Errorf("says %v", err)
		}
	}
}
