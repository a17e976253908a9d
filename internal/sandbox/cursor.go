package sandbox

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// cursorTime has nine decimals; the column has microseconds, so the last three
// are always 0.
const cursorTime = "2006-01-02T15:04:05.000000000Z"

// encodeCursor writes the place of a row: unpadded URL-safe base64 of its UTC
// time and number. It names a value, not a rank: deletions do not shift pages.
func encodeCursor(at time.Time, number int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s;%d", at.UTC().Format(cursorTime), number))
}

// decodeCursor reads it back. The platform's answer to a corrupt cursor is only
// deduced; here it is a bad_request.
func decodeCursor(s string) (at time.Time, number int, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		return at, 0, badRequest("Invalid cursor")
	}
	when, key, ok := strings.Cut(string(raw), ";")
	at, timeErr := time.Parse(time.RFC3339Nano, when)
	number, numberErr := strconv.Atoi(key)
	if !ok || timeErr != nil || numberErr != nil {
		return at, 0, badRequest("Invalid cursor")
	}
	return at.UTC(), number, nil
}
