package store

import (
	"context"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"roster"
	"roster/internal/people"
)

// arrivals are the people of a crowd as a load takes them.
func arrivals(crowd people.Crowd) iter.Seq[Arrival] {
	return func(yield func(Arrival) bool) {
		for i := range crowd.Size {
			if p := crowd.Person(i); !yield(arrival(&p)) {
				return
			}
		}
	}
}

func arrival(p *people.Person) Arrival {
	return Arrival{User: p.User, Sessions: p.Sessions, Record: roster.Record{Event: roster.UserCreated.Suffix, Audit: roster.UserCreated.Audit, UserID: p.ID}}
}

// A loaded directory is what one would be into which everybody was written one
// after the other.
func TestLoadStoresWhatSingleWritesWouldHaveStored(t *testing.T) {
	crowd := people.Of(600, 4)
	compare := func(t *testing.T, o, single Options) {
		if err := Load(t.Context(), o, home, arrivals(crowd)); err != nil {
			t.Fatal(err)
		}
		wantError(t, ErrHasUsers, Load(t.Context(), o, home, arrivals(crowd)))
		loaded, err := Open(t.Context(), o)
		wantError(t, nil, err)
		defer loaded.Close()
		wantSound(t, loaded)
		written, err := Open(t.Context(), single)
		wantError(t, nil, err)
		defer written.Close()
		write(t, written, func(tx Tx) error { return writeAll(tx, crowd) })
		wantEqual(t, dump(t, written, "goose_db_version"), dump(t, loaded, "goose_db_version"))
		if o.Database == "" {
			for _, index := range []string{wordIndex, trigramIndex} {
				wantEqual(t, entries(t, single.Dir, index), entries(t, o.Dir, index))
			}
		}
		for _, search := range []string{"maria", "ma", "李", "label:vip", "example"} {
			page := Page{Search: search}
			want, _ := written.CountUsers(t.Context(), home, page)
			got, err := loaded.CountUsers(t.Context(), home, page)
			if got != want || want == 0 || err != nil {
				t.Errorf("%s finds %d of %d, error %v", search, got, want, err)
			}
		}
		p := person("later")
		write(t, loaded, func(tx Tx) error { return tx.CreateUser(home, p) })
		wantSound(t, loaded)
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		compare(t, Options{Dir: migratedDir(t)}, Options{Dir: migratedDir(t)})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		compare(t, Options{Database: freshDatabase(t)}, Options{Database: freshDatabase(t)})
	})
}

// A load that cannot be ends with what is wrong, also when its caller leaves.
func TestLoadsFail(t *testing.T) {
	t.Parallel()
	crowd := people.Of(600, 4)
	twice := func(yield func(Arrival) bool) {
		first := crowd.Person(0)
		for a := range arrivals(crowd) {
			if a.User.ID = first.ID; !yield(a) {
				return
			}
		}
	}
	if err := Load(t.Context(), Options{Dir: migratedDir(t)}, home, twice); err == nil || !strings.Contains(err.Error(), "users_id") {
		t.Errorf("users with the same id are loaded with the error %v", err)
	}
	ctx, leave := context.WithCancel(t.Context())
	leaving := func(yield func(Arrival) bool) {
		arrivals(crowd)(func(a Arrival) bool {
			leave()
			return yield(a)
		})
	}
	wantError(t, context.Canceled, Load(ctx, Options{Dir: migratedDir(t)}, home, leaving))
	if _, err := openUnsafely(t.Context(), filepath.Join(t.TempDir(), "none", "x.db"), 1); err == nil {
		t.Error("a file is opened in a folder that is not there")
	}
}

// entries are those of an index of words: each term of each user, and where.
func entries(t *testing.T, dir, index string) []string {
	t.Helper()
	db, err := openFile(filepath.Join(dir, FileName), 1)
	wantError(t, nil, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "create virtual table temp.entries using fts5vocab (main, user_"+index+", instance)")
	wantError(t, nil, err)
	rows, err := db.QueryContext(t.Context(), "select term || ' ' || doc || ' ' || coalesce(offset, '') from temp.entries order by term, doc, offset")
	list, err := collect(rows, err, func(r row) (entry string, err error) { return entry, r.Scan(&entry) })
	wantError(t, nil, err)
	return list
}

// What users are found by is what FTS5's tokenizer makes of it, whatever they
// are called, since a load does not ask it.
func FuzzTokensAreThoseOfTheTokenizer(f *testing.F) {
	f.Add("Anna-María  O'Brien\x00(Ⅷ) ﷺ 李\xff", "ADA+x@Example.COM", "+1 555")
	f.Add("\u212a\u0130 ß\ue041", "", "")
	f.Fuzz(func(t *testing.T, name, email, phone string) {
		u := &roster.User{ID: name, Name: name, Email: email, Phone: phone, Labels: []string{email}}
		for _, token := range slices.Concat(userWords(home, u), userTrigrams(home, u)) {
			for _, c := range []byte(token) {
				if c < utf8.RuneSelf && !unicode.IsLetter(rune(c)) && !unicode.IsDigit(rune(c)) {
					t.Fatalf("%q has a character at which the tokenizer splits", token)
				}
			}
		}
	})
}

// writeAll writes everybody with the numbers that a load gives.
func writeAll(tx Tx, crowd people.Crowd) error {
	for i := range crowd.Size {
		p := crowd.Person(i)
		tx.seqs = &sequence{last: int64(p.CreatedAt)<<20 - 1}
		tx.Now = p.CreatedAt - 1
		if err := tx.CreateUser(home, &p.User); err != nil {
			return err
		}
		for i := range p.Targets {
			if err := tx.CreateTarget(home, &p.Targets[i]); err != nil {
				return err
			}
		}
		for i := range p.Sessions {
			if err := tx.CreateSession(home, &p.Sessions[i]); err != nil {
				return err
			}
		}
		tx.Now = p.CreatedAt
		record := arrival(&p).Record
		if err := tx.Record(home, &record); err != nil {
			return err
		}
	}
	return nil
}
