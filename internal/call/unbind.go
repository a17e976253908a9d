package call

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// Unbind is the set without some bindings of one of its calls, of fields or
// annotations, by our names: the rules that need them answer unknown. The call's
// Digest changes with the names, so that what was judged with them is judged
// again. Names that are not bound change nothing.
func (s Set) Unbind(id string, names []string) Set {
	i := slices.IndexFunc(s.calls, func(c Call) bool { return c.ID == id })
	if i < 0 {
		return s
	}
	c := s.calls[i]
	bound := slices.DeleteFunc(slices.Sorted(slices.Values(names)), func(name string) bool {
		return c.Fields[name] == "" && c.Annotations[name] == ""
	})
	if len(bound) == 0 {
		return s
	}
	c.Fields, c.Annotations = without(c.Fields, bound), without(c.Annotations, bound)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s without %q", c.Digest, slices.Compact(bound)))
	c.Digest = hex.EncodeToString(sum[:])
	calls := slices.Clone(s.calls)
	calls[i] = c
	return Set{calls}
}

func without(ids map[string]string, names []string) map[string]string {
	kept := maps.Clone(ids)
	for _, name := range names {
		delete(kept, name)
	}
	return kept
}
