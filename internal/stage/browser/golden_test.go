package browser

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// letters is the folder of the golden mails.
var letters = filepath.Join("..", "..", "letter", "testdata")

var contentID = regexp.MustCompile(`cid:([A-Za-z0-9-]+)(?:@|%40)[A-Za-z0-9.-]+`)

// goldenMails is a folder of the HTML parts of the golden mails, each with its
// pictures in place, as a mail program shows them.
func goldenMails(t *testing.T) string {
	t.Helper()
	const ending = ".html.golden"
	paths, err := filepath.Glob(filepath.Join(letters, "*"+ending))
	if err != nil || len(paths) < 5 {
		t.Fatalf("%d golden mails (%v)", len(paths), err)
	}
	folder := t.TempDir()
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		shown := contentID.ReplaceAllStringFunc(string(content), func(cid string) string {
			png, err := os.ReadFile(filepath.Join(letters, contentID.FindStringSubmatch(cid)[1]+".png.golden"))
			if err != nil {
				t.Fatal(err)
			}
			return "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
		})
		name := strings.TrimSuffix(filepath.Base(path), ending) + ".html"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(shown), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "favicon.ico"), nil, 0o600); err != nil { // browsers ask for one
		t.Fatal(err)
	}
	return folder
}
