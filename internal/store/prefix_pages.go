package store

import (
	"database/sql/driver"
	"encoding/binary"
	"strings"

	"modernc.org/sqlite"
)

// SQLite calls these.
func init() {
	sqlite.MustRegisterDeterministicScalarFunction("begins_word", 6, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		return beginsWord(args[0].(string), args[1:]), nil
	})
	sqlite.MustRegisterDeterministicScalarFunction("last_word", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		page, _ := args[0].([]byte)
		if word := lastWord(page); word != nil {
			return word, nil
		}
		return nil, nil
	})
}

// pagesOfWords counts the pages of the index of words, as FTS5 has it on disk,
// that tell of what lies between two words. Of each segment, user_words_idx has
// the page on which words begin, with something that comes no later than the
// first of them; a word with many users goes on over pages on which none begins,
// behind the last word of a page. The character 0 stands before each word.
func pagesOfWords(low, high string) string {
	return strings.NewReplacer("$low", low, "$high", high, "$page", "select pgno / 2 from user_words_idx where segid = number and term").Replace(`(
		with recursive segment (number) as (
			select min(segid) from user_words_idx
			union all
			select (select min(segid) from user_words_idx where segid > number) from segment where number is not null),
		place as (
			select number, ($page < $low order by term desc limit 1) as start, coalesce(($page >= $low order by term limit 1), behind) as first,
				($page < $high order by term desc limit 1) as last, coalesce(($page >= $high order by term limit 1), behind) as next
			from (select number, (select max(id) + 1 from user_words_data where id < (number << 37) + (1 << 31)) - (number << 37) as behind
				from segment where number is not null))
		select sum(max(0,
			case when last_word((select block from user_words_data where id = (number << 37) + last)) < $high then next else last end -
			case when last_word((select block from user_words_data where id = (number << 37) + start)) >= $low then start else first end))
		from place)`)
}

// lastWord is the last word of a page of FTS5's index; nil, if none begins on it.
// The page says in its bytes 2 and 3 where its content ends and the places of its
// words begin, each as the distance to the one before. The first word is written
// out, the others without what they share with the one before.
func lastWord(page []byte) (word []byte) {
	if len(page) < 4 {
		return nil
	}
	end, at := int(binary.BigEndian.Uint16(page[2:])), 0
	for places := page[min(end, len(page)):]; len(places) > 0; {
		var distance, shared, rest int
		distance, places = smallNumber(places)
		at += distance
		text := page[min(at, len(page)):]
		if word != nil {
			shared, text = smallNumber(text)
		}
		rest, text = smallNumber(text)
		if shared > len(word) || rest > len(text) {
			return nil
		}
		word = append(word[:shared:shared], text[:rest]...)
	}
	return word
}

// smallNumber reads a number as SQLite writes it, seven bits in each byte, the
// highest first, and returns what follows.
func smallNumber(from []byte) (n int, rest []byte) {
	for i, b := range from {
		n = n<<7 | int(b&0x7F)
		if b < 0x80 || i == 4 {
			return n, from[i+1:]
		}
	}
	return n, nil
}
