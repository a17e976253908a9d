// Command hello is the barest Lambda function in Go: what the cold start, the
// memory and the size of the others are compared with.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context) (string, error) { return "hello", nil })
}
