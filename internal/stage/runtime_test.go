package stage_test

import (
	"net/http"
	"strings"
	"testing"

	"relais/internal/stage"
)

// TestRuntimeRefuses what a process may not say.
func TestRuntimeRefuses(t *testing.T) {
	r, err := stage.NewRuntime("actor")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, c := range []struct {
		path string
		want int
	}{
		{"/2018-06-01/runtime/invocation/none/response", http.StatusBadRequest},
		{"/2018-06-01/runtime/invocation/none/error", http.StatusBadRequest},
		{"/2018-06-01/runtime/init/error", http.StatusAccepted},
		{"/2020-01-01/extension/register", http.StatusBadRequest}, // without a name
		{"/2018-06-01/runtime/other", http.StatusNotFound},
	} {
		res, err := http.Post("http://"+r.Addr+c.path, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", c.path, res.StatusCode, c.want)
		}
	}
}
