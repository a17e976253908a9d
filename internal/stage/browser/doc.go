// Package browser proves in a real browser, a headless Chromium, what pages and
// mails promise to people: that the main journeys work with a mouse, with a
// keyboard alone and without JavaScript, that nothing is wrong for a screen reader
// (axe-core), and that a hostile dossier or mail runs nothing and fetches nothing.
//
// # What is real
//
// The binary is functions/relais, built and started as people start it: relais run
// for the demonstration, relais serve with a password and TLS. Between the browser
// and everything else stands a witness, a proxy that takes even what goes to this
// machine: what it lets nobody reach was not reached, and whatever a page asks
// beyond its own origin fails the test, wherever in the page it came from.
//
// # What it needs
//
// RELAIS_BROWSER asks for these tests: "yes" runs them where a Chromium is found,
// "required" fails without one. RELAIS_AXE is the path of axe.min.js, which `make
// tools` installs; it is only run, in pages of its own, and never shipped. What is
// missing skips its tests with the words "not proven".
//
// It has tests only.
package browser
