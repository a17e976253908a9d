package mime

import (
	"errors"
	"fmt"
	"mime"
	"net/textproto"
	"strings"
	"unicode"

	"relais/internal/notify"
)

// maxName bounds a file's name, in characters.
const maxName = 64

// files makes the parts of a message's files, in their order: those that the HTML
// part shows, and those that are attached. An error names the place of the file.
func files(m notify.Message) (inline, attached []part, err error) {
	shown := map[string]bool{}
	for n, f := range m.Files {
		p, err := filePart(f)
		if err == nil && f.ContentID != "" && shown[f.ContentID] {
			err = errors.New("its Content-ID is that of an earlier one")
		}
		if err != nil {
			return nil, nil, fmt.Errorf("mime: message %s, file %d of %d: %w", m.ID, n+1, len(m.Files), err)
		}
		if f.ContentID == "" {
			attached = append(attached, p)
			continue
		}
		shown[f.ContentID] = true
		inline = append(inline, p)
	}
	return inline, attached, nil
}

// maxContentID bounds an identifier, in bytes.
const maxContentID = 200

// identifies tells that a Content-ID needs no quoting in a header nor in a cid:
// URL, which is narrower than RFC 2392.
func identifies(id string) bool {
	name, host, ok := strings.Cut(id, "@")
	if len(id) > maxContentID || name == "" || ok && host == "" {
		return false
	}
	return !strings.ContainsFunc(name+host, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-'
	})
}

func filePart(f notify.File) (part, error) {
	name := fileName(f.Name)
	if name == "" && f.ContentID == "" {
		return part{}, errors.New("it has no name")
	}
	kind, err := contentType(f.Type, name)
	if err != nil {
		return part{}, err
	}
	header := textproto.MIMEHeader{
		"Content-Type":              {kind},
		"Content-Transfer-Encoding": {"base64"},
		"Content-Disposition":       {disposition("attachment", name)},
	}
	if f.ContentID != "" {
		if !identifies(f.ContentID) {
			return part{}, errors.New("its Content-ID must be letters, digits, . - and at most one @")
		}
		header.Set("Content-Disposition", disposition("inline", name))
		header.Set("Content-Id", "<"+f.ContentID+">")
	}
	return part{header: header, encode: inBase64, data: f.Data}, nil
}

// contentType is a file's media type, with its name for the programs that do not
// read Content-Disposition: an encoded word when it is not ASCII, which is not
// allowed there (RFC 2047, 5) and is what those programs understand.
func contentType(text, name string) (string, error) {
	kind, options, err := mime.ParseMediaType(text)
	top, _, whole := strings.Cut(kind, "/")
	if err != nil || !whole || top == "multipart" || top == "message" {
		return "", errors.New("its type is not the media type of a file")
	}
	if _, given := options["charset"]; top == "text" && !given {
		options["charset"] = "utf-8"
	}
	delete(options, "name")
	value := mime.FormatMediaType(kind, options)
	if value == "" {
		return "", errors.New("its type cannot be written")
	}
	if name == "" {
		return value, nil
	}
	return value + ";\r\n name=\"" + mime.QEncoding.Encode("utf-8", name) + "\"", nil
}

// disposition names a file, if it has a name; by RFC 2231 when that is not ASCII.
func disposition(how, name string) string {
	switch {
	case name == "":
		return how
	case ascii(name):
		return how + ";\r\n filename=\"" + name + "\""
	}
	named := mime.FormatMediaType(how, map[string]string{"filename": name})
	return strings.Replace(named, "; ", ";\r\n ", 1)
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= unicode.MaxASCII })
}

// fileName is one line that every system takes as a name; "" when nothing of it
// is left. The end, which says what the file is, is kept.
func fileName(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar,
			r == '\u2028', r == '\u2029':
			return -1
		case strings.ContainsRune(`"/\:*?<>|`, r):
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	letters := []rune(strings.Trim(clean, " ."))
	if len(letters) > maxName {
		letters = append(letters[:maxName/2], letters[len(letters)-maxName/2:]...)
	}
	return string(letters)
}
