package desk

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
)

// certificate is the page's, read again when its files change: whoever renews it
// need not restart Relais.
type certificate struct {
	cert, key string
	log       logrus.FieldLogger

	mu    sync.Mutex
	read  [2]fileState
	value *tls.Certificate
}

// fileState tells one content of a file from the next.
type fileState struct {
	modified time.Time
	size     int64
}

func loadCertificate(cert, key string, log logrus.FieldLogger) (*certificate, error) {
	c := &certificate{cert: cert, key: key, log: log}
	return c, c.load()
}

// load is only in error when there is no certificate at all. A certificate that
// was replaced by half keeps the former one until both files go together.
func (c *certificate) load() error {
	read, err := c.look()
	if err == nil && read == c.read {
		return nil
	}
	var value tls.Certificate
	if err == nil {
		value, err = tls.LoadX509KeyPair(c.cert, c.key)
	}
	switch {
	case err == nil:
		c.read, c.value = read, &value
	case c.value == nil:
		return fmt.Errorf("RELAIS_TLS_CERT and RELAIS_TLS_KEY: they are no certificate and its key (%w)", err)
	case read != c.read:
		c.read = read // said once for each content
		c.log.WithError(err).Warn("the certificate of the page has changed and cannot be read: the former one serves")
	}
	return nil
}

func (c *certificate) look() (states [2]fileState, err error) {
	for i, path := range []string{c.cert, c.key} {
		info, failed := os.Stat(path)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		states[i] = fileState{info.ModTime(), info.Size()}
	}
	return states, err
}

// config is for the server. Handshakes are few: each looks whether the files have
// changed.
func (c *certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			err := c.load()
			return c.value, err
		},
	}
}
