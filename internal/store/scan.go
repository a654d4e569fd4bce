package store

import (
	"cmp"
	"encoding/json"

	"github.com/jackc/pgx/v5/pgtype"

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

// The same for the driver of PostgreSQL, which would else wrap each value.

// ScanText implements [pgtype.TextScanner].
func (n nullText) ScanText(v pgtype.Text) error {
	if v.Valid {
		*n.to = v.String
	}
	return nil
}

// ScanInt64 implements [pgtype.Int64Scanner].
func (n nullTime) ScanInt64(v pgtype.Int8) error {
	if v.Valid {
		*n.to = roster.Time(v.Int64)
	}
	return nil
}

// ScanText implements [pgtype.TextScanner].
func (m maybe) ScanText(v pgtype.Text) error {
	if v.Valid {
		*m.to = &v.String
	}
	return nil
}

// ScanBool implements [pgtype.BoolScanner].
func (f flag) ScanBool(v pgtype.Bool) error {
	if v.Valid {
		*f.to = v.Bool
	}
	return nil
}

// words reads and writes a list of words as JSON.
type words struct{ to *[]string }

// Scan implements [sql.Scanner].
func (w words) Scan(v any) error {
	var source string
	nullText{&source}.Scan(v)
	return w.read(source)
}

// ScanText implements [pgtype.TextScanner].
func (w words) ScanText(v pgtype.Text) error { return w.read(v.String) }

func (w words) read(source string) error {
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

// conflicting replaces the violation of a unique index by the error it means.
func conflicting(err error, meaning map[string]error) error {
	if known := meaning[cmp.Or(sqliteConflict(err), postgresConflict(err))]; known != nil {
		return known
	}
	return err
}
