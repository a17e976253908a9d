// Command poll is the Lambda function that reads the platform: a pass, a full
// comparison or a check, as its event says.
package main

import "relais/internal/cloud"

func main() { cloud.Start(cloud.Poll) }
