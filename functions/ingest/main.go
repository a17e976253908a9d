// Command ingest is the Lambda function that follows the webhooks of the queue.
package main

import "relais/internal/cloud"

func main() { cloud.Start(cloud.Ingest) }
