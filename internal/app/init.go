package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"relais/internal/call"
)

// Initialised tells what init wrote.
type Initialised struct {
	Path   string
	Bound  int
	Doubts []call.Doubt
}

// Init writes a call file for a live form into a folder, as <id>.yaml. It never
// overwrites: fs.ErrExist names the file in the way. What it could not decide
// stays null, with the candidates in comments.
func (w *World) Init(ctx context.Context, demarche int, region, folder string) (Initialised, error) {
	if _, ok := call.RegionByCode(region); region != "" && !ok {
		return Initialised{}, usage("%q is no INSEE region code: write a code such as 53 or 04", region)
	}
	form, err := w.Platform.Form(ctx, demarche)
	if err != nil {
		return Initialised{}, fmt.Errorf("démarche %d: %w", demarche, err)
	}
	binding := call.Bind(form)
	draft := call.Draft(form, region)
	draft.ID = freeID(draft, folder)
	path := filepath.Join(folder, draft.ID+".yaml")
	if err := writeNew(path, call.Write(draft, &form, &binding)); err != nil {
		return Initialised{}, err
	}
	return Initialised{path, len(binding.Fields) + len(binding.Annotations), binding.Doubts}, nil
}

// freeID avoids the id of a template or of another démarche's call. A call of the
// same démarche keeps its id, so that a second init meets its file and stops.
// Files that cannot be read are no obstacle to writing a new one.
func freeID(draft call.Call, folder string) string {
	present, _ := call.Load(folder)
	if taken, ok := present.Get(draft.ID); ok && taken.Demarche != draft.Demarche {
		return present.FreeID(draft)
	}
	return draft.ID
}

// writeNew writes a whole file or none, and never over another one.
func writeNew(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("RELAIS_CALLS: the folder cannot be made: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".init-*")
	if err != nil {
		return fmt.Errorf("RELAIS_CALLS: the folder cannot be written: %w", err)
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(content)
	if err := errors.Join(err, temporary.Chmod(0o644), temporary.Close()); err != nil {
		return fmt.Errorf("writing the call file: %w", err)
	}
	// A link fails when the name is taken; a rename would overwrite.
	if err := os.Link(temporary.Name(), path); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already and is left as it is: rename or remove it to have a new one written: %w", path, fs.ErrExist)
	} else if err != nil {
		return fmt.Errorf("writing the call file: %w", err)
	}
	return nil
}
