// Command feedback is the Lambda function that hears of bounces and complaints.
package main

import "relais/internal/cloud"

func main() { cloud.Start(cloud.Feedback) }
