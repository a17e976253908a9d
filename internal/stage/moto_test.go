package stage_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"relais/internal/stage"
	"relais/internal/stage/standin"
)

// TestMoto: the server answers, when there is one.
func TestMoto(t *testing.T) {
	client := ssm.NewFromConfig(aws.Config{
		Region: standin.Region, BaseEndpoint: aws.String(stage.Moto(t)),
		Credentials: credentials.NewStaticCredentialsProvider("test", "not-a-secret", ""),
	})
	name := aws.String("/relais/token")
	if _, err := client.PutParameter(t.Context(), &ssm.PutParameterInput{Name: name, Value: aws.String("v"), Type: "SecureString"}); err != nil {
		t.Fatal(err)
	}
	out, err := client.GetParameter(t.Context(), &ssm.GetParameterInput{Name: name, WithDecryption: aws.Bool(true)})
	if err != nil || *out.Parameter.Value != "v" || *out.Parameter.ARN != standin.ParameterARN(*name) {
		t.Errorf("%+v, %v", out, err)
	}
}
