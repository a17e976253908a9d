package judge

import (
	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/validate"
)

// verdict sums findings up (design §5), by the first line that holds:
//
//	a blocking rule fails, other than a missing piece     non_recevable
//	only pieces are missing, and the call lets correct    a_completer
//	only pieces are missing, otherwise                    non_recevable
//	a blocking rule is unknown, or a warning fails        a_verifier
//	else                                                  recevable
func verdict(findings []dossier.Finding, policy call.Incomplete) dossier.Verdict {
	var fault, piece, doubt bool
	for _, f := range findings {
		switch {
		case f.Severity == dossier.Blocking && f.Outcome == dossier.Fail:
			missing := validate.Piece(f.Rule)
			piece, fault = piece || missing, fault || !missing
		case f.Severity == dossier.Blocking && f.Outcome == dossier.Unknown,
			f.Severity == dossier.Warning && f.Outcome == dossier.Fail:
			doubt = true
		}
	}
	switch {
	case piece && !fault && policy == call.Correction:
		return dossier.ACompleter
	case piece || fault:
		return dossier.NonRecevable
	case doubt:
		return dossier.AVerifier
	}
	return dossier.Recevable
}
