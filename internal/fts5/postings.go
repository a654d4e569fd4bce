package fts5

import (
	"hash/maphash"
	"math/bits"
	"strings"
)

// postings are the doclists of some rows, gathered in memory by term. They
// consist of few large slices without pointers, made once, so that the garbage
// collector has nothing to do with them.
type postings struct {
	seed  maphash.Seed
	slots []uint32 // hash table: numbers of terms, from one
	terms []term
	arena []byte  // texts and doclists
	rows  []int64 // from number one

	found         []found // terms of the row that is being added
	next          []int32 // of each of its tokens the next one that is the same
	entry, places []byte
	order         []sortable
}

// term is one, with its doclist so far. In the arena its text is followed by a
// chunk of the doclist, and each chunk by the place of the next (chunks.go).
type term struct {
	text    uint32 // where the text is
	length  uint16
	chunks  uint8
	written uint32 // bytes in the chunks
	at, end uint32 // where the last chunk goes on and is full
	row     uint32 // number of the last row
	found   uint32 // place in found, from one
}

const (
	longestToken = 32768
	sizeOfTerm   = 28
	// A token costs a term, two slots and about as much as both in the arena, if
	// it is in few rows.
	sizeOfToken = 2 * (sizeOfTerm + 2*4)
)

// found is a term of the row that is being added, with the places of its first
// and its last token.
type found struct {
	term        uint32
	first, last int32
}

func newPostings(memory int) *postings {
	terms := 1 << bits.Len(uint(memory/sizeOfToken))
	return &postings{
		seed: maphash.MakeSeed(), slots: make([]uint32, 2*terms), terms: make([]term, 0, terms),
		arena: make([]byte, 0, memory/2), rows: make([]int64, 1, 1<<10),
	}
}

// full reports whether most of the memory is used.
func (p *postings) full() bool {
	return len(p.arena) >= cap(p.arena)/16*15 || len(p.terms) >= cap(p.terms)/16*15
}

// reset forgets all entries and keeps the memory.
func (p *postings) reset() {
	clear(p.slots)
	p.terms, p.arena, p.rows = p.terms[:0], p.arena[:0], p.rows[:1]
}

// add adds a row, whose number is larger than those before.
func (p *postings) add(row int64, tokens []string) {
	p.rows = append(p.rows, row)
	p.found, p.next = p.found[:0], p.next[:0]
	for i, token := range tokens {
		n := p.number(folded(token))
		t := &p.terms[n]
		if t.found == 0 {
			p.found = append(p.found, found{n, int32(i), int32(i)})
			t.found = uint32(len(p.found))
		} else {
			f := &p.found[t.found-1]
			p.next[f.last], f.last = int32(i), int32(i)
		}
		p.next = append(p.next, -1)
	}
	for _, f := range p.found {
		t := &p.terms[f.term]
		p.put(t, p.entryOf(t, f.first))
		t.row, t.found = uint32(len(p.rows)-1), 0
	}
}

// folded is a token as FTS5's tokenizer gives it: without capitals of ASCII, and
// not too long.
func folded(token string) string {
	token = token[:min(len(token), longestToken)]
	for i := range len(token) {
		if c := token[i]; c >= 'A' && c <= 'Z' {
			return strings.Map(func(r rune) rune {
				if r >= 'A' && r <= 'Z' {
					r += 'a' - 'A'
				}
				return r
			}, token)
		}
	}
	return token
}

// entryOf is what a doclist says of a row: how far it is from the row before,
// and the places of the term in it, each as its distance from the one before
// and two.
func (p *postings) entryOf(t *term, first int32) []byte {
	p.entry = appendVarint(p.entry[:0], uint64(p.rows[len(p.rows)-1]-p.rows[t.row]))
	p.places = p.places[:0]
	for i, before := first, int32(0); i >= 0; i = p.next[i] {
		p.places = appendVarint(p.places, uint64(i-before+2))
		before = i
	}
	p.entry = append(appendVarint(p.entry, uint64(len(p.places))*2), p.places...)
	return p.entry
}

// number finds the term, or adds it.
func (p *postings) number(token string) uint32 {
	mask := uint64(len(p.slots) - 1)
	slot := maphash.String(p.seed, token) & mask
	for ; p.slots[slot] != 0; slot = (slot + 1) & mask {
		if n := p.slots[slot] - 1; string(p.text(n)) == token {
			return n
		}
	}
	p.terms = append(p.terms, term{text: uint32(len(p.arena)), length: uint16(len(token))})
	p.arena = append(p.arena, token...)
	p.extend(&p.terms[len(p.terms)-1])
	p.slots[slot] = uint32(len(p.terms))
	if 2*len(p.terms) > len(p.slots) {
		p.rehash()
	}
	return uint32(len(p.terms) - 1)
}

func (p *postings) text(n uint32) []byte {
	t := &p.terms[n]
	return p.arena[t.text : t.text+uint32(t.length)]
}

// rehash doubles the table.
func (p *postings) rehash() {
	p.slots = make([]uint32, 2*len(p.slots))
	mask := uint64(len(p.slots) - 1)
	for n := range p.terms {
		slot := maphash.Bytes(p.seed, p.text(uint32(n))) & mask
		for p.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		p.slots[slot] = uint32(n + 1)
	}
}
