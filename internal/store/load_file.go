package store

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/memory"
	sqlite3 "modernc.org/sqlite/lib"
)

// loadFile is a database that is being loaded, by SQLite's own interface. Through
// database/sql and its driver a row costs more for handing over its values than
// for storing them: each is looked up by the name of its parameter, and each
// text is put into memory of its own.
type loadFile struct {
	tls *libc.TLS
	db  uintptr
}

const sizeOfPointer = libc.Tsize_t(unsafe.Sizeof(uintptr(0)))

// openUnsafely opens a file that is thrown away if anything goes wrong, with so
// many KiB of it in memory. What an index is made of is sorted in pieces of that
// size, by several threads.
func openUnsafely(ctx context.Context, file string, kib int) (*loadFile, error) {
	f := &loadFile{tls: libc.NewTLS()}
	err := f.open(file)
	if err == nil {
		err = f.exec(ctx, "pragma journal_mode = off", "pragma synchronous = off", "pragma locking_mode = exclusive", "pragma temp_store = file",
			fmt.Sprintf("pragma cache_size = -%d", kib), fmt.Sprintf("pragma threads = %d", runtime.GOMAXPROCS(0)))
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *loadFile) open(file string) error {
	name, err := libc.CString(file)
	if err != nil {
		return err
	}
	defer libc.Xfree(f.tls, name)
	place := libc.Xcalloc(f.tls, 1, sizeOfPointer)
	defer libc.Xfree(f.tls, place)
	code := sqlite3.Xsqlite3_open_v2(f.tls, name, place, sqlite3.SQLITE_OPEN_READWRITE|sqlite3.SQLITE_OPEN_CREATE|sqlite3.SQLITE_OPEN_NOMUTEX, 0)
	f.db = libc.AtomicLoadNUintptr(place, 0)
	return f.failure(code)
}

// close closes the file.
func (f *loadFile) close() {
	sqlite3.Xsqlite3_close_v2(f.tls, f.db)
	f.tls.Close()
}

// failure is what went wrong with the last call, by its code.
func (f *loadFile) failure(code int32) error {
	if code == sqlite3.SQLITE_OK {
		return nil
	}
	return fmt.Errorf("loading: %s (%d)", libc.GoString(sqlite3.Xsqlite3_errmsg(f.tls, f.db)), code)
}

// exec runs statements that give no rows. It ends early with ctx.
func (f *loadFile) exec(ctx context.Context, texts ...string) error {
	defer f.interruptible(ctx)()
	for _, text := range texts {
		if err := ctx.Err(); err != nil {
			return err
		}
		s, err := libc.CString(text)
		if err != nil {
			return err
		}
		code := sqlite3.Xsqlite3_exec(f.tls, f.db, s, 0, 0, 0)
		libc.Xfree(f.tls, s)
		if err := f.failure(code); err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
	}
	return nil
}

// interruptible interrupts what runs when ctx ends, until the function that it
// returns is called.
func (f *loadFile) interruptible(ctx context.Context) func() {
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(interrupted)
		tls := libc.NewTLS()
		defer tls.Close()
		sqlite3.Xsqlite3_interrupt(tls, f.db)
	})
	return func() {
		if !stop() {
			<-interrupted
		}
	}
}

// commitEvery is how many batches a transaction has.
const commitEvery = 50

// grouped takes batches in transactions.
func (f *loadFile) grouped(ctx context.Context, from <-chan *batch, take func(*batch) error) error {
	n := 0
	if err := f.exec(ctx, "begin"); err != nil {
		return err
	}
	for b := range from {
		if err := take(b); err != nil {
			return err
		}
		if n++; n%commitEvery == 0 {
			if err := f.exec(ctx, "commit", "begin"); err != nil {
				return err
			}
		}
	}
	return f.exec(ctx, "commit")
}

// inserter inserts rows of one table, many with each statement if there are as
// many.
type inserter struct {
	*loadFile
	width     int // values of a row
	many, one uintptr
	memory    memory.Allocator // outside of Go's, as SQLite's is
	texts     []byte           // there
}

// rowsTogether is how many rows a statement inserts.
const rowsTogether = 25

func (f *loadFile) inserter(table string, columns ...string) (in *inserter, err error) {
	in = &inserter{loadFile: f, width: len(columns)}
	text, row := "insert into "+table+" ("+strings.Join(columns, ", ")+") values ", "(?"+strings.Repeat(", ?", len(columns)-1)+")"
	if in.one, err = f.prepare(text + row); err == nil {
		in.many, err = f.prepare(text + row + strings.Repeat(", "+row, rowsTogether-1))
	}
	return in, err
}

func (f *loadFile) prepare(text string) (uintptr, error) {
	s, err := libc.CString(text)
	if err != nil {
		return 0, err
	}
	defer libc.Xfree(f.tls, s)
	place := libc.Xcalloc(f.tls, 1, sizeOfPointer)
	defer libc.Xfree(f.tls, place)
	code := sqlite3.Xsqlite3_prepare_v2(f.tls, f.db, s, -1, place, 0)
	return libc.AtomicLoadNUintptr(place, 0), f.failure(code)
}

func (in *inserter) close() {
	sqlite3.Xsqlite3_finalize(in.tls, in.one)
	sqlite3.Xsqlite3_finalize(in.tls, in.many)
	in.memory.Close()
}

// insert inserts the rows whose values come one after the other.
func (in *inserter) insert(values ...any) error {
	for len(values) > 0 {
		statement, n := in.many, rowsTogether*in.width
		if len(values) < n {
			statement, n = in.one, in.width
		}
		if err := in.run(statement, values[:n]); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

func (in *inserter) run(statement uintptr, values []any) error {
	if err := in.bind(statement, values); err != nil {
		return err
	}
	sqlite3.Xsqlite3_step(in.tls, statement)
	return in.failure(sqlite3.Xsqlite3_reset(in.tls, statement)) // tells what went wrong with the step
}

// bind copies all texts to one place and tells SQLite where each is.
func (in *inserter) bind(statement uintptr, values []any) error {
	if err := in.reserve(values); err != nil {
		return err
	}
	texts, at := in.texts, uintptr(unsafe.Pointer(&in.texts[0]))
	for i, v := range values {
		n, code := int32(i+1), int32(sqlite3.SQLITE_OK)
		switch v := v.(type) {
		case nil:
			code = sqlite3.Xsqlite3_bind_null(in.tls, statement, n)
		case int64:
			code = sqlite3.Xsqlite3_bind_int64(in.tls, statement, n, v)
		case bool:
			code = sqlite3.Xsqlite3_bind_int(in.tls, statement, n, libc.BoolInt32(v))
		case string:
			texts = texts[copy(texts, v):]
			code = sqlite3.Xsqlite3_bind_text(in.tls, statement, n, at, int32(len(v)), 0)
			at += uintptr(len(v))
		case []byte:
			texts = texts[copy(texts, v):]
			code = sqlite3.Xsqlite3_bind_blob(in.tls, statement, n, at, int32(len(v)), 0)
			at += uintptr(len(v))
		default:
			return fmt.Errorf("loading: a value of type %T", v)
		}
		if err := in.failure(code); err != nil {
			return err
		}
	}
	return nil
}

// reserve makes room for all texts.
func (in *inserter) reserve(values []any) (err error) {
	size := 1
	for _, v := range values {
		switch v := v.(type) {
		case string:
			size += len(v)
		case []byte:
			size += len(v)
		}
	}
	if size > len(in.texts) {
		in.texts, err = in.memory.Realloc(in.texts, 2*size)
	}
	return err
}
