package report

import (
	"fmt"
	"image/color"
	"strings"

	"relais/internal/french"
)

// Colours of the State design system (système de design de l'État, light theme).
// Each stands out from the ground by more than 3 to 1, and the text by more than
// 4.5 to 1 (RGAA 3.3); every bar is named and numbered, so that no colour alone
// says anything.
var (
	ground   = color.RGBA{0xf6, 0xf6, 0xf6, 0xff} // grey-975: opaque, and calm in a dark mail
	text     = color.RGBA{0x16, 0x16, 0x16, 0xff} // grey-50
	rule     = color.RGBA{0xce, 0xce, 0xce, 0xff} // grey-850
	blue     = color.RGBA{0x00, 0x00, 0x91, 0xff} // bleu France
	info     = color.RGBA{0x00, 0x63, 0xcb, 0xff}
	success  = color.RGBA{0x18, 0x75, 0x3c, 0xff}
	warning  = color.RGBA{0xb3, 0x40, 0x00, 0xff}
	failure  = color.RGBA{0xce, 0x05, 0x00, 0xff}
	discreet = color.RGBA{0x66, 0x66, 0x66, 0xff} // grey-425
)

// block is a titled group of bars, all on the scale of the picture. A bar beyond
// the last colour is discreet.
type block struct {
	title  string
	bars   []Line
	colour []color.RGBA
}

func (b block) colourOf(i int) color.RGBA {
	if i < len(b.colour) {
		return b.colour[i]
	}
	return discreet
}

func blocks(f Figures) []block {
	return []block{
		{french.Count(f.Total, "dossier", "dossiers") + " par état", f.States(), []color.RGBA{blue, blue, success, failure, discreet}},
		{"Proposition de Relais, avant décision", f.Verdicts(), []color.RGBA{failure, warning, info, success}},
		{"Dates de réponse", f.Answers(), []color.RGBA{success, info, warning, failure}},
	}
}

// Picture draws the figures as horizontal bars: a PNG of 1120 pixels across, to be
// shown at 560, and the French text that says the same. The same figures give the
// same bytes. Nothing in it comes from a candidate.
func Picture(f Figures) (png []byte, said string, err error) {
	all := blocks(f)
	png, err = draw(all)
	if err != nil {
		return nil, "", fmt.Errorf("draw the figures of a call: %w", err)
	}
	return png, describe(all), nil
}

// describe says each block in a sentence: 13 dossiers par état : en construction
// 10, en instruction 0…
func describe(all []block) string {
	var sentences []string
	for _, b := range all {
		said := make([]string, len(b.bars))
		for i, bar := range b.bars {
			said[i] = strings.ToLower(bar.Name) + french.NBSP + french.Integer(bar.Count)
		}
		sentences = append(sentences, b.title+french.NBSP+": "+strings.Join(said, ", ")+".")
	}
	return strings.Join(sentences, " ")
}
