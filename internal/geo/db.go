package geo

import (
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"
)

// Unknown is the code of an address whose country is not known.
const Unknown = "--"

// checkEvery is how often a lookup may look for a newer file.
const checkEvery = 5 * time.Second

// DB finds countries in a file. It is safe for concurrent use. A nil or zero DB
// knows no country.
type DB struct {
	path   string
	opened time.Time
	due    atomic.Int64 // when to look for a newer file, in nanoseconds after opened
	file   atomic.Pointer[file]
}

// file is one state of the file. It is held in memory and not mapped: an
// operator who copies a new file over the old one would take mapped pages away
// under a lookup. The garbage collector frees it after its last lookup.
type file struct {
	info   os.FileInfo
	reader *maxminddb.Reader
}

// Open reads the MaxMind DB file at path. The file may be replaced or written
// over while it is open; lookups notice within a few seconds. Without a path,
// the DB knows no country.
func Open(path string) (*DB, error) {
	if path == "" {
		return &DB{}, nil
	}
	f, err := load(path)
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, opened: time.Now()}
	db.due.Store(int64(checkEvery))
	db.file.Store(f)
	return db, nil
}

func load(path string) (*file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// The state is taken before the content, so that a file that is still
	// being written looks changed at the next check.
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	reader, err := maxminddb.OpenBytes(content)
	if err != nil {
		return nil, &os.PathError{Op: "read", Path: path, Err: err}
	}
	return &file{info: info, reader: reader}, nil
}

// Country returns the two lower-case letters of the country that ip is in, or
// [Unknown].
func (db *DB) Country(ip string) string {
	if db == nil || db.path == "" {
		return Unknown
	}
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return Unknown
	}
	db.refresh()
	result := db.file.Load().reader.Lookup(addr.Unmap().WithZone(""))
	// The first is the shape of IP location databases, the second that of
	// MaxMind and DB-IP.
	if code := country(result, "country_code"); code != Unknown {
		return code
	}
	return country(result, "country", "iso_code")
}

func country(result maxminddb.Result, path ...any) string {
	var code string
	if err := result.DecodePath(&code, path...); err != nil {
		return Unknown
	}
	code = strings.ToLower(code)
	// Some files say ZZ, ISO 3166's private code, where they know nothing.
	if len(code) != 2 || !isLetter(code[0]) || !isLetter(code[1]) || code == "zz" {
		return Unknown
	}
	return code
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

// refresh reads the file again if it changed. Of the lookups that find a check
// due, one makes it; the others go on with what there is.
func (db *DB) refresh() {
	now, due := int64(time.Since(db.opened)), db.due.Load()
	if now < due || !db.due.CompareAndSwap(due, now+int64(checkEvery)) {
		return
	}
	old := db.file.Load()
	info, err := os.Stat(db.path)
	if err != nil || same(info, old.info) {
		return
	}
	f, err := load(db.path)
	if err != nil {
		slog.Warn("the country file has changed and cannot be read; the old content stays in use", "error", err)
		f = &file{info: info, reader: old.reader} // not again until the next change
	}
	db.file.Store(f)
}

func same(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
