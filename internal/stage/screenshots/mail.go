package main

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// ending is that of the mails; pictures of a mail are beside it.
const ending = ".html.golden"

type mail struct {
	name string
	page string
}

func read(folder string) ([]mail, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*"+ending))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("there is no mail (*%s) in %s", ending, folder)
	}
	var mails []mail
	for _, path := range paths {
		page, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		shown, err := inline(string(page), folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		mails = append(mails, mail{strings.TrimSuffix(filepath.Base(path), ending), shown})
	}
	return mails, nil
}

var contentID = regexp.MustCompile(`cid:([A-Za-z0-9-]+)(@|%40)[A-Za-z0-9.-]+`)

// inline puts the pictures into the page, as a mail client does.
func inline(page, folder string) (string, error) {
	var failed error
	page = contentID.ReplaceAllStringFunc(page, func(cid string) string {
		name := contentID.FindStringSubmatch(cid)[1]
		png, err := os.ReadFile(filepath.Join(folder, name+".png.golden"))
		if err != nil {
			failed = err
		}
		return "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
	})
	return page, failed
}

var gallery = template.Must(template.New("").Parse(`<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Courriels de Relais</title>
<style>body{font-family:sans-serif;margin:16px}img{border:1px solid #ccc;vertical-align:top;margin:0 16px 16px 0;max-width:100%}</style></head>
<body><h1>Courriels de Relais</h1>
{{range .}}<h2>{{.Name}}</h2>
{{range .Pictures}}<img src="{{.}}" alt="{{.}}">
{{end}}{{end}}</body></html>
`))

// index writes the page of all pictures.
func index(out string, mails []mail, pictures map[string][]string) error {
	type entry struct {
		Name     string
		Pictures []string
	}
	var entries []entry
	for _, m := range mails {
		entries = append(entries, entry{m.name, pictures[m.name]})
	}
	f, err := os.Create(filepath.Join(out, "index.html"))
	if err != nil {
		return err
	}
	defer f.Close()
	return gallery.Execute(f, entries)
}
