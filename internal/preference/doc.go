// Package preference lets each reader of our mails choose how often to be written
// to, on a page of their own that a link in each mail opens.
//
// A link holds a token: who reads, by an opaque name, and the calls that the mail
// was about, sealed (AES-256-GCM) with a key of ours. The token is the capability:
// there is no account, no cookie and no session, so that a foreign site has nothing
// to forge a request with, and who has the link can change these choices and do or
// see nothing else. It is the second secret that travels in a path, after that of
// the webhook: access logs record the route, never the path, and nothing here
// writes a token, a person or an address into a log or an error.
//
//	GET   shows the choices; it changes nothing, since mail servers open links
//	POST  List-Unsubscribe=One-Click (RFC 8058) chooses none for the token's calls;
//	      a form chooses what it says
//
// A choice is kept among the store's notes, with its instant. Another secret makes
// every former link wrong, and keeps every choice.
package preference
