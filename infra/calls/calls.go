// Package calls embeds the call files that Relais ships as templates, so that a
// demonstration does not depend on the operator's own folder.
package calls

import "embed"

// Files are the templates, by file name.
//
//go:embed *.yaml
var Files embed.FS
