package ssm

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

func TestOverTheRealProtocol(t *testing.T) {
	status, answer := http.StatusOK, `{"Parameter":{"Name":"/relais/token","Type":"SecureString","Value":"s3cret","Version":3}}`
	var target string
	var input map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target = r.Header.Get("X-Amz-Target")
		input = nil
		if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	defer server.Close()
	cfg := aws.Config{
		Region: "eu-west-3", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}

	get(t, New(cfg, Options{}), "s3cret")
	if target != "AmazonSSM.GetParameter" {
		t.Errorf("asked %q", target)
	}
	if diff := cmp.Diff(map[string]any{"Name": "/relais/token", "WithDecryption": true}, input); diff != "" {
		t.Error(diff)
	}

	for code, says := range map[string]string{
		`{"__type":"ParameterNotFound"}`: "does not exist",
		`{"__type":"AccessDeniedException","Message":"not authorized to perform: ssm:GetParameter"}`:    "ssm:GetParameter",
		`{"__type":"AccessDeniedException","Message":"The ciphertext refers to a customer master key"}`: "kms:Decrypt",
		`{"__type":"ThrottlingException","message":"Rate exceeded"}`:                                    "try again later",
		`not JSON`: "try again later",
	} {
		status, answer = http.StatusBadRequest, code
		_, err := New(cfg, Options{}).Get(t.Context(), "/relais/token")
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", code, err)
		}
	}
	server.Close()
	if _, err := New(cfg, Options{}).Get(t.Context(), "/relais/token"); err == nil || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("out of reach: %v", err)
	}
}
