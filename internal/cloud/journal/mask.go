package journal

import (
	"regexp"
	"strings"
	"sync"
)

// masked stands for an address.
const masked = "[e-mail]"

// address is what looks like one: anything, an @ (also as in a URL), and a host,
// which may be one word or an IP address in brackets. It takes too much rather
// than too little: a log is no place to tell an address from something like it.
var address = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:"[^"]*"|[^\s"<>()\[\]{},;:=/\\@]+)(?:@|%40|＠)(?:\[[0-9a-f.:]+\]|[\pL\pN](?:[\pL\pN._-]*[\pL\pN])?)`)
})

// mask looks first for what every address has: most lines have none, and a
// process that is starting has better to do than to compile the pattern.
func mask(text string) string {
	if !strings.ContainsAny(text, "@＠") && !strings.Contains(text, "%40") {
		return text
	}
	return address().ReplaceAllLiteralString(text, masked)
}

func maskTree(value any) any {
	switch v := value.(type) {
	case string:
		return mask(v)
	case []any:
		for i := range v {
			v[i] = maskTree(v[i])
		}
	case map[string]any:
		clean := make(map[string]any, len(v))
		for key, one := range v {
			clean[mask(key)] = maskTree(one)
		}
		return clean
	}
	return value
}
