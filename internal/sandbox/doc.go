// Package sandbox is a stand-in for the platform: it answers GraphQL over HTTP
// as Démarches simplifiées does, over a small invented world in which life goes
// on. It serves `relais run`, the tests and the simulation.
//
// What is true to the platform (ds-platform.md, §1 to §5 and §11): the answers
// given before GraphQL runs, the rate limit, the connections with their
// value-based cursors, what moves updated_at and what does not, the visibility
// and deletion rules, the concrete types chosen by the fragments of the query,
// the signed file links. Where the source is only deduced there, a comment says
// so here.
//
// What is invented: every body, person, address and amount. SIREN numbers start
// with 999 or 299, which INSEE has not attributed; addresses end in .example.
//
// # Parts
//
//	platform.go            Options, Platform, the clock
//	http.go token.go rate.go page.go      before GraphQL
//	root.go connection.go cursor.go *_node.go mutation.go file.go      GraphQL
//	operation.go visibility.go      what happens to a dossier, stamped as the platform does
//	fault.go faultplan.go sabotage.go wire.go poison.go      what goes wrong
//	transport.go webhook.go      answering without a socket, and calling back
//	silent.go revise.go closing.go rare.go      what else happens on a platform, by hand
//	hook.go truth.go       acting on the world by hand, and comparing a copy with it
//	world.go index.go seed.go case_*.go step.go life.go      the invented world and its life
//	form*.go answer*.go company.go person.go place.go      what the world is made of
//
// # Determinism
//
// The world depends only on Options.Seed, Dossiers, Solo, Bare and the
// instant of New. Life after that depends on the seed and on what was done by
// hand: each hour has its own events, each event its own dice, so the number of
// calls to Advance does not matter. Signed links are the exception: they differ
// at each call, as on the platform. A fault depends on its plan only.
package sandbox
