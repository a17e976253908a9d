//go:build !race

package main

// slowed: the race detector slows the platform down, and not the command.
const slowed = false
