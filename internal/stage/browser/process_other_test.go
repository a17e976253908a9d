//go:build !linux

package browser

import "os/exec"

// dieWithParent is for Linux only: elsewhere a process that is left over ends with
// its lifetime.
func dieWithParent(*exec.Cmd) {}
