package store

import (
	"strings"
	"testing"

	"roster"
)

// FTS5 is asked, by its table of words, what is on its pages.
func TestLastWordOfAPageIsTheOneThatFTS5Wrote(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		var many []*roster.User
		for i := range 300 {
			many = append(many, named(strings.Repeat("x", i%30+1)+string(rune('a'+i%26))+strings.Repeat("é", i/26), "Ada Łukasz 王小明 "+strings.Repeat("word", i%9)))
		}
		create(t, s, home, many...)
		write(t, s, func(tx Tx) error { return tx.exec("insert into user_words (user_words) values ('optimize')") })
		write(t, s, func(tx Tx) error { return tx.exec("create virtual table vocabulary using fts5vocab(user_words, row)") })
		known := columnOf(t, s, "select term from vocabulary order by term")
		last := columnOf(t, s, "select substr(cast(last_word(block) as text), 2) from user_words_data where id between 1 << 37 and 1 << 53 and id >> 31 & 63 = 0 and last_word(block) is not null order by id")
		if len(last) < 3 || last[len(last)-1] != known[len(known)-1] {
			t.Errorf("the last words of pages are %q, and the last of all is %q", last, known[len(known)-1])
		}
		at := 0
		for _, word := range known {
			if at < len(last) && word == last[at] {
				at++
			}
		}
		wantEqual(t, len(last), at)
	})
}
