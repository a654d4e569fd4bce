package fts5

import (
	"errors"
	"fmt"
	"math/bits"
	"os"
)

// Format is what an index is made to.
type Format struct {
	PageSize int // of leaves: the table's setting pgsz
	Memory   int // bytes for entries, which go to a file when they are used up
}

// PageSize is that of a table that does not set it.
const PageSize = 4050

// Origin is what rows have in the table _docsize that come with the index.
const Origin = 1

// Shadow takes the rows of an index: the leaves and what belongs to them in the
// order of their keys, and two small ones of _data in the end. It must not keep
// the slices.
type Shadow struct {
	Data  func(id int64, block []byte) error                 // of the table _data
	Index func(segment int64, term []byte, page int64) error // of the table _idx
}

// Builder makes the index of one table.
type Builder struct {
	format   Format
	gathered *postings
	runs     runs
	rows     int64
	tokens   int64
	last     int64
}

// New makes a builder that keeps what it has no room for in files in the
// folder. It must be closed.
func New(dir string, f Format) (*Builder, error) {
	file, err := os.CreateTemp(dir, "fts5-")
	if err != nil {
		return nil, err
	}
	return &Builder{format: f, gathered: newPostings(f.Memory), runs: runs{file: file}}, nil
}

// Close removes the files.
func (b *Builder) Close() error {
	return errors.Join(b.runs.file.Close(), os.Remove(b.runs.file.Name()))
}

// Add adds a row, whose number is above those before and above zero. Tokens are
// what the table's tokenizer would give one by one; capitals of ASCII do not
// matter.
func (b *Builder) Add(row int64, tokens []string) error {
	if row <= b.last {
		return fmt.Errorf("row %d comes after row %d", row, b.last)
	}
	b.last = row
	b.rows++
	b.tokens += int64(len(tokens))
	b.gathered.add(row, tokens)
	if !b.gathered.full() {
		return nil
	}
	return b.spill()
}

func (b *Builder) spill() error {
	if len(b.gathered.terms) == 0 {
		return nil
	}
	defer b.gathered.reset()
	return b.runs.write(b.gathered)
}

// Docsize is what a row of so many tokens has in the table _docsize.
func Docsize(tokens int) []byte { return appendVarint(nil, uint64(tokens)) }

// Write writes the index. Nothing can be added afterwards.
func (b *Builder) Write(to Shadow) error {
	if err := b.spill(); err != nil {
		return err
	}
	b.gathered = nil
	s := newSegment(b.format, to)
	if err := b.runs.merge(s.add); err != nil {
		return err
	}
	leaves, err := s.finish()
	if err != nil {
		return err
	}
	if err := to.Data(averagesID, appendVarint(appendVarint(nil, uint64(b.rows)), uint64(b.tokens))); err != nil {
		return err
	}
	return to.Data(structureID, b.structure(leaves))
}

const (
	averagesID  = 1
	structureID = 10
)

// structure is the record that lists the segments, of which there is one or
// none. It is put on the level that FTS5 would have merged so many leaves to, four
// at a time, so that it is not merged with small ones.
func (b *Builder) structure(leaves int) []byte {
	record := []byte{0, 0, 0, 0, 0xFF, 0, 0, 1} // the cookie of settings; version 2
	if leaves == 0 {
		return append(record, 0, 0, 0)
	}
	level := (bits.Len(uint(leaves)) + 1) / 2
	record = append(record, byte(level+1), 1) // levels, segments
	record = appendVarint(record, uint64(leaves))
	for range level {
		record = append(record, 0, 0) // no segments
	}
	record = append(record, 0, 1, segmentID, 1) // of which none are being merged; the first leaf
	record = appendVarint(record, uint64(leaves))
	record = append(record, Origin, Origin, 0, 0) // no pages of tombstones, no tombstones
	return appendVarint(record, uint64(b.rows))
}
