package letter

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden mails anew")

var stories = map[string]func() Draft{
	"morning": morning, "urgent": urgent, "opening": opening, "mixed": mixed, "report": weeklyReport, "hostile": hostileNames,
}

func written(t *testing.T, d Draft) Letter {
	t.Helper()
	l, err := Write(d)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestGoldenLetters(t *testing.T) {
	for name, story := range stories {
		t.Run(name, func(t *testing.T) {
			l := written(t, story())
			golden(t, name+".txt", "Subject: "+l.Subject+"\n\n"+l.Text)
			golden(t, name+".html", l.HTML)
			for _, f := range l.Files {
				if f.ContentID == "" {
					golden(t, name+".ics", string(f.Data))
				} else if *update {
					golden(t, f.Name, string(f.Data))
				}
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", path, diff)
	}
}
