package judge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/validate"
)

// verdictVersion changes whenever the same findings could get another verdict.
const verdictVersion = "1"

// Stamp tells what the dossiers of a démarche are judged with: the rules, the
// counting of dates with its holidays, and the files of all the démarche's
// calls, whatever their order. A stored judgement with another stamp is stale.
func Stamp(calls []call.Call) string {
	var digests []string
	for _, c := range calls {
		digests = append(digests, c.Digest)
	}
	slices.Sort(digests)
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", append([]string{verdictVersion, validate.Version, deadline.Version}, digests...)))
	return hex.EncodeToString(sum[:16])
}
