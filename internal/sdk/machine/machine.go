// Package machine loads the configuration of the AWS SDK on a machine that is no
// Lambda function: from the usual variables and files of AWS's tools.
package machine

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/sirupsen/logrus"

	"relais/internal/sdk"
)

// Load asks no service of AWS. What the SDK has to say goes to log.
func Load(ctx context.Context, log logrus.FieldLogger) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return cfg, fmt.Errorf("the AWS configuration cannot be read: %w", err)
	}
	sdk.Settle(&cfg, log) // now that AWS_CA_BUNDLE is in it
	return cfg, nil
}
