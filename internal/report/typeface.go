package report

import (
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

// Sizes of the letters, in pixels of the picture.
const (
	boldSize  = 33
	plainSize = 31
)

// faces are the typefaces of one picture: the Go fonts, free to use, since that of
// the State is not. A face is for one goroutine at a time.
type faces struct{ bold, plain font.Face }

// parsed reads the typefaces when the first picture is drawn: a function that
// starts cold draws none.
var parsed = sync.OnceValues(func() (both [2]*sfnt.Font, err error) {
	for i, file := range [][]byte{gobold.TTF, goregular.TTF} {
		if both[i], err = opentype.Parse(file); err != nil {
			return both, err
		}
	}
	return both, nil
})

func typefaces() (faces, error) {
	fonts, err := parsed()
	if err != nil {
		return faces{}, err
	}
	bold, err := opentype.NewFace(fonts[0], &opentype.FaceOptions{Size: boldSize, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return faces{}, err
	}
	plain, err := opentype.NewFace(fonts[1], &opentype.FaceOptions{Size: plainSize, DPI: 72, Hinting: font.HintingNone})
	return faces{bold, plain}, err
}
