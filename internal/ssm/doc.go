// Package ssm reads secrets from the Parameter Store of AWS Systems Manager.
//
// Each is a SecureString, kept in memory for some minutes and nowhere else.
// While Systems Manager is throttled or out of reach, the last value is used, as
// long as it takes: a secret changes far more rarely than a service hiccups, and
// whoever uses a wrong one hears so from the platform. A clear refusal (no such
// parameter, no right to read it, no right to decrypt it) is an error at once.
//
// No error shows a value.
package ssm
