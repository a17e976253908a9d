package report

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
	"relais/internal/french"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// national are the figures of a call with many dossiers.
func national() Figures {
	return Figures{
		Total: 1284,
		ByState: map[dossier.State]int{dossier.EnConstruction: 412, dossier.EnInstruction: 633,
			dossier.Accepte: 171, dossier.Refuse: 54, dossier.SansSuite: 14},
		ByVerdict: map[dossier.Verdict]int{dossier.NonRecevable: 96, dossier.ACompleter: 208, dossier.AVerifier: 155, dossier.Recevable: 586},
		Met:       231, Near: 47, Late: 9, Born: 6,
	}
}

func TestPicture(t *testing.T) {
	drawn, said, err := Picture(national())
	if err != nil {
		t.Fatal(err)
	}
	// pixels and not bytes: those may change with Go's own compression
	if want := golden(t, "national.png", drawn); pixels(t, want) != pixels(t, drawn) {
		t.Error("the picture has changed: look at it, then go test -update")
	}
	if diff := cmp.Diff(string(golden(t, "national.txt", []byte(said+"\n"))), said+"\n"); diff != "" {
		t.Error(diff)
	}
}

func golden(t *testing.T, name string, got []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return want
}

func pixels(t *testing.T, drawn []byte) [32]byte {
	t.Helper()
	im, err := png.Decode(bytes.NewReader(drawn))
	if err != nil {
		t.Fatal(err)
	}
	page, ok := im.(*image.Paletted)
	if !ok || len(page.Palette) != 16 {
		t.Fatalf("a picture of %T", im)
	}
	return sha256.Sum256(fmt.Append(page.Pix, page.Palette, page.Rect))
}

// Whatever is counted, the picture is small, opaque, as wide as promised; and a
// text says each number.
func TestExtremePictures(t *testing.T) {
	one := func(s dossier.State, v dossier.Verdict, n int) Figures {
		return Figures{Total: n, ByState: map[dossier.State]int{s: n}, ByVerdict: map[dossier.Verdict]int{v: n}}
	}
	crowded := national()
	crowded.ByState["<script>"], crowded.ByVerdict[""], crowded.Born = 88_888_888, 77_777_777, 66_666_666
	for name, f := range map[string]Figures{
		"nothing": {}, "one dossier": one(dossier.EnConstruction, "", 1),
		"one among millions": {ByState: map[dossier.State]int{dossier.Accepte: 1, dossier.EnConstruction: 88_888_888}},
		"all and more":       crowded, "national": national(),
	} {
		drawn, said, err := Picture(f)
		if err != nil {
			t.Fatal(err)
		}
		if len(drawn) > 30_000 {
			t.Errorf("%s: %d bytes", name, len(drawn))
		}
		im, err := png.Decode(bytes.NewReader(drawn))
		if err != nil {
			t.Fatal(err)
		}
		if im.Bounds().Dx() != width || im.Bounds().Dy() > 2*width {
			t.Errorf("%s: %v", name, im.Bounds())
		}
		framed(t, im)
		for _, line := range slices.Concat(f.States(), f.Verdicts(), f.Answers()) {
			if !strings.Contains(said, strings.ToLower(line.Name)+"\u00a0"+french.Integer(line.Count)) {
				t.Errorf("%s: %v is not in %q", name, line, said)
			}
		}
		if strings.Contains(said, "script") {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// framed: nothing is drawn in the margins, and the ground lets nothing through.
func framed(t *testing.T, im image.Image) {
	t.Helper()
	b := im.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for _, x := range []int{0, margin - 1, width - margin, width - 1} {
			if c := color.RGBAModel.Convert(im.At(x, y)); c != ground {
				t.Fatalf("%v at %d, %d", c, x, y)
			}
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	_, said, err := Picture(Figures{})
	if err != nil || !strings.HasPrefix(said, "0\u00a0dossier par état\u00a0: ") {
		t.Errorf("%q, %v", said, err)
	}
}

// A state that this version does not know is counted, under a name of ours.
func TestUnknownStates(t *testing.T) {
	f := Figures{ByState: map[dossier.State]int{"<script>": 3, "autre": 2}, ByVerdict: map[dossier.Verdict]int{"": 5}}
	_, said, err := Picture(f)
	if err != nil || !strings.Contains(said, "autre état\u00a05") || !strings.Contains(said, "sans proposition\u00a05") || strings.Contains(said, "script") {
		t.Errorf("%q, %v", said, err)
	}
}

func TestSeveralPicturesAtOnce(t *testing.T) {
	var all sync.WaitGroup
	sums := make([][32]byte, 4)
	for i := range sums {
		all.Go(func() {
			drawn, _, err := Picture(national())
			if err != nil {
				t.Error(err)
			}
			sums[i] = sha256.Sum256(drawn)
		})
	}
	all.Wait()
	for _, s := range sums[1:] {
		if s != sums[0] {
			t.Error("pictures drawn at once differ")
		}
	}
}

// Every label fits, and the typeface draws every letter of it.
func TestLabelsFit(t *testing.T) {
	letters, err := typefaces()
	if err != nil {
		t.Fatal(err)
	}
	f := Figures{Total: 88_888_888, ByState: map[dossier.State]int{"x": 1}, ByVerdict: map[dossier.Verdict]int{"x": 1}}
	for _, b := range blocks(f) {
		if w := widthOf(b.title, letters.bold); w > width-2*margin {
			t.Errorf("%q takes %d", b.title, w)
		}
		for _, line := range b.bars {
			if w := widthOf(line.Name, letters.plain); w > labelEnd-margin {
				t.Errorf("%q takes %d of %d", line.Name, w, labelEnd-margin)
			}
			for _, r := range drawable(line.Name + b.title + "0123456789\u202f") {
				if missing(t, letters, r) {
					t.Errorf("no %q in the typeface", r)
				}
			}
		}
	}
	if w := widthOf("88 888 888", letters.bold); barEnd+afterBar+w > width-margin {
		t.Errorf("a number of eight digits ends at %d", barEnd+afterBar+w)
	}
}

func missing(t *testing.T, letters faces, r rune) bool {
	t.Helper()
	fonts, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fonts {
		if i, err := f.GlyphIndex(nil, r); err != nil || i == 0 {
			return true
		}
	}
	return false
}

// Contrast after WCAG 2.1: 4.5 for text, 3 for what is drawn.
func TestContrast(t *testing.T) {
	if got := contrast(text, ground); got < 4.5 {
		t.Errorf("text: %.2f", got)
	}
	for _, c := range []color.RGBA{blue, info, success, warning, failure, discreet} {
		if got := contrast(c, ground); got < 3 {
			t.Errorf("bar %v: %.2f", c, got)
		}
	}
}

func contrast(a, b color.RGBA) float64 {
	light, dark := max(luminance(a), luminance(b)), min(luminance(a), luminance(b))
	return (light + 0.05) / (dark + 0.05)
}

func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}
