// Package sim is a deterministic simulation of Relais on a bad day. One seed
// drives everything: what happens on the platform, the faults of its answers, the
// crashes of Relais, which process moves when, webhooks, clocks.
//
// # How
//
// Real parts are used everywhere but for the network, the clock and the mail
// service: the platform's stand-in, its client, ingest, notify, the SQLite store.
//
// Each thing that Relais does outside itself is an effect: one request, one
// operation of the store, one mail. A process that wants an effect waits at the
// gate. When every goroutine waits, the gate lets one go, drawn from the seed: so
// the interleaving of processes, and that of a pass's reader and keeper, belongs
// to the seed and not to the scheduler. Between two effects, the platform may
// change, the clock may jump, a process may die. A process that dies has no
// effect any more; the last one happened or did not.
//
// # What is checked
//
// At each write: positions never go back, no living lease is taken, no older
// reading replaces a newer one, an erased dossier does not come back. At each
// mail: what it is about is still shown. After the storm, healthy passes must find
// all that the platform's lists can tell, and a sweep must make our copy equal to
// the platform, value for value; nobody was told twice; nothing is left in
// quarantine.
package sim
