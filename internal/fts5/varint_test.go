package fts5

import "testing"

// A varint is as long as it must be, and read as it was written.
func FuzzVarints(f *testing.F) {
	for shift := range 64 {
		f.Add(uint64(1) << shift)
		f.Add(uint64(1)<<shift - 1)
	}
	f.Add(^uint64(0))
	f.Fuzz(func(t *testing.T, v uint64) {
		b := appendVarint([]byte{7}, v)[1:]
		length := 1
		for length < 9 && v>>(7*length) != 0 {
			length++
		}
		if read, n := varint(append(b, 0xFF)); read != v || n != len(b) || n != length {
			t.Errorf("%#x is written % x, and read as %#x of %d bytes", v, b, read, n)
		}
	})
}
