package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Digest is how Refusals knows an address: the SHA-256, in hexadecimal, of the
// address in lower case and without the blanks around it. It is a pseudonym, not
// anonymous: whoever has an address can tell whether it is this one. So it stays
// in the store, and only its beginning is shown.
func Digest(address string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(address))))
	return hex.EncodeToString(sum[:])
}
