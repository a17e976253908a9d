package sqlite

import (
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The sizes are small on purpose: a poll of any length stays within 80 MB, and
// every query is answered by an index, so a larger cache would gain little.
const (
	busyTimeout   = 10 * time.Second
	maxReaders    = 4
	writerCacheKB = 4096 // a page of 100 dossiers without spilling
	readerCacheKB = 1024
	maxLogBytes   = 8 << 20 // what is left of the log after a checkpoint
)

// writerDSN: secure_delete overwrites what a purge or an update removes.
// synchronous is explained in the package documentation. mmap_size=0: a file cut
// short under a memory map kills the process, where a read returns an error; and
// mapped pages would count as our memory.
func writerDSN(path string) string {
	return dsn(path, url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			"page_size(" + strconv.Itoa(dbPage) + ")",
			"secure_delete(ON)",
			"synchronous(NORMAL)",
			"cache_size(-" + strconv.Itoa(writerCacheKB) + ")",
			"mmap_size(0)",
			"journal_size_limit(" + strconv.Itoa(maxLogBytes) + ")",
		},
	})
}

func readerDSN(path string) string {
	return dsn(path, url.Values{
		"_query_only": {"1"},
		"_pragma": {
			"cache_size(-" + strconv.Itoa(readerCacheKB) + ")",
			"mmap_size(0)",
		},
	})
}

// inspectorDSN looks at the header of a file that may not be ours: no lock, no
// recovery, no file beside it. Through SQLite and not by os.Open, whose Close
// would drop the locks that another Store of this process holds on the file
// (POSIX record locks). writable_schema has nothing to write here: it suffers a
// file whose length does not match its header, as while another process creates
// it or moves its log into it.
func inspectorDSN(path string) string {
	return dsn(path, url.Values{"mode": {"ro"}, "immutable": {"1"}, "_pragma": {"writable_schema(ON)"}})
}

func dsn(path string, q url.Values) string {
	q.Set("_busy_timeout", strconv.FormatInt(busyTimeout.Milliseconds(), 10))
	q.Set("_foreign_keys", "1")
	q.Add("_pragma", "temp_store(MEMORY)") // no content in temporary files
	q.Set("_dqs", "0")
	q.Set("_error_rc", "1")
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/… on Windows
	}
	u := url.URL{Scheme: "file", Path: slashed, RawQuery: q.Encode()}
	return u.String()
}
