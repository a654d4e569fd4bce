package fts5

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// room is how many bytes a chunk has. The first has enough for one row.
func room(chunk uint8) uint32 { return 16<<min(chunk, 6) - sizeOfLink }

const sizeOfLink = 4

// extend gives the term another chunk.
func (p *postings) extend(t *term) {
	begin, size := uint32(len(p.arena)), room(t.chunks)
	if t.chunks > 0 {
		binary.LittleEndian.PutUint32(p.arena[t.end:], begin)
	}
	p.arena = slices.Grow(p.arena, int(size+sizeOfLink))[:begin+size+sizeOfLink]
	t.at, t.end = begin, begin+size
	t.chunks = min(t.chunks+1, 7) // from then on all have the same size
}

// put writes to the end of the term's doclist.
func (p *postings) put(t *term, b []byte) {
	t.written += uint32(len(b))
	for len(b) > 0 {
		if t.at == t.end {
			p.extend(t)
		}
		n := copy(p.arena[t.at:t.end], b)
		t.at += uint32(n)
		b = b[n:]
	}
}

// doclist appends the term's doclist to b.
func (p *postings) doclist(b []byte, t *term) []byte {
	at, left := t.text+uint32(t.length), t.written
	for chunk := uint8(0); left > 0; chunk = min(chunk+1, 7) {
		size := room(chunk)
		some := min(left, size)
		b = append(b, p.arena[at:at+some]...)
		if left -= some; left > 0 {
			at = binary.LittleEndian.Uint32(p.arena[at+size:])
		}
	}
	return b
}

// sorted are the numbers of all terms in the order of their texts. The first
// bytes of most differ, and are compared as numbers.
func (p *postings) sorted() []sortable {
	p.order = p.order[:0]
	for n := range p.terms {
		var begin [16]byte
		copy(begin[:], p.text(uint32(n)))
		p.order = append(p.order, sortable{binary.BigEndian.Uint64(begin[:]), binary.BigEndian.Uint64(begin[8:]), uint32(n)})
	}
	slices.SortFunc(p.order, func(a, b sortable) int {
		switch {
		case a.first != b.first:
			return cmp.Compare(a.first, b.first)
		case a.second != b.second:
			return cmp.Compare(a.second, b.second)
		}
		return bytes.Compare(p.text(a.term), p.text(b.term))
	})
	return p.order
}

type sortable struct {
	first, second uint64
	term          uint32
}
