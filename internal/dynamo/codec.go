package dynamo

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// A body begins with a byte for its format. Both hold the domain's own JSON: a
// field added to the domain needs nothing, and is absent from older bodies. One
// renamed or retyped needs a new format, and a reader for these.
const (
	plainJSON = 'j'
	zstdJSON  = 'z'
)

// Bounds of memory. The window is far above a usual dossier (some 30 kB); a
// dossier beyond the limit would not come from the platform.
const (
	zstdWindow   = 256 << 10
	maxPlainSize = 256 << 20
	worthZstd    = 128 // shorter bodies do not get shorter
)

// codec is safe for several goroutines, which take turns.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true),
		zstd.WithWindowSize(zstdWindow), zstd.WithEncoderCRC(false), zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
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

// pack writes a value as a body.
func (c *codec) pack(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, errors.New("cannot be written as JSON")
	}
	if len(plain) >= worthZstd {
		if packed := c.enc.EncodeAll(plain, []byte{zstdJSON}); len(packed) <= len(plain) {
			return packed, nil
		}
	}
	return append([]byte{plainJSON}, plain...), nil
}

// unpack is the inverse of pack. Its errors carry no cause, which could quote
// the content.
func (c *codec) unpack(b []byte, v any) error {
	plain, err := c.plain(b)
	if err != nil {
		return err
	}
	if json.Unmarshal(plain, v) != nil {
		return errors.New("does not have the shape this version writes")
	}
	return nil
}

func (c *codec) plain(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, errors.New("is empty")
	}
	switch b[0] {
	case plainJSON:
		return b[1:], nil
	case zstdJSON:
		plain, err := c.dec.DecodeAll(b[1:], nil)
		if err != nil {
			return nil, errors.New("is damaged; restore the table from a backup")
		}
		return plain, nil
	}
	return nil, fmt.Errorf("is of format %d, which this version does not know", b[0])
}
