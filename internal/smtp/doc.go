// Package smtp hands mails to a mail server: the relay of a ministry, or any
// submission service.
//
// # The connection
//
// It is encrypted before anything is said of a mail: smtps:// at once, smtp://
// by STARTTLS, which the server must offer. On the loopback only, STARTTLS is
// used when offered and ?tls=none does without. A password never goes out in
// clear, not even on the loopback. One connection serves the mails of a tick; it
// is closed when it rests, and opened anew when the server closed it. Whom to trust
// is the system's affair: an authority of one's own is added there (SSL_CERT_FILE).
//
// # What is refused for good
//
// Only a permanent answer about the recipient's address or the mail itself wraps
// notify.ErrRefused: to mistake a trouble of our account (no right to relay, a
// wrong password, a refused sender) for a bad address would settle every mail as
// refused. What is temporary, or not clear, is tried again at the next tick.
//
// When the connection breaks after the end of the mail went out, and before the
// server's answer, nobody knows whether it was taken. That is an ordinary error
// too: the mail is sent again under the same Message-ID. After any other failure
// the server certainly has nothing, and the error wraps notify.ErrNotTaken.
//
// No error shows an address, a password or the server's own words, which quote
// them: only its codes.
package smtp
