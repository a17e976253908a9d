// Command screenshots renders the golden mails in a headless Chromium, at the
// width of a phone, of a reading pane and of a screen, in the light and in the
// dark, with an index of all pictures:
//
//	screenshots -mails internal/letter/testdata -out var/screenshots
//
// A mail that scrolls sideways is an error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// patience bounds a whole run.
const patience = 10 * time.Minute

func main() {
	mails := flag.String("mails", "internal/letter/testdata", "folder of the mails (*.html.golden)")
	out := flag.String("out", "var/screenshots", "folder of the pictures, written anew")
	flag.Parse()
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	if err := run(ctx, *mails, *out); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folder, out string) error {
	browser, err := find()
	if err != nil {
		return err
	}
	mails, err := read(folder)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	pictures, err := shoot(ctx, browser, mails, out)
	if indexed := index(out, mails, pictures); indexed != nil {
		err = errors.Join(err, indexed)
	}
	fmt.Println(filepath.Join(out, "index.html"))
	return err
}

// find is the browser of this machine, under one of its usual names.
func find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium was found; on Debian: apt install chromium")
}
