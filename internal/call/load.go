package call

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxFile bounds a call file, in bytes; a fully annotated one is under 16 KB.
// The YAML parser is quadratic in nested brackets.
const maxFile = 64 << 10

// Load reads every .yaml and .yml file of a folder. The error joins all problems
// of all files, each "file:line: what, shape, remedy"; the set then holds the
// calls that are right. A folder without call file gives an empty set.
func Load(dir string) (Set, error) {
	names, err := callFiles(dir)
	if err != nil {
		return Set{}, err
	}
	var (
		calls    []Call
		problems []error
		first    = map[string]string{} // id → file
	)
	for _, name := range names {
		c, err := readFile(name)
		switch {
		case err != nil:
			problems = append(problems, err)
		case first[c.ID] != "":
			problems = append(problems, fmt.Errorf("%s: id %q is already the id of %s; give each call its own", name, c.ID, first[c.ID]))
		default:
			first[c.ID] = name
			calls = append(calls, c)
		}
	}
	return NewSet(calls...), errors.Join(problems...)
}

func callFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the folder of call files %q does not exist; create it or set RELAIS_CALLS to the right one", dir)
	case err != nil:
		return nil, fmt.Errorf("the folder of call files %q cannot be read: %w", dir, errors.Unwrap(err))
	}
	var names []string
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		hidden := strings.HasPrefix(e.Name(), ".")
		if (ext == ".yaml" || ext == ".yml") && !hidden && !e.IsDir() {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(names)
	return names, nil
}

func readFile(name string) (Call, error) {
	info, err := os.Stat(name)
	if err == nil && info.Size() > maxFile {
		return Call{}, tooLarge(name)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return Call{}, fmt.Errorf("%s: cannot be read: %w", name, errors.Unwrap(err))
	}
	return Parse(name, b)
}

func tooLarge(name string) error {
	return fmt.Errorf("%s:1: the file is larger than %d KB; a call file holds settings only", name, maxFile>>10)
}

// Parse reads one call file. name is kept as Source and starts each message. The
// error joins every problem of the file; the Call is then incomplete.
func Parse(name string, b []byte) (Call, error) {
	if len(b) > maxFile {
		return Call{}, tooLarge(name)
	}
	if !utf8.Valid(b) {
		return Call{}, fmt.Errorf("%s:1: the file is not UTF-8 text; save it again as UTF-8", name)
	}
	r := &reader{file: name}
	root := r.root(b, rootKeys)
	if root == nil {
		return Call{}, errors.Join(r.problems...)
	}
	c := decode(root)
	digest := sha256.Sum256(b)
	c.Source, c.Digest = name, hex.EncodeToString(digest[:])
	return c, errors.Join(r.problems...)
}
