package fts5

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// segment writes the leaves of one segment, its doclist-indexes and the
// separators of its leaves.
type segment struct {
	pageSize int
	to       Shadow

	page     int // number of the leaf that is being written
	leaf     []byte
	starts   []byte // where the terms of the leaf start, its page index
	lastAt   int    // where the last of them does
	last     []byte // the last term
	freshTop bool   // the leaf has no term yet
	freshRow bool   // the leaf has neither a term nor a row yet
	fresh    bool   // the doclist has no row yet
	row      int64  // the last one

	separator []byte // of the last leaf that has terms
	separated int    // its number
	empty     int    // leaves without a term since then
	lists     []listIndex
	later     []block
}

// block is a row of the table _data.
type block struct {
	id    int64
	bytes []byte
}

// listIndex is one level of a doclist-index: the first row of each leaf or of
// each page of the level below.
type listIndex struct {
	page  int
	bytes []byte
	begun bool
	row   int64 // the last one
}

const (
	segmentID = 1

	header = 4 // of a leaf: where its first row starts, and where its page index does

	// A doclist-index is written for a doclist that is on so many leaves besides
	// the first.
	fewestLeaves = 4

	pageBits   = 31 // of the id of a page
	heightBits = 5
	segmentAt  = pageBits + heightBits + 1
	listsAt    = 1 << (pageBits + heightBits)
)

func newSegment(f Format, to Shadow) *segment {
	return &segment{
		pageSize: f.PageSize, to: to,
		page: 1, leaf: make([]byte, header), freshTop: true, freshRow: true,
		separator: []byte{}, separated: 1, lists: make([]listIndex, 1),
	}
}

func (s *segment) used() int { return len(s.leaf) + len(s.starts) }

// add adds a term's doclist, or more of the last term's.
func (s *segment) add(term, doclist []byte) error {
	if s.last == nil || string(s.last) != string(term) {
		if err := s.addTerm(term); err != nil {
			return err
		}
	}
	for row := int64(0); len(doclist) > 0; {
		delta, n := varint(doclist)
		row += int64(delta)
		if err := s.addRow(row); err != nil {
			return err
		}
		doclist = doclist[n:]
		size, n := varint(doclist)
		end := n + int(size/2)
		s.leaf = append(s.leaf, doclist[:n]...)
		if err := s.addPositions(doclist[n:end]); err != nil {
			return err
		}
		doclist = doclist[end:]
	}
	return nil
}

func (s *segment) addTerm(term []byte) error {
	if s.used()+len(term)+2 >= s.pageSize && len(s.leaf) > header {
		if err := s.flush(); err != nil {
			return err
		}
	}
	s.starts = appendVarint(s.starts, uint64(len(s.leaf)-s.lastAt))
	s.lastAt = len(s.leaf)
	shared := sharedPrefix(s.last, term)
	if s.freshTop {
		if s.page > 1 {
			if err := s.separate(term[:shared+1]); err != nil {
				return err
			}
		}
		shared = 0
	} else {
		s.leaf = appendVarint(s.leaf, uint64(shared))
	}
	s.leaf = appendVarint(s.leaf, uint64(len(term)-shared))
	s.leaf = append(s.leaf, term[shared:]...)
	s.last = append(s.last[:0], term...)
	s.freshTop, s.freshRow, s.fresh = false, false, true
	s.lists[0].page = s.page
	return nil
}

func sharedPrefix(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func (s *segment) addRow(row int64) error {
	if s.used() >= s.pageSize {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if s.freshRow {
		binary.BigEndian.PutUint16(s.leaf, uint16(len(s.leaf)))
		s.listRow(row)
	}
	if s.fresh || s.freshRow {
		s.leaf = appendVarint(s.leaf, uint64(row))
	} else {
		s.leaf = appendVarint(s.leaf, uint64(row-s.row))
	}
	s.row, s.fresh, s.freshRow = row, false, false
	return nil
}

// addPositions adds the places of the term in the row, which may go on on the
// next leaf between two varints.
func (s *segment) addPositions(b []byte) error {
	for s.used()+len(b) >= s.pageSize {
		n := 0
		for n < s.pageSize-s.used() {
			_, size := varint(b[n:])
			n += size
		}
		s.leaf = append(s.leaf, b[:n]...)
		b = b[n:]
		if err := s.flush(); err != nil {
			return err
		}
	}
	s.leaf = append(s.leaf, b...)
	return nil
}

// flush writes the leaf and begins the next.
func (s *segment) flush() error {
	binary.BigEndian.PutUint16(s.leaf[2:], uint16(len(s.leaf)))
	if s.freshTop {
		if s.freshRow && s.lists[0].begun {
			s.lists[0].bytes = append(s.lists[0].bytes, 0)
		}
		s.empty++
	} else {
		s.leaf = append(s.leaf, s.starts...)
	}
	if err := s.to.Data(segmentID<<segmentAt+int64(s.page), s.leaf); err != nil {
		return err
	}
	s.leaf, s.starts, s.lastAt = append(s.leaf[:0], make([]byte, header)...), s.starts[:0], 0
	s.page++
	s.freshTop, s.freshRow = true, true
	return nil
}

// separate begins a leaf with terms: none before it is as large as the
// separator, and none in it smaller.
func (s *segment) separate(separator []byte) error {
	if err := s.endLeaf(); err != nil {
		return err
	}
	s.separator, s.separated = append(s.separator[:0], separator...), s.page
	return nil
}

// endLeaf writes the separator of the last leaf with terms, and the
// doclist-index if its last doclist is long.
func (s *segment) endLeaf() error {
	long := int64(0)
	if s.lists[0].begun && s.empty >= fewestLeaves {
		long = 1
	}
	for i := range s.lists {
		l := &s.lists[i]
		if l.begun && long == 1 {
			s.keep(i)
		}
		l.bytes, l.begun = l.bytes[:0], false
	}
	s.empty = 0
	return s.to.Index(segmentID, s.separator, int64(s.separated)<<1+long)
}

// keep keeps a page of a doclist-index to be written after all leaves, where its
// id is.
func (s *segment) keep(height int) {
	l := &s.lists[height]
	id := segmentID<<segmentAt + listsAt + int64(height)<<pageBits + int64(l.page)
	s.later = append(s.later, block{id, slices.Clone(l.bytes)})
}

// listRow notes in the doclist-index that the leaf begins with the row. A level
// whose page is full begins another, and the level above has that one's first
// row.
func (s *segment) listRow(row int64) {
	below := s.page
	for i, full := 0, true; full; i++ {
		if full = len(s.lists[i].bytes) >= s.pageSize; full {
			s.turnPage(i)
		}
		l := &s.lists[i]
		if l.begun {
			l.bytes = appendVarint(l.bytes, uint64(row-l.row))
		} else {
			l.begin(!full, below, row)
		}
		l.row, below = row, l.page
	}
}

// begin begins a page, which is the root unless there is a level above, with
// the page below that has the row.
func (l *listIndex) begin(root bool, below int, row int64) {
	if l.bytes = append(l.bytes[:0], 1); root {
		l.bytes[0] = 0
	}
	l.bytes = appendVarint(appendVarint(l.bytes, uint64(below)), uint64(row))
	l.begun, l.row = true, row
}

// turnPage puts away a full page of a level. If it was the root, the new root
// begins with its first row.
func (s *segment) turnPage(height int) {
	s.lists[height].bytes[0] = 1
	s.keep(height)
	if height+1 == len(s.lists) {
		s.lists = append(s.lists, listIndex{})
	}
	l, above := &s.lists[height], &s.lists[height+1]
	if !above.begun {
		_, n := varint(l.bytes[1:])
		first, _ := varint(l.bytes[1+n:])
		above.page = l.page
		above.begin(true, l.page, int64(first))
	}
	l.begun = false
	l.bytes = l.bytes[:0]
	l.page++
}

// finish writes what is left and returns the number of leaves.
func (s *segment) finish() (int, error) {
	if len(s.leaf) > header {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	if s.page == 1 {
		return 0, nil
	}
	if err := s.endLeaf(); err != nil {
		return 0, err
	}
	slices.SortFunc(s.later, func(a, b block) int { return cmp.Compare(a.id, b.id) })
	for _, b := range s.later {
		if err := s.to.Data(b.id, b.bytes); err != nil {
			return 0, err
		}
	}
	return s.page - 1, nil
}
