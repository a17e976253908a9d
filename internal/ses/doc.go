// Package ses hands mails to Amazon SES and reads what comes of them.
//
// # What is refused for good
//
// Only what SES clearly says of the recipient's address or of the message itself
// wraps notify.ErrRefused. Everything else is the account's or the service's
// trouble and is worth another try: an unverified identity (SES words it as a
// rejected message, and in the sandbox it names the recipient), a paused account,
// a quota, throttling, a network fault. To mistake a trouble of the account for a
// bad address would settle every mail as refused.
//
// # Once
//
// SendEmail has no idempotency token. So only a throttled request, which SES has
// not taken, is repeated here; after any other failure nobody knows, and the
// error says so by being an ordinary one. SES writes a Message-ID and a Date of
// its own over ours: a mail sent twice can be told by its tag, not by its
// Message-ID.
//
// # Feedback
//
// Each mail bears the tag mail=ID. A configuration set that publishes events to
// SNS brings it back with bounces and complaints; see ReadFeedback.
package ses
