// Package dossier is the vocabulary of Relais. It imports nothing of ours.
//
// French names are the administration's own (Dossier, Champ, Demandeur,
// DatePassageEnInstruction), spelt as the platform's schema spells them without
// accents. English names are what Relais computes (Finding, Verdict, Deadline,
// Fingerprint, Record).
//
// Every time.Time is an instant; where a calendar day matters the type is Day,
// read in the zone of the call.
package dossier
