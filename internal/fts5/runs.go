package fts5

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// runs are sorted terms with their doclists in a temporary file, one run after
// the other, each of later rows than the one before.
type runs struct {
	file *os.File
	ends []int64
}

// mainIndex is what FTS5 puts before each term, to tell it from prefixes.
const mainIndex = '0'

// bufferSize is how much of a run is read or written together.
const bufferSize = 32 << 10

// write writes what has been gathered as another run: of each term its text and
// its doclist, with their lengths before them.
func (r *runs) write(p *postings) error {
	w := bufio.NewWriterSize(r.file, bufferSize)
	size := int64(0)
	var b []byte
	for _, s := range p.sorted() {
		text, t := p.text(s.term), &p.terms[s.term]
		b = binary.AppendUvarint(b[:0], uint64(len(text)+1))
		b = append(append(b, mainIndex), text...)
		b = p.doclist(binary.AppendUvarint(b, uint64(t.written)), t)
		size += int64(len(b))
		w.Write(b) // its error comes again with Flush
	}
	r.ends = append(r.ends, r.end()+size)
	return w.Flush()
}

func (r *runs) end() int64 {
	if len(r.ends) == 0 {
		return 0
	}
	return r.ends[len(r.ends)-1]
}

// merge walks through all runs together, in the order of terms and, of each
// term, of rows.
func (r *runs) merge(take func(term, doclist []byte) error) error {
	var m merging
	begin := int64(0)
	for i, end := range r.ends {
		one := &run{number: i, from: bufio.NewReaderSize(io.NewSectionReader(r.file, begin, end-begin), bufferSize)}
		if err := one.next(); err != nil {
			return err
		}
		m, begin = append(m, one), end
	}
	heap.Init(&m)
	var doclist []byte // of one run at a time, since some are large
	for len(m) > 0 {
		var err error
		if doclist, err = m[0].text(doclist); err != nil {
			return err
		}
		if err := take(m[0].term, doclist); err != nil {
			return err
		}
		if err := m.advance(); err != nil {
			return err
		}
	}
	return nil
}

// run is one that is being read.
type run struct {
	number int
	from   *bufio.Reader
	term   []byte
}

// next reads the next term, after the doclist of the one before.
func (r *run) next() (err error) {
	r.term, err = r.text(r.term)
	return err
}

// text reads a text with its length before it into the memory of another.
func (r *run) text(b []byte) ([]byte, error) {
	n, err := binary.ReadUvarint(r.from)
	if err != nil {
		return b, err
	}
	b = slices.Grow(b[:0], int(n))[:n]
	_, err = io.ReadFull(r.from, b)
	return b, err
}

// merging is a heap of runs by what comes next in each.
type merging []*run

func (m *merging) advance() error {
	err := (*m)[0].next()
	switch {
	case err == nil:
		heap.Fix(m, 0)
	case errors.Is(err, io.EOF):
		heap.Pop(m)
	default:
		return err
	}
	return nil
}

func (m merging) Len() int { return len(m) }
func (m merging) Less(i, j int) bool {
	if c := bytes.Compare(m[i].term, m[j].term); c != 0 {
		return c < 0
	}
	return m[i].number < m[j].number
}
func (m merging) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *merging) Push(x any)   { *m = append(*m, x.(*run)) }

func (m *merging) Pop() any {
	last := len(*m) - 1
	x := (*m)[last]
	*m = (*m)[:last]
	return x
}
