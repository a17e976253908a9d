package journal

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/sirupsen/logrus"
)

// stamp is RFC 3339 with milliseconds.
const stamp = "2006-01-02T15:04:05.000Z07:00"

// reserved are the keys that Lambda reads.
const (
	keyTime    = "timestamp"
	keyLevel   = "level"
	keyMessage = "message"
)

// formatter is logrus's JSON one but for three things: the words of the levels,
// addresses, and that a field which is no JSON costs the field and not the line.
type formatter struct{}

func (formatter) Format(e *logrus.Entry) ([]byte, error) {
	line := make(map[string]any, len(e.Data)+3)
	for key, value := range e.Data {
		switch key {
		case keyTime, keyLevel, keyMessage:
			key = "fields." + key // as logrus does
		}
		line[mask(key)] = plain(value)
	}
	line[keyTime] = e.Time.UTC().Format(stamp)
	line[keyLevel] = wordOf(e.Level)
	line[keyMessage] = mask(e.Message)

	out := e.Buffer
	if out == nil {
		out = new(bytes.Buffer)
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(line); err != nil {
		return nil, fmt.Errorf("journal: write a line: %w", err)
	}
	return out.Bytes(), nil
}

// plain makes of a value what JSON would, with its strings masked.
func plain(value any) any {
	switch v := value.(type) {
	case nil, bool, int, int64, uint64:
		return v
	case string:
		return mask(v)
	case error:
		return mask(safely(v.Error))
	}
	raw, err := marshal(value)
	if err != nil {
		return fmt.Sprintf("(a %T, which is not JSON)", value)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return fmt.Sprintf("(a %T, which is not JSON)", value)
	}
	return maskTree(tree)
}

// marshal survives the methods of a value: a nil pointer must not cost the line.
func marshal(value any) (raw []byte, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("a %T that panics", value)
		}
	}()
	return json.Marshal(value)
}

func safely(text func() string) (s string) {
	defer func() {
		if recover() != nil {
			s = "(an error that panics)"
		}
	}()
	return text()
}
