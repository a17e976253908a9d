// Package stage drives compiled Lambda functions as Lambda would, on one
// machine: a Function starts its bootstrap process with the environment that
// Lambda gives, speaks the Runtime API to it, keeps it warm, times it out,
// kills it, starts it anew. Mapping feeds a function from a queue and Gateway
// from HTTP requests, both with the true events. Cold measures starts, Build
// makes the binaries, Moto starts a moto server when there is one.
//
// What it does not do: freeze a process between invocations, limit its memory
// or its processor, keep its file system read-only, retry asynchronous events.
// Only tests and benches link this package.
package stage
