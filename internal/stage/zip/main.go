// Command zip packs a folder so that equal content gives equal bytes: names are
// sorted, files bear one date, and only the right to execute is kept of their mode.
//
//	zip -o poll.zip bin/lambda/poll
//
// It prints the SHA-256 of what it wrote.
package main

import (
	"archive/zip"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

func main() {
	out := flag.String("o", "", "zip `file` to write")
	flag.Parse()
	if err := run(os.Stdout, *out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "zip:", err)
		os.Exit(1)
	}
}

func run(say io.Writer, out string, folders []string) error {
	if out == "" || len(folders) != 1 {
		return errors.New("want -o FILE and one folder")
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	digest := sha256.New()
	err = pack(io.MultiWriter(f, digest), os.DirFS(folders[0]))
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(out))
	}
	_, err = fmt.Fprintf(say, "%x  %s\n", digest.Sum(nil), filepath.ToSlash(out))
	return err
}

// made is the date of all files: the first that a zip can tell.
var made = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// pack writes the files of a folder, in the order of their names. Links and other
// files that are not plain are an error: what they stand for is not in the folder.
func pack(w io.Writer, folder fs.FS) error {
	z := zip.NewWriter(w)
	files := 0
	err := fs.WalkDir(folder, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files++
		return add(z, folder, name, e)
	})
	if err == nil && files == 0 {
		err = errors.New("the folder is empty")
	}
	return errors.Join(err, z.Close())
}

func add(z *zip.Writer, folder fs.FS, name string, e fs.DirEntry) error {
	info, err := e.Info()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no plain file", name)
	}
	head := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: made}
	head.SetMode(0o644 | info.Mode().Perm()&0o100/0o100*0o111)
	out, err := z.CreateHeader(head)
	if err != nil {
		return err
	}
	in, err := folder.Open(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, in.Close())
}
