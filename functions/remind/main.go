// Command remind is the Lambda function that writes down what is due to be told.
package main

import "relais/internal/cloud"

func main() { cloud.Start(cloud.Remind) }
