package fts5

import "testing"

func FuzzLastTerm(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x0e\x0501wad\x03\x00\x02xy\x04\x06"))
	f.Add([]byte("\x00\x00\xff\xff"))
	f.Fuzz(func(_ *testing.T, leaf []byte) { LastTerm(leaf) })
}
