// Package sqs carries hints over an SQS queue: the webhook function pushes them
// (Queue), and the ingest function is given them in batches by Lambda (Batch).
//
// The queue is a standard one: it delivers at least once and in no strict order,
// which is all that a hint asks for. What is left of a batch comes back after the
// queue's visibility timeout, with one more attempt, and ends in the dead-letter
// queue after maxReceiveCount of them. Lambda deletes the rest by itself.
package sqs
