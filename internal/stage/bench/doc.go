// Package bench measures what the compiled Lambda functions cost: requests, read
// and write units, GB-seconds, mails, cold starts, memory, size. `make bench-aws`
// prints it as one table; the limits that are quick to look at are tests.
//
// The functions run as package stage starts them. Units are those of package
// meter, counted on the very requests that the functions send: a server between
// them and the stand-in of DynamoDB reads both ways. What no stand-in can tell is
// how long AWS and the platform take to answer: GB-seconds are those of this
// machine, beside a platform that takes its time, and are to compare.
//
// It has tests and benches only.
package bench
