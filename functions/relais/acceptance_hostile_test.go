package main

import "testing"

// TestHundredHostileDossiers follows a hundred dossiers whose every free text is an
// attack from the platform's JSON to whatever a person reads, beside a hundred
// harmless ones that differ in nothing else. What both give must have the same
// shape, and each hostile name must still be recognised.
func TestHundredHostileDossiers(t *testing.T) {
	t.Parallel()
	hostile, harmless := both(t)
	t.Run("mails", func(t *testing.T) { sameMails(t, hostile, harmless) })
	t.Run("pages", func(t *testing.T) {
		samePages(t, hostile, harmless)
		hostile.everyLabel(t)
	})
	t.Run("tables", func(t *testing.T) {
		sameTables(t, "report --csv", hostile.report, harmless.report)
		hostile.inTable(t, sameTables(t, "/dossiers.csv", hostile.view("/dossiers.csv").body, harmless.view("/dossiers.csv").body))
	})
	t.Run("commands", func(t *testing.T) { samePrints(t, hostile, harmless) })
}
