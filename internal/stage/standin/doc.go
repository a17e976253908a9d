// Package standin holds loopback stand-ins of the AWS services that Relais
// calls: DynamoDB, SQS, SES v2 and Systems Manager parameters. Each is an HTTP
// server that the real SDK talks to, with a Front that records every call, lets
// a test see it before it takes effect, and mistreats it by script.
//
// They answer as the services are documented to, for what Relais uses; each
// type says what it does not do. They check no signature and no permission:
// Call.Needs says what IAM would have asked for, for a test to compare with the
// roles of the template. Only tests and benches link this package.
package standin

// Where the invented account lives. The account is also the one that moto uses.
const (
	Region  = "eu-west-3"
	Account = "123456789012"
)

// arn names a resource of a service in the invented account.
func arn(service, resource string) string {
	return "arn:aws:" + service + ":" + Region + ":" + Account + ":" + resource
}
