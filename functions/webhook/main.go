// Command webhook is the Lambda function that takes the platform's webhooks.
package main

import "relais/internal/cloud"

func main() { cloud.Start(cloud.Webhook) }
