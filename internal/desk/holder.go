package desk

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// holder names this process in the leases of a store. It holds a file locked for
// as long as it lives, so that on one machine a lease dies with its process.
type holder struct {
	name   string
	folder string
	lock   *flock.Flock
}

func newHolder(store string) (*holder, error) {
	h := &holder{name: rand.Text(), folder: store + "-holders"}
	if err := os.MkdirAll(h.folder, 0o700); err != nil {
		return nil, fmt.Errorf("RELAIS_STORE: %w", err)
	}
	h.lock = flock.New(h.path(h.name))
	if ok, err := h.lock.TryLock(); err != nil || !ok {
		return nil, fmt.Errorf("RELAIS_STORE: %s cannot be locked (%v)", h.folder, err)
	}
	return h, nil
}

func (h *holder) path(name string) string {
	return filepath.Join(h.folder, filepath.Base(name)+".lock")
}

// dead tells that no process holds a name any more, and forgets its file.
func (h *holder) dead(name string) bool {
	if name == h.name {
		return false
	}
	if _, err := os.Stat(h.path(name)); err != nil {
		return os.IsNotExist(err)
	}
	lock := flock.New(h.path(name))
	free, err := lock.TryLock()
	if err != nil || !free {
		return false
	}
	_ = os.Remove(h.path(name))
	return lock.Unlock() == nil
}

// close lets go of the name.
func (h *holder) close() error {
	err := h.lock.Unlock()
	_ = os.Remove(h.path(h.name))
	return err
}
