package supply

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"relais/internal/stage"
)

// TestMain keeps what the tests compile until their end.
func TestMain(m *testing.M) { os.Exit(stage.Main(m)) }

// TestSBOM has the tool describe two binaries, twice.
func TestSBOM(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles two binaries and a tool")
	}
	tools := filepath.Join(root, "infra", "tools")
	tool := filepath.Join(t.TempDir(), "sbom")
	if out, err := goIn(tools, "mod", "download", "github.com/CycloneDX/cyclonedx-go").CombinedOutput(); err != nil {
		t.Skipf("the bill of materials: not proven (the modules of infra/tools are out of reach: %s)", bytes.TrimSpace(out))
	}
	if out, err := goIn(tools, "build", "-o", tool, "./sbom").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	binaries := []string{
		stage.Build(t, "relais/functions/webhook").Bootstrap(), stage.Build(t, "relais/functions/relais").Bootstrap(),
	}
	first := described(t, tool, binaries)
	slices.Reverse(binaries)
	if again := described(t, tool, binaries); !bytes.Equal(first, again) {
		t.Error("the same binaries have two bills")
	}
	complete(t, first)
}

func goIn(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	return cmd
}

func described(t testing.TB, tool string, binaries []string) []byte {
	t.Helper()
	cmd := exec.Command(tool, append([]string{"-licences", filepath.Join(root, "infra", "licences.md")}, binaries...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// complete wants each linked module in the bill, with its licences, and each
// binary to name what it needs.
func complete(t testing.TB, raw []byte) {
	t.Helper()
	var bom struct {
		BOMFormat, SpecVersion, SerialNumber string
		Components                           []struct {
			Name, Version, Purl string
			Licenses            []any
		}
		Dependencies []struct {
			Ref       string
			DependsOn []string
		}
	}
	if err := json.Unmarshal(raw, &bom); err != nil {
		t.Fatal(err)
	}
	if bom.BOMFormat != "CycloneDX" || bom.SpecVersion == "" || !strings.HasPrefix(bom.SerialNumber, "urn:uuid:") {
		t.Errorf("%s %s %q", bom.BOMFormat, bom.SpecVersion, bom.SerialNumber)
	}
	listed := map[string]bool{}
	for _, c := range bom.Components {
		listed[c.Purl] = true
		if c.Purl != "" && len(c.Licenses) == 0 {
			t.Errorf("%s %s has no licence in the bill", c.Name, c.Version)
		}
	}
	for _, m := range linked(t) {
		if purl := "pkg:golang/" + m.Path + "@" + m.Version; !listed[purl] {
			t.Errorf("%s is linked and not in the bill", purl)
		}
	}
	sizes := map[string]int{}
	for _, d := range bom.Dependencies {
		sizes[d.Ref] = len(d.DependsOn)
	}
	webhook, relais := sizes["relais/functions/webhook"], sizes["relais/functions/relais"]
	if sizes["relais"] != 2 || webhook < 5 || relais <= webhook {
		t.Errorf("relais needs %d binaries, webhook %d modules, relais %d", sizes["relais"], webhook, relais)
	}
}
