package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"relais/internal/sandbox/graphql"
)

// linkLife is how long a signed link works.
const linkLife = time.Hour

// signer makes links that differ at each call and work for an hour.
type signer struct {
	key   []byte
	calls *atomic.Uint64
}

func newSigner(seed uint64) signer {
	key := sha256.Sum256(binary.LittleEndian.AppendUint64([]byte("links"), seed))
	return signer{key: key[:], calls: new(atomic.Uint64)}
}

func (s signer) sign(text string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// link names a file by its own properties: nothing else is kept of it.
func (s signer) link(base, path, name string, size int, now time.Time) string {
	q := url.Values{
		"name": {name}, "size": {strconv.Itoa(size)},
		"expires": {strconv.FormatInt(now.Add(linkLife).Unix(), 10)},
		"nonce":   {strconv.FormatUint(s.calls.Add(1), 36)},
	}
	text := path + "?" + q.Encode()
	return base + text + "&signature=" + s.sign(text)
}

// check tells whether a link was signed here, and whether it still works.
func (s signer) check(u *url.URL, now time.Time) (genuine, alive bool) {
	q := u.Query()
	given := q.Get("signature")
	q.Del("signature")
	genuine = hmac.Equal([]byte(given), []byte(s.sign(u.EscapedPath()+"?"+q.Encode())))
	expires, err := strconv.ParseInt(q.Get("expires"), 10, 64)
	return genuine, err == nil && now.Unix() <= expires
}

// content draws the bytes of a file from its name and size.
func content(name string, size int) []byte {
	line := "%PDF-1.4 données fictives, " + name + "\n"
	return []byte(strings.Repeat(line, size/len(line)+1))[:size]
}

// filesChamp leaves infected files out, without any bump. Its text is null.
func filesChamp(v *view, _ context.Context, d *dossier, _ field, value any, o graphql.Object) {
	list, _ := value.([]File)
	files := []any{}
	for _, f := range list {
		if !f.Infected {
			files = append(files, v.file(d, f))
		}
	}
	o["files"] = files
	if len(files) > 0 {
		o["file"] = files[0]
	}
}

func (v *view) file(d *dossier, f File) graphql.Object {
	created := f.At
	if created.IsZero() {
		created = d.deposited
	}
	return graphql.Object{
		"__typename": "File", "filename": f.Name, "contentType": f.Type, "byteSize": f.Size, "byteSizeBigInt": f.Size,
		"createdAt": at(created), "virusScanResult": "safe",
		"checksum": lazy(func(context.Context) any {
			sum := md5.Sum(content(f.Name, f.Size))
			return base64.StdEncoding.EncodeToString(sum[:])
		}),
		"url": lazy(func(context.Context) any { return v.links.link(v.base, filesPath, f.Name, f.Size, v.now) }),
	}
}

// rendering is a document built at each download: no size, no checksum, made
// now.
func (v *view) rendering(d *dossier, name, kind string) graphql.Object {
	return graphql.Object{
		"__typename": "File", "filename": fmt.Sprintf("%d-%s", d.number, name), "contentType": kind, "byteSize": 0, "byteSizeBigInt": 0,
		"createdAt": at(v.now), "virusScanResult": "pending", "checksum": "",
		"url": lazy(func(context.Context) any { return v.links.link(v.base, renderingsPath, name, 1_200, v.now) }),
	}
}

// The two places that links point to: a storage, and the platform itself.
const (
	filesPath      = "/stockage/fichier"
	renderingsPath = "/dossiers/document"
)

// serveFile answers a signed link. Past its hour the storage says 403, the
// platform 401 with an empty body.
func (p *Platform) serveFile(w http.ResponseWriter, r *http.Request) {
	genuine, alive := p.links.check(r.URL, p.Now())
	size, err := strconv.Atoi(r.URL.Query().Get("size"))
	switch {
	case !genuine || err != nil || size < 0:
		w.WriteHeader(http.StatusForbidden)
	case !alive && r.URL.Path == renderingsPath:
		w.WriteHeader(http.StatusUnauthorized)
	case !alive:
		w.WriteHeader(http.StatusForbidden)
	default:
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(content(r.URL.Query().Get("name"), size))
	}
}
