package store

import (
	"encoding/json"
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"roster"
)

// text stores an empty string as null, so that unique indexes and isNull mean
// what they should.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// moment stores an absent time as null.
func moment(t roster.Time) any {
	if t == 0 {
		return nil
	}
	return int64(t)
}

// nullText and nullTime read what text and moment store.
type (
	nullText struct{ to *string }
	nullTime struct{ to *roster.Time }
)

// Scan implements [sql.Scanner].
func (n nullText) Scan(v any) error {
	switch v := v.(type) {
	case string:
		*n.to = v
	case []byte:
		*n.to = string(v)
	}
	return nil
}

// Scan implements [sql.Scanner].
func (n nullTime) Scan(v any) error {
	if ms, ok := v.(int64); ok {
		*n.to = roster.Time(ms)
	}
	return nil
}

// maybe and flag read what database/sql would only read by reflection: a text
// that may be null, and a boolean, which SQLite keeps as a number.
type (
	maybe struct{ to **string }
	flag  struct{ to *bool }
)

// Scan implements [sql.Scanner].
func (m maybe) Scan(v any) error {
	if s, ok := v.(string); ok {
		*m.to = &s
	}
	return nil
}

// Scan implements [sql.Scanner].
func (f flag) Scan(v any) error {
	switch v := v.(type) {
	case bool:
		*f.to = v
	case int64:
		*f.to = v != 0
	}
	return nil
}

// words reads and writes a list of words as JSON.
type words struct{ to *[]string }

// Scan implements [sql.Scanner].
func (w words) Scan(v any) error {
	var source string
	nullText{&source}.Scan(v)
	*w.to = []string{}
	if source == "" || source == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(source), w.to)
}

func wordsJSON[T ~string](list []T) string {
	if len(list) == 0 {
		return "[]"
	}
	source, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(source)
}

// busy reports whether err says that another connection has the file locked.
func busy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xFF == sqlite3.SQLITE_BUSY
}

// ofEngine reports whether err comes from SQLite itself.
func ofEngine(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e)
}

// conflict names the unique index that err violates, or is empty.
func conflict(err error) string {
	var e *sqlite.Error
	if !errors.As(err, &e) || e.Code() != sqlite3.SQLITE_CONSTRAINT_UNIQUE && e.Code() != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY {
		return ""
	}
	// The code does not say which index; the text does: the index's name, or
	// its columns as table.column.
	_, name, _ := strings.Cut(e.Error(), "constraint failed: ")
	_, name, _ = strings.Cut(name, "constraint failed: ")
	if _, index, ok := strings.Cut(name, "index '"); ok {
		index, _, _ = strings.Cut(index, "'")
		return index
	}
	name, _, _ = strings.Cut(name, " (")
	columns := strings.Split(name, ", ")
	return strings.ReplaceAll(columns[len(columns)-1], ".", "_")
}

// conflicting replaces the violation of a unique index by the error it means.
func conflicting(err error, meaning map[string]error) error {
	if known := meaning[conflict(err)]; known != nil {
		return known
	}
	return err
}
