package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"

	"roster/internal/store"
)

// Sum is how many rows a table has, and a digest of all that is in them.
type Sum struct {
	Rows   int64  `json:"rows"`
	Digest string `json:"digest"`
}

// batch is how many rows are read, and written in one transaction.
const batch = 500

// sums is one for each table.
type sums map[string]Sum

// digest is one of the whole directory.
func (s sums) digest(tables []store.Table) string {
	h := sha256.New()
	for _, t := range tables {
		fmt.Fprintln(h, t.Name, s[t.Name].Rows, s[t.Name].Digest)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sumAll reads all tables. See, if there is one, is given each row.
func sumAll(ctx context.Context, v *store.Snapshot, tables []store.Table, s *step, see func(store.Table, store.Row)) (sums, error) {
	if err := s.over(ctx, v, tables); err != nil {
		return nil, err
	}
	all := make(sums)
	for _, t := range tables {
		h := newHash(t)
		err := each(ctx, v, t, nil, func(rows []store.Row) error {
			for _, r := range rows {
				h.add(r)
				if see != nil {
					see(t, r)
				}
			}
			s.add(len(rows))
			return nil
		})
		if err != nil {
			return nil, err
		}
		all[t.Name] = h.sum()
	}
	return all, nil
}

// each gives all rows after one, in the order of their key, to fn.
func each(ctx context.Context, v *store.Snapshot, t store.Table, after store.Row, fn func([]store.Row) error) error {
	for {
		rows, err := v.Rows(ctx, t, after, batch)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := fn(rows); err != nil {
			return err
		}
		after = rows[len(rows)-1]
	}
}

// tableHash makes the sum of a table, which is the same on all engines.
type tableHash struct {
	hash.Hash
	rows int64
	text []byte // of the last row
}

func newHash(t store.Table) *tableHash {
	h := &tableHash{Hash: sha256.New()}
	for _, c := range t.Columns {
		fmt.Fprintln(h, c.Name)
	}
	return h
}

// add takes the next row. A letter says of what kind a value is and texts come
// with their length, so that different rows have different bytes.
func (h *tableHash) add(r store.Row) {
	b := h.text[:0]
	for _, v := range r {
		switch v := v.(type) {
		case nil:
			b = append(b, 'n')
		case bool:
			b = append(b, map[bool]byte{false: 'f', true: 't'}[v])
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
		case string:
			b = binary.BigEndian.AppendUint64(append(b, 's'), uint64(len(v)))
			b = append(b, v...)
		default:
			panic(fmt.Sprintf("transfer: a value of type %T", v)) // the store promises that there is none
		}
	}
	h.rows++
	h.text = b
	h.Write(b)
}

func (h *tableHash) sum() Sum { return Sum{h.rows, hex.EncodeToString(h.Sum(nil))} }
