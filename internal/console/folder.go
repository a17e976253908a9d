package console

import (
	"bytes"
	"context"
	"encoding/base64"
	"html"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"relais/internal/french"
)

// Mails are the mails kept as files.
type Mails interface {
	// List returns every mail, in any order. Subject and To may be left empty:
	// the page reads the few mails that it lists.
	List(ctx context.Context) ([]MailInfo, error)
	// Read returns one mail; the error wraps fs.ErrNotExist when there is none.
	Read(ctx context.Context, id string) (Mail, error)
}

// MailInfo is what the list shows of a mail. ID is the one of notify.Mail, or
// the name of its file: letters, digits and . _ - @ + = only.
type MailInfo struct {
	ID      string
	Subject string
	To      string
	Date    time.Time
}

// Mail is a mail with its two parts, either of which may be empty.
type Mail struct {
	MailInfo
	From      string
	MessageID string
	// Headers are others worth showing, in order.
	Headers []MailHeader
	Text    string
	HTML    string
	// Files are attached, except that those with a ContentID are shown inside the
	// HTML part.
	Files []MailFile
}

// MailHeader is one header, decoded.
type MailHeader struct{ Name, Value string }

// MailFile goes with a mail. Type is its media type.
type MailFile struct {
	Name, Type, ContentID string
	Data                  []byte
}

// fileRow is one file of the list under a mail.
type fileRow struct {
	URL, Name, Type, Size string
	Inline                bool
}

func fileRows(m Mail) []fileRow {
	var out []fileRow
	for i, f := range m.Files {
		out = append(out, fileRow{
			URL: mailURL(m.ID) + "/pieces/" + strconv.Itoa(i+1), Name: orText(shown(f.Name), "sans nom"),
			Type: shown(mediaType(f.Type)), Size: size(len(f.Data)), Inline: f.ContentID != "",
		})
	}
	return out
}

// size writes a number of bytes, rounded up.
func size(n int) string {
	if n < 1000 {
		return french.Count(n, "octet", "octets")
	}
	return french.Integer((n+999)/1000) + french.NBSP + "ko"
}

func mediaType(s string) string {
	kind, _, err := mime.ParseMediaType(s)
	if err != nil {
		return ""
	}
	return kind
}

// mailFrame answers with the HTML part as it was written but for where its links
// open and where its own images come from, in an origin of its own where nothing
// runs and nothing is fetched.
func (s *site) mailFrame(w http.ResponseWriter, r *http.Request) {
	m, err := s.readMail(r)
	if err == nil && m.HTML == "" {
		err = errNotFound
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(linksBeside(withImages(m.HTML, m.Files))))
}

// linksBeside makes the links of a mail open beside it, in a new tab: the policy of
// the page around the frame lets nothing foreign into the frame itself.
func linksBeside(page string) string {
	return strings.Replace(page, "<head>", `<head><base target="_blank">`, 1)
}

// pictures are the types of image that a frame shows: none of them runs anything.
var pictures = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true}

// withImages puts the images of a mail where its HTML names them (RFC 2392).
func withImages(page string, files []MailFile) string {
	for _, f := range files {
		kind := mediaType(f.Type)
		if f.ContentID == "" || !pictures[kind] {
			continue
		}
		data := `src="data:` + kind + ";base64," + base64.StdEncoding.EncodeToString(f.Data) + `"`
		page = strings.ReplaceAll(page, `src="cid:`+html.EscapeString(f.ContentID)+`"`, data)
	}
	return page
}

// mailFile hands over one file of a mail, to be saved and never shown: whatever it
// is, it is not part of the page.
func (s *site) mailFile(w http.ResponseWriter, r *http.Request) {
	m, err := s.readMail(r)
	n, isNumber := positive(r.PathValue("n"))
	if err == nil && (!isNumber || n > len(m.Files)) {
		err = errNotFound
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f := m.Files[n-1]
	name := orText(strings.Map(asFileName, shown(f.Name)), "piece")
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	http.ServeContent(w, r, "", m.Date, bytes.NewReader(f.Data))
}

// asFileName replaces what a file system could take for more than a name.
func asFileName(r rune) rune {
	if strings.ContainsRune(`/\:*?"<>|`, r) {
		return '_'
	}
	return r
}
