//go:build !unix

package main

import "os"

// peakBytes is not measured here.
func peakBytes(*os.ProcessState) (int64, bool) { return 0, false }
