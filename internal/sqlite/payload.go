package sqlite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"relais/internal/dossier"
)

// zstdJSON is the only payload format so far: zstd, sheltered, around the JSON of
// dossier.Dossier. New fields need nothing: old payloads are read without them.
// A renamed or retyped JSON field needs a new format, and a reader for this one.
const zstdJSON = 1

// Bounds of memory. The window is far above a usual dossier (some 30 kB) and
// costs one buffer; a dossier beyond the limit would not come from the platform.
const (
	zstdWindow   = 256 << 10
	maxPlainSize = 256 << 20
)

// codec holds one encoder and one decoder, which are safe for several goroutines
// and take turns.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true),
		zstd.WithWindowSize(zstdWindow))
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxPlainSize))
	if err != nil {
		return nil, err
	}
	return &codec{enc, dec}, nil
}

func (c *codec) close() { c.dec.Close() }

// pack compresses a dossier. scratch is reused from one dossier to the next.
func (c *codec) pack(d *dossier.Dossier, scratch *bytes.Buffer) ([]byte, error) {
	scratch.Reset()
	e := json.NewEncoder(scratch)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return nil, err
	}
	return shelterZstd(c.enc.EncodeAll(scratch.Bytes(), nil)), nil
}

// unpack is the inverse of pack; nil for no payload. Its errors carry no cause,
// which could quote the content.
func (c *codec) unpack(format int, body []byte) (*dossier.Dossier, error) {
	if len(body) == 0 {
		return nil, nil
	}
	if format != zstdJSON {
		return nil, fmt.Errorf("payload of format %d, this version knows %d", format, zstdJSON)
	}
	plain, err := c.dec.DecodeAll(body, nil)
	if err != nil {
		return nil, errors.New("the payload is damaged; restore the store from a backup")
	}
	d := new(dossier.Dossier)
	if err := json.Unmarshal(plain, d); err != nil {
		return nil, errors.New("the payload does not have the shape this version writes")
	}
	return d, nil
}
