// Command deliver is the Lambda function that sends the mails.
package main

import "relais/internal/cloud"

func main() { cloud.Start(cloud.Deliver) }
