package stage_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const tellsMemory = true

// children lists the living processes that this test binary started from a
// bootstrap file.
func children(t *testing.T) (pids []int) {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		exe, err := os.Readlink(link)
		if err == nil && filepath.Base(exe) == "bootstrap" && parentOf(link) == os.Getpid() {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			pids = append(pids, pid)
		}
	}
	return pids
}

func parentOf(link string) (ppid int) {
	stat, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "stat"))
	// pid (name) state ppid …: the name is "bootstrap" here
	fields := strings.Fields(string(stat))
	if len(fields) > 3 {
		ppid, _ = strconv.Atoi(fields[3])
	}
	return ppid
}
