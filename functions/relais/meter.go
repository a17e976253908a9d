package main

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"relais/internal/ingest"
)

// meter shows the progress of a poll: a moving line on a terminal, one line per
// thousand dossiers elsewhere.
type meter struct {
	out      io.Writer
	bar      *progressbar.ProgressBar
	demarche int
	said     int
}

const plainEvery = 1000

func newMeter(out io.Writer) *meter {
	m := &meter{out: out}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		m.bar = progressbar.NewOptions(-1,
			progressbar.OptionSetWriter(out), progressbar.OptionShowCount(),
			progressbar.OptionSpinnerType(14), progressbar.OptionClearOnFinish())
	}
	return m
}

// pass is told how far the pass over one démarche has come.
func (m *meter) pass(demarche int, r ingest.Report) {
	if m.demarche != demarche {
		m.demarche, m.said = demarche, 0
		if m.bar != nil {
			m.bar.Reset()
		}
	}
	if m.bar != nil {
		m.bar.Describe(fmt.Sprintf("démarche %d: dossiers read", demarche))
		_ = m.bar.Set(r.DossiersRead)
		return
	}
	if r.DossiersRead-m.said >= plainEvery {
		m.said = r.DossiersRead
		fmt.Fprintf(m.out, "démarche %d: %d dossiers read\n", demarche, r.DossiersRead)
	}
}

func (m *meter) done() {
	if m.bar != nil {
		_ = m.bar.Finish()
	}
}
