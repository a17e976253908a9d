package ses

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	says := func(body string) func(int, http.ResponseWriter) {
		return func(_ int, w http.ResponseWriter) { _, _ = io.WriteString(w, body) }
	}
	for name, test := range map[string]struct {
		answer func(int, http.ResponseWriter)
		says   string // "" for no problem
	}{
		"ready":              {says(`{"SendingEnabled":true,"ProductionAccessEnabled":true}`), ""},
		"in the sandbox":     {says(`{"SendingEnabled":true}`), ""},
		"paused":             {says(`{"SendingEnabled":false,"EnforcementStatus":"SHUTDOWN"}`), "paused"},
		"may only send":      {fails(http.StatusForbidden, "AccessDeniedException", "User: arn:… is not authorized"), ""},
		"unknown key":        {fails(http.StatusForbidden, "UnrecognizedClientException", "The security token AKIA… is invalid"), "credentials are not accepted"},
		"old key":            {fails(http.StatusForbidden, "ExpiredTokenException", ""), "credentials are not accepted"},
		"something is wrong": {fails(http.StatusInternalServerError, "InternalServiceErrorException", ""), "InternalServiceError"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, test.answer)
			err := s.sender("").Check(t.Context())
			if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v", err)
			}
			if err != nil && (strings.Contains(err.Error(), "arn:") || strings.Contains(err.Error(), "AKIA")) {
				t.Errorf("quoted: %v", err)
			}
			if s.path != "GET /v2/email/account" {
				t.Errorf("asked %s", s.path)
			}
		})
	}
}

func TestCheckOfNobody(t *testing.T) {
	s := serve(t, accepts)
	s.Close()
	if err := s.sender("").Check(t.Context()); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.sender("").Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
