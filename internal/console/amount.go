package console

import (
	"strings"

	"relais/internal/french"
)

// amount writes euros; nothing for an amount that is not given.
func amount(given *float64) string {
	if given == nil {
		return ""
	}
	return french.Euros(*given)
}

// share writes the requested part of the total, as 62,5 %; nothing when either
// is missing or the total is not positive.
func share(requested, total *float64) string {
	if requested == nil || total == nil || *total <= 0 {
		return ""
	}
	return french.Percent(*requested / *total)
}

// siret writes 14 digits as 123 456 789 00012, anything else as it is.
func siret(s string) string {
	if len(s) != 14 || strings.Trim(s, "0123456789") != "" {
		return s
	}
	return s[:3] + french.NBSP + s[3:6] + french.NBSP + s[6:9] + french.NBSP + s[9:]
}
