package letter

import (
	htmltemplate "html/template"

	"relais/internal/dossier"
)

// tone is a pair of colours of the State design system: Ink reads on Ground with
// a contrast above 4.5. It only repeats what words say. Class names the pair that
// takes over in the dark, in the style block of the page.
type tone struct {
	Class       string
	Ink, Ground htmltemplate.CSS
}

// Tones.
var (
	toneError   = tone{"e", "#ce0500", "#ffe9e9"}
	toneWarning = tone{"w", "#b34000", "#ffe9e6"}
	toneInfo    = tone{"i", "#0063cb", "#e8edff"}
	toneSuccess = tone{"s", "#18753c", "#dffee6"}
	toneBlue    = tone{"b", "#000091", "#e3e3fd"}
	toneGrey    = tone{"g", "#3a3a3a", "#eeeeee"}
)

var verdictTones = map[dossier.Verdict]tone{
	dossier.Recevable:    toneSuccess,
	dossier.NonRecevable: toneError,
	dossier.ACompleter:   toneWarning,
	dossier.AVerifier:    toneInfo,
}
