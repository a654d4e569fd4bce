package fts5

import "encoding/binary"

// LastTerm is the last term of a leaf; nil, if none begins on it, or if the leaf
// is damaged. A long doclist goes on behind it, over leaves that have no term.
func LastTerm(leaf []byte) (term []byte) {
	if len(leaf) < header {
		return nil
	}
	end, at := int(binary.BigEndian.Uint16(leaf[2:])), 0
	for starts := leaf[min(end, len(leaf)):]; len(starts) > 0; {
		var distance, shared, rest int
		distance, starts = small(starts)
		at += distance
		text := leaf[min(at, len(leaf)):]
		if term != nil {
			shared, text = small(text)
		}
		rest, text = small(text)
		if shared > len(term) || rest > len(text) {
			return nil
		}
		term = append(term[:shared:shared], text[:rest]...)
	}
	return term
}

// small reads a varint of at most five bytes, however few there are, and returns
// what follows.
func small(b []byte) (v int, rest []byte) {
	for i, c := range b {
		v = v<<7 | int(c&0x7F)
		if c < 0x80 || i == 4 {
			return v, b[i+1:]
		}
	}
	return v, nil
}
