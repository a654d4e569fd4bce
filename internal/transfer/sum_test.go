package transfer

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"roster/internal/store"
)

func sumOf(t store.Table, rows ...store.Row) Sum {
	h := newHash(t)
	for _, r := range rows {
		h.add(r)
	}
	return h.sum()
}

var anyRow = rapid.Custom(func(t *rapid.T) store.Row {
	value := rapid.OneOf(rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Int64Range(-1, 1).AsAny(), rapid.Int64().AsAny(),
		rapid.SampledFrom([]string{"", "n", "t", "f", "i", "s", "0", "\x00", "\x00\x00\x00\x00\x00\x00\x00\x01s"}).AsAny(), rapid.String().AsAny())
	return rapid.SliceOfN(value, 2, 2).Draw(t, "row")
})

var table = store.Table{Name: "things", Columns: []store.Column{{Name: "a", Kind: "text"}, {Name: "b", Kind: "text"}}}

func TestOnlyEqualTablesHaveOneDigest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(anyRow, 0, 3).Draw(t, "one"), rapid.SliceOfN(anyRow, 0, 3).Draw(t, "other")
		equal := reflect.DeepEqual(a, b)
		if one, other := sumOf(table, a...), sumOf(table, b...); equal != (one == other) || equal != (one.Digest == other.Digest) {
			t.Fatalf("%#v gives %v and %#v gives %v", a, one, b, other)
		}
	})
}

// The digest of a table depends on its columns: one that is renamed is another.
func TestTheDigestKnowsTheColumns(t *testing.T) {
	renamed := store.Table{Name: "things", Columns: []store.Column{{Name: "a", Kind: "text"}, {Name: "c", Kind: "text"}}}
	if row := (store.Row{"x", "y"}); sumOf(table, row) == sumOf(renamed, row) {
		t.Error("it does not")
	}
}

// Rows that look alike, next to each other.
func TestValuesDoNotRunIntoEachOther(t *testing.T) {
	seen := map[string]store.Row{}
	for _, r := range []store.Row{
		{"ab", ""}, {"a", "b"}, {"", "ab"}, {nil, "ab"}, {"", nil}, {nil, ""}, {nil, nil}, {"", ""}, {int64(0), nil}, {int64(0), ""}, {int64(0), false}, {int64(1), true},
		{true, int64(1)}, {false, int64(0)}, {"true", "1"}, {int64(-1), int64(256)}, {"n", nil}, {nil, "n"},
	} {
		digest := sumOf(table, r).Digest
		if other, is := seen[digest]; is {
			t.Errorf("%#v and %#v", r, other)
		}
		seen[digest] = r
	}
}
