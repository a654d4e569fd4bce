package geo

import (
	"bytes"
	"math"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/oschwald/maxminddb-golang/v2"
)

// The networks are those reserved for documentation (RFC 5737, RFC 3849).
type records map[string]mmdbtype.DataType

func flat(code string) mmdbtype.DataType {
	return mmdbtype.Map{"country_code": mmdbtype.String(code)}
}

func nested(code string) mmdbtype.DataType {
	return mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)}}
}

func content(t testing.TB, rows records) []byte {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Country", IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, row := range rows {
		_, prefix, err := net.ParseCIDR(network)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Insert(prefix, row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := tree.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, rows records) *DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "country.mmdb")
	write(t, path, content(t, rows))
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestBothShapesOfRecordsGiveTheCountry(t *testing.T) {
	db := open(t, records{
		"192.0.2.0/24":     flat("SE"),
		"198.51.100.0/24":  nested("BR"),
		"2001:db8::/48":    flat("de"),
		"2001:db8:1::/48":  nested("JP"),
		"2001:db8:2::/48":  flat("ZZ"),
		"2001:db8:3::/48":  flat("DEU"),
		"2001:db8:4::/48":  flat("4Q"),
		"2001:db8:5::/48":  mmdbtype.Map{"country_code": mmdbtype.Uint16(49)},
		"2001:db8:6::/48":  mmdbtype.Map{"country": mmdbtype.String("FR")},
		"2001:db8:7::/48":  mmdbtype.String("FR"),
		"2001:db8:8::/48":  mmdbtype.Map{"country_code": mmdbtype.String("NL"), "country": mmdbtype.String("Netherlands")},
		"2001:db8:9::/48":  mmdbtype.Map{"country_code": mmdbtype.String("None"), "country": mmdbtype.Map{"iso_code": mmdbtype.String("PT")}},
		"2001:db8:10::/48": flat(""),
	})
	want := map[string]string{
		"192.0.2.1":          "se",
		"::ffff:192.0.2.1":   "se",
		"198.51.100.7":       "br",
		"2001:db8::1":        "de",
		"2001:db8::1%eth0":   "de",
		"2001:db8:1::1":      "jp",
		"2001:db8:2::1":      "--",
		"2001:db8:3::1":      "--",
		"2001:db8:4::1":      "--",
		"2001:db8:5::1":      "--",
		"2001:db8:6::1":      "--",
		"2001:db8:7::1":      "--",
		"2001:db8:8::1":      "nl",
		"2001:db8:9::1":      "pt",
		"2001:db8:10::1":     "--",
		"203.0.113.1":        "--",
		"":                   "--",
		"localhost":          "--",
		"192.0.2.1:443":      "--",
		"192.0.2.1, 8.8.8.8": "--",
	}
	got := map[string]string{}
	for ip := range want {
		got[ip] = db.Country(ip)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAFileNoCountryIsKnown(t *testing.T) {
	unnamed, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	for name, db := range map[string]*DB{"nil": nil, "zero": {}, "no path": unnamed} {
		if got := db.Country("192.0.2.1"); got != "--" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestOpenRefusesWhatCannotBeRead(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.mmdb")
	text := filepath.Join(t.TempDir(), "text.mmdb")
	write(t, text, []byte("no country file"))
	empty := filepath.Join(t.TempDir(), "empty.mmdb")
	write(t, empty, nil)
	for _, path := range []string{missing, text, empty} {
		if db, err := Open(path); err == nil || db != nil {
			t.Errorf("%s: got %v, %v", path, db, err)
		}
	}
}

// change is a way in which operators bring a new file.
type change func(t *testing.T, path string, content []byte)

func rename(t *testing.T, path string, content []byte) {
	t.Helper()
	write(t, path+".new", content)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, path string, content []byte) {
	t.Helper()
	write(t, path, content)
	// The clock of the file system may be too coarse to tell two writes of one
	// test apart; an operator's are not.
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
}

func TestANewFileIsReadWithinSeconds(t *testing.T) {
	for name, put := range map[string]change{"renamed": rename, "written over": overwrite} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				db := open(t, records{"192.0.2.0/24": flat("SE")})
				requireCountry(t, db, "se")
				put(t, db.path, content(t, records{"192.0.2.0/24": flat("NO")}))
				requireCountry(t, db, "se") // not due yet
				time.Sleep(checkEvery)
				requireCountry(t, db, "no")
			})
		})
	}
}

func TestABrokenFileLeavesTheOldContentInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, records{"192.0.2.0/24": flat("SE")})
		whole := content(t, records{"192.0.2.0/24": flat("NO")})
		rename(t, db.path, whole[:len(whole)/2])
		time.Sleep(checkEvery)
		requireCountry(t, db, "se")
		rename(t, db.path, whole)
		time.Sleep(checkEvery)
		requireCountry(t, db, "no")
	})
}

func TestARemovedFileLeavesTheOldContentInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, records{"192.0.2.0/24": flat("SE")})
		if err := os.Remove(db.path); err != nil {
			t.Fatal(err)
		}
		time.Sleep(checkEvery)
		requireCountry(t, db, "se")
	})
}

func TestLookupsGoOnWhileTheFileChanges(t *testing.T) {
	db := open(t, records{"192.0.2.0/24": flat("SE")})
	next := content(t, records{"192.0.2.0/24": flat("NO")})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 200 {
				db.due.Store(0)
				if got := db.Country("192.0.2.1"); got != "se" && got != "no" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	for range 20 {
		rename(t, db.path, next)
	}
	group.Wait()
	db.due.Store(0)
	requireCountry(t, db, "no")
}

func requireCountry(t *testing.T, db *DB, want string) {
	t.Helper()
	if got := db.Country("192.0.2.1"); got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func FuzzCountryOfADamagedFile(f *testing.F) {
	whole := content(f, records{"192.0.2.0/24": flat("SE"), "2001:db8::/32": nested("JP")})
	f.Add(whole, "192.0.2.1")
	f.Add(whole[:len(whole)-8], "2001:db8::1")
	f.Add([]byte("\xab\xcd\xefMaxMind.com\xe0"), "not an address")
	f.Fuzz(func(t *testing.T, content []byte, ip string) {
		reader, err := maxminddb.OpenBytes(content)
		if err != nil {
			return
		}
		db := &DB{path: "fuzz.mmdb", opened: time.Now()}
		db.due.Store(math.MaxInt64)
		db.file.Store(&file{reader: reader})
		if got := db.Country(ip); got != Unknown && (len(got) != 2 || !isLetter(got[0]) || !isLetter(got[1])) {
			t.Errorf("%q is in %q", ip, got)
		}
	})
}

func BenchmarkCountry(b *testing.B) {
	for name, row := range map[string]mmdbtype.DataType{"flat": flat("SE"), "nested": nested("SE")} {
		b.Run(name, func(b *testing.B) {
			db := open(b, records{"192.0.2.0/24": row})
			b.ReportAllocs()
			for b.Loop() {
				db.Country("192.0.2.1")
			}
		})
	}
}
