package supply

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// module is one that is linked, with the folders of its packages that are.
type module struct {
	Path, Version, Dir string
	folders            []string
}

// linked are the modules of others in the seven binaries, as built for Lambda.
func linked(t testing.TB) []module {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-tags", "lambda.norpc", "-json=Dir,Standard,Module", "./functions/...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*module{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			Dir      string
			Standard bool
			Module   *struct {
				Path, Version, Dir string
				Main               bool
				Replace            *struct{ Path string }
			}
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Standard || p.Module == nil || p.Module.Main {
			continue
		}
		if p.Module.Replace != nil {
			t.Errorf("%s is replaced by %s: its version says nothing", p.Module.Path, p.Module.Replace.Path)
		}
		if all[p.Module.Path] == nil {
			all[p.Module.Path] = &module{Path: p.Module.Path, Version: p.Module.Version, Dir: p.Module.Dir}
		}
		all[p.Module.Path].folders = append(all[p.Module.Path].folders, p.Dir)
	}
	var list []module
	for _, m := range all {
		list = append(list, *m)
	}
	slices.SortFunc(list, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// licenceFiles are those of a module: at its root, and between there and each of
// its linked packages. Names are relative to its root.
func (m module) licenceFiles() (names []string, err error) {
	looked := map[string]bool{}
	for _, dir := range append(m.folders, m.Dir) {
		for ; !looked[dir]; dir = filepath.Dir(dir) {
			looked[dir] = true
			entries, err := os.ReadDir(dir)
			if err != nil {
				return nil, err
			}
			for _, e := range entries {
				if e.Type().IsRegular() && isLicence(e.Name()) {
					rel, _ := filepath.Rel(m.Dir, filepath.Join(dir, e.Name()))
					names = append(names, filepath.ToSlash(rel))
				}
			}
			if dir == m.Dir {
				break
			}
		}
	}
	slices.Sort(names)
	return names, nil
}

func isLicence(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "licen") || strings.HasPrefix(name, "copying")
}
