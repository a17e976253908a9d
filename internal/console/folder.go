package console

import (
	"context"
	"encoding/base64"
	"html"
	"net/http"
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
	// Row is the id of the notify.Mail that it is; ID when empty.
	Row       string
	From      string
	MessageID string
	Text      string
	HTML      string
	Attached  []Attachment
	Images    []Image
}

// Attachment describes an attached file. Type is its media type.
type Attachment struct {
	Name, Type string
	Size       int64 // bytes
}

// Image is one that HTML may name by cid:CONTENTID.
type Image struct {
	ContentID, Type string
	Data            []byte
}

// fileRow is one file of the list under a mail.
type fileRow struct{ Name, Type, Size, Place string }

func fileRows(m Mail) []fileRow {
	var out []fileRow
	for _, f := range m.Attached {
		out = append(out, fileRow{orText(shown(f.Name), "sans nom"), shown(f.Type), size(f.Size), "jointe"})
	}
	for _, f := range m.Images {
		out = append(out, fileRow{shown(f.ContentID), shown(f.Type), size(int64(len(f.Data))), "dans le texte"})
	}
	return out
}

// size writes a number of bytes, rounded up.
func size(n int64) string {
	if n < 1000 {
		return french.Count(int(n), "octet", "octets")
	}
	return french.Integer(int((n+999)/1000)) + french.NBSP + "ko"
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
	_, _ = w.Write([]byte(linksBeside(withImages(m.HTML, m.Images))))
}

// linksBeside makes the links of a mail open beside it, in a new tab: the policy of
// the page around the frame lets nothing foreign into the frame itself.
func linksBeside(page string) string {
	return strings.Replace(page, "<head>", `<head><base target="_blank">`, 1)
}

// pictures are the types of image that a frame shows: none of them runs anything.
var pictures = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true}

// withImages puts the images of a mail where its HTML names them (RFC 2392).
func withImages(page string, images []Image) string {
	for _, f := range images {
		if f.ContentID == "" || !pictures[f.Type] {
			continue
		}
		data := `src="data:` + f.Type + ";base64," + base64.StdEncoding.EncodeToString(f.Data) + `"`
		page = strings.ReplaceAll(page, `src="cid:`+html.EscapeString(f.ContentID)+`"`, data)
	}
	return page
}
