package preference

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
)

// LeastSecret is the fewest characters of a secret.
const LeastSecret = 32

// Labels of the keys derived from a secret. Another one makes every token wrong.
const (
	sealLabel  = "relais preference v1: seal"
	nonceLabel = "relais preference v1: nonce"
	keySize    = 32 // AES-256; as much for the nonce's HMAC-SHA256
)

// Key seals and opens tokens. It is safe for concurrent use, and never prints
// itself. The zero Key seals and opens nothing.
type Key struct {
	seal  cipher.AEAD
	nonce []byte
}

// NewKey derives a key from a secret of LeastSecret characters or more, drawn at
// random.
func NewKey(secret string) (Key, error) {
	if len(secret) < LeastSecret {
		return Key{}, fmt.Errorf("the secret of preferences must have at least %d characters (got %d)", LeastSecret, len(secret))
	}
	sealing, err := hkdf.Key(sha256.New, []byte(secret), nil, sealLabel, keySize)
	if err != nil {
		return Key{}, fmt.Errorf("key of preferences: %w", err)
	}
	nonce, err := hkdf.Key(sha256.New, []byte(secret), nil, nonceLabel, keySize)
	if err != nil {
		return Key{}, fmt.Errorf("key of preferences: %w", err)
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return Key{}, fmt.Errorf("key of preferences: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return Key{}, fmt.Errorf("key of preferences: %w", err)
	}
	return Key{aead, nonce}, nil
}

// KeyOf derives the key of a secret that is read whenever it is needed.
func KeyOf(secret func(context.Context) (string, error)) func(context.Context) (Key, error) {
	return func(ctx context.Context) (Key, error) {
		value, err := secret(ctx)
		if err != nil {
			return Key{}, err
		}
		return NewKey(value)
	}
}

// String hides the key, whatever the verb.
func (Key) String() string { return "[key]" }

// GoString hides the key from %#v.
func (Key) GoString() string { return "[key]" }
