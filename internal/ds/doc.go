// Package ds is the platform, Démarches simplifiées (demarche.numerique.gouv.fr),
// seen through its GraphQL API v2. It is the only importer of go-graphql-client,
// of which it uses ExecRaw alone: the query text goes out untouched, the data
// comes back byte for byte.
//
// What it keeps true:
//
//   - the token goes to the configured scheme, host and port, and nowhere else;
//     redirects are refused;
//   - only the documents embedded here can be sent, and the only mutation among
//     them is dossierModifierAnnotations, which is never sent twice;
//   - an answer is bounded in size and in time, and every way the platform can
//     fail has a Kind;
//   - no error and no log line holds the token, a body, or anything of a dossier
//     but its number;
//   - no dossier of a page is lost in silence: a page with a hole is a
//     PartialPage, never a Page.
//
// Decoding goes from JSON to wire structs by __typename, then to dossier.Dossier:
// text in NFC, blanks as none, instants in UTC, no signed URL.
package ds
