package bench

import (
	"fmt"
	"os"
	"testing"

	"relais/internal/stage"
)

// TestMain prints what the benches found after everything else.
func TestMain(m *testing.M) {
	code := stage.Main(m)
	fmt.Print(found.String())
	os.Exit(code)
}
