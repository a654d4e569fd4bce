package store

import (
	"database/sql/driver"
	"strings"

	"modernc.org/sqlite"

	"roster/internal/fts5"
)

// SQLite calls these.
func init() {
	sqlite.MustRegisterDeterministicScalarFunction("begins_word", 6, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		return beginsWord(args[0].(string), args[1:]), nil
	})
	sqlite.MustRegisterDeterministicScalarFunction("last_word", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		page, _ := args[0].([]byte)
		if word := fts5.LastTerm(page); word != nil {
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
