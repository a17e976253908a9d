package report

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"

	"relais/internal/french"
)

// Measures of the picture, in its own pixels: twice those of the screen.
const (
	width     = 1120
	margin    = 40
	labelEnd  = 376 // labels end here
	barStart  = 396 // bars begin here
	barEnd    = 900 // and end here at most; their number follows
	rowHeight = 56
	barHeight = 32
	least     = 6 // of a bar that counts something
	headRoom  = 84
	gap       = 28
	afterBar  = 14
)

// draw makes the PNG of some blocks.
func draw(all []block) ([]byte, error) {
	letters, err := typefaces()
	if err != nil {
		return nil, err
	}
	height, most := margin/2, 1
	for _, b := range all {
		height += headRoom + rowHeight*len(b.bars) + gap
		for _, bar := range b.bars {
			most = max(most, bar.Count)
		}
	}
	frame := image.Rect(0, 0, width, height)
	p := &picture{image.NewPaletted(frame, inks()), image.NewAlpha(frame), letters}
	y := margin / 2
	for i, b := range all {
		y = p.block(b, y, most, i > 0)
	}
	p.ink()
	var out bytes.Buffer
	if err := png.Encode(&out, p.page); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// picture is a page whose first colour is the ground, and the letters to be put on
// it, which lie over no bar.
type picture struct {
	page    *image.Paletted
	text    *image.Alpha
	letters faces
}

func (p *picture) block(b block, y, most int, ruled bool) int {
	if ruled {
		p.bar(image.Rect(margin, y, width-margin, y+2), rule)
	}
	p.write(b.title, p.letters.bold, margin, y+headRoom-28)
	y += headRoom
	for i, line := range b.bars {
		p.row(line, b.colourOf(i), y, most)
		y += rowHeight
	}
	return y + gap
}

func (p *picture) row(line Line, c color.RGBA, y, most int) {
	baseline := y + rowHeight/2 + 11
	p.write(line.Name, p.letters.plain, labelEnd-widthOf(line.Name, p.letters.plain), baseline)
	end := barStart
	if line.Count > 0 {
		end += max(least, (barEnd-barStart)*line.Count/most)
	}
	top := y + (rowHeight-barHeight)/2
	p.bar(image.Rect(barStart, top, end, top+barHeight), c)
	p.write(french.Integer(line.Count), p.letters.bold, end+afterBar, baseline)
}

func (p *picture) bar(r image.Rectangle, c color.RGBA) {
	colour := uint8(p.page.Palette.Index(c))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p.page.SetColorIndex(x, y, colour)
		}
	}
}

func (p *picture) write(s string, face font.Face, x, baseline int) {
	d := font.Drawer{Dst: p.text, Src: image.Opaque, Face: face, Dot: fixed.P(x, baseline)}
	d.DrawString(drawable(s))
}

// ink puts the letters on the page, in the nearest shade.
func (p *picture) ink() {
	first := len(p.page.Palette) - shades
	for i, cover := range p.text.Pix {
		if shade := (int(cover)*shades + 127) / 255; shade > 0 {
			p.page.Pix[i] = uint8(first + shade - 1)
		}
	}
}

func widthOf(s string, face font.Face) int { return font.MeasureString(face, drawable(s)).Ceil() }

// drawable puts the unbreakable space that the typeface has in the place of the
// narrow one, which it lacks.
func drawable(s string) string { return strings.ReplaceAll(s, french.NNBSP, french.NBSP) }

// shades of the letters, for their edges.
const shades = 8

// inks are the colours of a picture: sixteen, so that a pixel takes half a byte.
// The ground comes first, the shades of the letters last.
func inks() color.Palette {
	list := color.Palette{ground, rule, blue, info, success, warning, failure, discreet}
	for i := 1; i <= shades; i++ {
		list = append(list, mixed(ground, text, i))
	}
	return list
}

// mixed is so many shades of the way from one colour to another.
func mixed(from, to color.RGBA, n int) color.RGBA {
	at := func(a, b uint8) uint8 { return uint8((int(a)*(shades-n) + int(b)*n) / shades) }
	return color.RGBA{at(from.R, to.R), at(from.G, to.G), at(from.B, to.B), 0xff}
}
