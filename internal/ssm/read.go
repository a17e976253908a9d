package ssm

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
)

// refusal is an answer that asking again will not change by itself.
type refusal struct{ text string }

func (r refusal) Error() string { return r.text }

func refuse(format string, args ...any) error { return refusal{fmt.Sprintf(format, args...)} }

func final(err error) bool {
	_, ok := errors.AsType[refusal](err)
	return ok
}

func (p *Parameters) read(ctx context.Context, name string) (string, error) {
	if strings.TrimSpace(name) == "" {
		return "", refuse("ssm: a parameter has no name (expected ssm:NAME)")
	}
	out, err := p.client.GetParameter(ctx, &ssm.GetParameterInput{Name: &name, WithDecryption: aws.Bool(true)})
	if err != nil {
		return "", explain(name, err)
	}
	if out.Parameter == nil || out.Parameter.Value == nil {
		return "", fmt.Errorf("ssm: parameter %q: the service answered without a value; try again later", name)
	}
	if out.Parameter.Type != types.ParameterTypeSecureString {
		return "", refuse("ssm: parameter %q is a %s, so its value lies in clear; put it again as a SecureString", name, out.Parameter.Type)
	}
	value := strings.TrimRight(*out.Parameter.Value, "\r\n")
	if strings.TrimSpace(value) == "" {
		return "", refuse("ssm: parameter %q is blank; put its value again", name)
	}
	return value, nil
}

// explain puts an error in one sentence of our own: the service's message may
// quote anything.
func explain(name string, err error) error {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return fmt.Errorf("ssm: parameter %q: the service could not be reached, or its answer was not understood; try again later", name)
	}
	switch code := api.ErrorCode(); code {
	case "ParameterNotFound", "ParameterVersionNotFound":
		return refuse("ssm: parameter %q does not exist in this account and region; create it as a SecureString, or correct its name", name)
	case "InvalidKeyId", "KMSAccessDeniedException":
		return undecryptable(name)
	case "AccessDeniedException", "AccessDenied":
		if ofKey(api.ErrorMessage()) {
			return undecryptable(name)
		}
		return refuse("ssm: reading parameter %q is denied to this function; allow its role ssm:GetParameter on it", name)
	case "ValidationException":
		return refuse("ssm: %q is no name of a parameter (letters, digits and ._-/, or an ARN)", name)
	default:
		return fmt.Errorf("ssm: parameter %q: the service answered %q; try again later", name, code)
	}
}

func undecryptable(name string) error {
	return refuse("ssm: decrypting parameter %q is denied to this function, or its key is gone; allow its role kms:Decrypt on the key of the parameter", name)
}

// ofKey tells a denial of KMS from one of Systems Manager: both have one code.
func ofKey(message string) bool {
	message = strings.ToLower(message)
	return strings.Contains(message, "kms") || strings.Contains(message, "ciphertext") || strings.Contains(message, "master key")
}
