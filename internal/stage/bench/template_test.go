package bench

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	resource = regexp.MustCompile(`^  (\w+):\s*$`)
	memory   = regexp.MustCompile(`^\s+MemorySize: (\d+)\s*$`)
)

// memoryMB is what a function is billed for: what the template says of it, else
// of all.
func memoryMB(t testing.TB, function string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../../../template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	said, under := map[string]int{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if m := resource.FindStringSubmatch(line); m != nil {
			under = strings.ToLower(m[1])
		}
		if m := memory.FindStringSubmatch(line); m != nil {
			said[under], _ = strconv.Atoi(m[1])
		}
	}
	const globals = "function" // under Globals
	if mb, own := said[function]; own {
		return mb
	}
	if said[globals] == 0 {
		t.Fatal("template.yaml has no MemorySize for all functions")
	}
	return said[globals]
}
