package standin_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/google/go-cmp/cmp"

	"relais/internal/stage/standin"
)

// TestParameters: a secret changes, is read without its key, goes away.
func TestParameters(t *testing.T) {
	s, client := parameters(t, 1)
	if v, err := token(t.Context(), client); err != nil || v != "first" {
		t.Errorf("%q, %v", v, err)
	}
	s.Set("/relais/token", "second")
	if v, err := token(t.Context(), client); err != nil || v != "second" {
		t.Errorf("%q, %v", v, err)
	}
	out := must(client.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String("/relais/token")}))(t)
	if strings.Contains(*out.Parameter.Value, "second") || out.Parameter.Version != 2 || out.Parameter.Type != "SecureString" {
		t.Errorf("%+v", *out.Parameter)
	}
	s.Remove("/relais/token")
	if _, err := token(t.Context(), client); code(err) != "ParameterNotFound" {
		t.Errorf("%v", err)
	}
}

func TestSeveralParameters(t *testing.T) {
	s, client := parameters(t, 1)
	s.Key = "arn:aws:kms:eu-west-3:123456789012:key/k"
	s.Set("/relais/webhook", "hook")
	out := must(client.GetParameters(t.Context(), &ssm.GetParametersInput{
		Names: []string{"/relais/webhook", "/relais/token", "/relais/none"}, WithDecryption: aws.Bool(true),
	}))(t)
	if len(out.Parameters) != 2 || *out.Parameters[0].Value != "hook" {
		t.Errorf("%+v", out.Parameters)
	}
	if diff := cmp.Diff([]string{"/relais/none"}, out.InvalidParameters); diff != "" {
		t.Error(diff)
	}
	want := []standin.Need{
		{"ssm:GetParameters", standin.ParameterARN("relais/webhook")},
		{"ssm:GetParameters", "arn:aws:ssm:eu-west-3:123456789012:parameter/relais/token"},
		{"ssm:GetParameters", standin.ParameterARN("/relais/none")},
		{"kms:Decrypt", s.Key},
	}
	if diff := cmp.Diff(want, s.Calls()[0].Needs); diff != "" {
		t.Error(diff)
	}
}
