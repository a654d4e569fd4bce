package store

import (
	"fmt"
	"strings"
	"testing"

	"roster"
	"roster/internal/query"
)

func TestSearchFindsWordsOfManyScripts(t *testing.T) {
	people := []*roster.User{
		named("latin", "Ängström José Łukasz Ñandú"),
		named("decomposed", "A\u0308ngstro\u0308m"),
		named("german", "Straße Weiß"),
		named("turkish", "İstanbul Işık ılık"),
		named("cyrillic", "Пётр Чайковский"),
		named("greek", "Νίκος Καζαντζάκης"),
		named("arabic", "محمد الأمين"),
		named("hebrew", "שָׁלוֹם עולם"),
		named("devanagari", "नमस्ते दुनिया"),
		named("chinese", "王小明"),
		named("japanese", "がき 山田太郎"),
		named("korean", "김철수"),
		named("fullwidth", "ＦＵＬＬ wide"),
		named("ligature", "Scientiﬁc"),
		named("emoji", "Rocket 🚀 Queen 👩‍🚀"),
		named("digits", "agent ٠٠٧ 007"),
		named("apostrophe", "O'Brien-Smith"),
	}
	cases := []struct{ search, want string }{
		{"angstrom", "latin decomposed"},
		{"ÄNGSTRÖM", "latin decomposed"},
		{"A\u0308ngstro\u0308m", "latin decomposed"},
		{"ängst", "latin decomposed"},
		{"jose", "latin"},
		{"nandu", "latin"},
		{"lukasz", ""}, // ł is a letter of its own, not l with an accent
		{"ŁUKASZ", "latin"},
		{"straße", "german"},
		{"STRAẞE", "german"},
		{"STRASSE", "german"},
		{"stras", "german"},
		{"weiß", "german"},
		{"istanbul", "turkish"},
		{"İSTANBUL", "turkish"},
		{"ISTANBUL", "turkish"},
		{"ışık", "turkish"},
		{"IŞIK", "turkish"},
		{"ILIK", "turkish"},
		{"ilik", "turkish"}, // as é is found by e
		{"петр чайковский", "cyrillic"},
		{"ПЁТР", "cyrillic"},
		{"νικος", "greek"},
		{"ΝΊΚΟΣ", "greek"},
		{"Καζαντζάκης", "greek"},
		{"محمد", "arabic"},
		{"الأمين", "arabic"},
		{"שָׁלוֹם", "hebrew"},
		{"עולם", "hebrew"},
		{"नमस्ते", "devanagari"},
		{"दुनि", "devanagari"},
		{"王小明", "chinese"},
		{"王小", "chinese"},
		{"小明", ""}, // words are not taken apart where no blank divides them
		{"山田", "japanese"},
		{"がき", "japanese"},
		{"か\u3099き", "japanese"},
		{"김철수", "korean"},
		{"김철", "korean"},
		{"full", "fullwidth"},
		{"scientific", "ligature"},
		{"rocket queen", "emoji"},
		{"🚀", ""},
		{"٠٠٧", "digits"},
		{"007", "digits"},
		{"brien", "apostrophe"},
		{"o'brien", "apostrophe"},
		{"brien smi", "apostrophe"},
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, people...)
		for _, c := range cases {
			if got := strings.Join(found(t, s, home, searching(c.search)), " "); got != c.want {
				t.Errorf("%q finds %q, want %q", c.search, got, c.want)
			}
		}
	})
}

// The cases are those that contract section 5.6 requires, and their neighbours.
func TestSearchFindsWhatTheContractRequires(t *testing.T) {
	ronaldo := named("66b0a1c2d3e4f5a6b7c8", "Cristiano Ronaldo")
	ronaldo.Email, ronaldo.Phone, ronaldo.Labels = "cristiano.ronaldo@manchester-united.co.uk", "+5511552674", []string{"vip", "Striker9"}
	messi := named("user-2.b_c", "Lionel Messi")
	messi.Email, messi.Labels = "messi@barcelona.example", []string{"vip"}
	manager := named("m", "The Manager of Man United")
	cases := []struct{ search, want string }{
		{"Ronaldo", "R"}, {"ronaldo", "R"}, {"RONALDO", "R"}, {"ronaldo cristiano", "R"}, {"Ronaldo Messi", ""},
		{"cristiano.ronaldo@manchester-united.co.uk", "R"}, {"cristiano.ronaldo", "R"}, {"united.co.uk", "R"}, {"manchester-united", "R"}, {"uk", "R"},
		{"united", "R m"}, {"manchester", "R"},
		{"66b0a1c2d3e4f5a6b7c8", "R"}, {"66b0a1", "R"}, {"6b0a1", ""},
		{"+5511552674", "R"}, {"5511552674", "R"}, {"551155", "R"}, {"11552674", ""},
		{"user-2.b_c", "M"}, {"b_c", "M"}, {"user 2", "M"},
		{"man", "R m"}, {"man united", "m"}, {"uni man", ""}, {"united man", "R m"}, // the last word only is a prefix
		{`"Cristiano Ronaldo"`, "R"}, {`"Ronaldo Cristiano"`, ""}, {`"Cristiano Ron"`, ""}, {`"man united"`, "m"},
		{`"Cristiano" Ron`, "R"}, {`ronaldo "manchester united"`, "R"}, {`ron "manchester united"`, ""},
		{`"cristiano ronaldo`, "R"}, {`"cristiano ron`, "R"}, {`ronaldo"`, "R"}, {`""`, ""}, {`"`, ""}, {`"" ronaldo`, "R"},
		{"label:vip", "R M"}, {"vip", "R M"}, {"label", "R M"}, {"striker9", "R"}, {"vip messi", "M"}, {"messi vip", "M"},
		{">", ""}, {"", "R M m"}, {" ", ""}, {"@", ""}, {"+", ""}, {"*", ""}, {"(", ""}, {"-", ""}, {`\`, ""}, {"%", ""}, {"'; drop table users --", ""},
		{"ronaldo*", "R"}, {"*ronaldo", "R"}, {"-ronaldo", "R"}, {"ronaldo > messi", ""}, {"ronaldo AND cristiano", ""}, {"ronaldo OR messi", ""},
		{"ronaldo NOT messi", ""}, {"NEAR(ronaldo cristiano)", ""}, {"words:ronaldo", ""}, {"^ronaldo", "R"}, {"{ronaldo}", "R"},
		{"1wronaldo", ""}, {"w", ""},
	}
	short := strings.NewReplacer(ronaldo.ID, "R", messi.ID, "M")
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, ronaldo, messi, manager)
		for _, c := range cases {
			if got := short.Replace(strings.Join(found(t, s, home, searching(c.search)), " ")); got != c.want {
				t.Errorf("%q finds %q, want %q", c.search, got, c.want)
			}
		}
	})
}

// 256 characters are the longest search, and one of them may be four words.
func TestSearchOfMostWordsIsAnswered(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, named("a", strings.Repeat("a ", 60)))
		for search, want := range map[string][]string{
			strings.Repeat("a ", 128):     {"a"},
			strings.Repeat(`"a`, 128):     {"a"},
			strings.Repeat(`"a" `, 64):    {"a"},
			strings.Repeat("\ufdfa", 256): {},
			strings.Repeat("x", 256):      {},
		} {
			wantEqual(t, want, found(t, s, home, searching(search)))
		}
	})
}

func TestPatternsFindPartsOfWordsInManyScripts(t *testing.T) {
	people := func() []*roster.User { // each engine numbers its own
		return []*roster.User{
			named("latin", "José Ångström"), named("german", "GROẞE Straße"), named("turkish", "İzmir ışık"), named("cyrillic", "Чайковский"),
			named("greek", "ΝΊΚΟΣ"), named("arabic", "محمد"), named("chinese", "王小明"), named("korean", "김철수"), named("emoji", "a🚀👩‍🚀b"),
			named("punctuation", "a--b..c__d  e'f\"g\\h%i"), named("private", "x\ue02dy\ue02dz"), named("short", "ab"),
		}
	}
	cases := []struct{ text, want string }{
		{"josé", "latin"}, {"JOSÉ", "latin"}, {"ose", ""}, {"osé å", "latin"}, {"å", "latin"}, {"strö", "latin"},
		{"straß", "german"}, {"große", "german"}, {"SS", ""},
		{"izmir", "turkish"}, {"ışı", "turkish"}, // Go and the index agree on İ
		{"КОВСК", "cyrillic"}, {"ίκοσ", "greek"},
		{"حم", "arabic"}, {"小明", "chinese"}, {"王小明", "chinese"}, {"철수", "korean"}, {"🚀", "emoji"}, {"🚀👩‍🚀", "emoji"},
		{"a--b", "punctuation"}, {"--", "punctuation"}, {"..c__", "punctuation"}, {"  e", "punctuation"}, {`'f"g\h%`, "punctuation"}, {"-", "punctuation"},
		{"x-y-z", ""}, {"x\ue02dy", "private"}, {"\ue02dy\ue02d", "private"}, {"-y-", ""}, {"小", "chinese"}, {"明王", ""}, {"수", "korean"}, {"ab", "short"}, {"b", "emoji punctuation short"},
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, people()...)
		for _, c := range cases {
			for method, text := range map[string]string{"contains": c.text, "containsAll": c.text} {
				if got := strings.Join(found(t, s, home, asked(t, query.Users, q(method, "name", text))), " "); got != c.want {
					t.Errorf("%s %q finds %q, want %q", method, c.text, got, c.want)
				}
			}
		}
	})
}

func TestSearchFollowsEveryChange(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ada := named("ada", "Ada Byron")
		ada.Email, ada.Phone, ada.Labels = "ada@byron.example", "+442079460000", []string{"poet"}
		create(t, s, home, ada)
		look := func(search string, want ...string) {
			t.Helper()
			wantEqual(t, append([]string{}, want...), found(t, s, home, searching(search)))
		}
		part := func(attribute, text string, want ...string) {
			t.Helper()
			wantEqual(t, append([]string{}, want...), found(t, s, home, asked(t, query.Users, q("contains", attribute, text))))
		}
		look("byron", "ada")
		edit(t, s, "ada", func(u *roster.User) { u.Name = "Ada Lovelace" })
		look("lovelace", "ada")
		look("byron", "ada") // the address still has it
		part("name", "yro")
		part("email", "yro", "ada")
		part("name", "elac", "ada")
		edit(t, s, "ada", func(u *roster.User) { u.Email = "ada@lovelace.example" })
		look("byron")
		part("email", "yro")
		edit(t, s, "ada", func(u *roster.User) { u.Phone = "+442079461111" })
		look("442079460000")
		look("442079461111", "ada")
		part("phone", "461111", "ada")
		edit(t, s, "ada", func(u *roster.User) { u.Labels = []string{"mathematician"} })
		look("poet")
		look("mathematician", "ada")
		edit(t, s, "ada", func(u *roster.User) { u.Enabled, u.Prefs = false, `{"byron":"poet"}` })
		look("mathematician", "ada")
		look("byron")
		remove(t, s, "ada")
		look("ada")
		part("name", "ada")
		create(t, s, home, named("ada", "Ada Yonath"))
		look("lovelace")
		look("yonath", "ada")
	})
}

func TestSearchDoesNotLookIntoOtherProjects(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for _, p := range []roster.ProjectNumber{1, 11, 111, 2} {
			for i := range 3 {
				u := named(fmt.Sprintf("p%du%d", p, i), "Ada 1w11 Lovelace")
				u.Email, u.Labels = u.ID+"@x.example", []string{"vip"}
				create(t, s, p, u)
			}
		}
		want := []string{"p11u0", "p11u1", "p11u2"}
		for _, search := range []string{"ada", "lovelace", "1w", `"ada 1w11"`, "vip", "p11"} {
			wantEqual(t, want, found(t, s, 11, searching(search)))
		}
		wantEqual(t, []string{}, found(t, s, 11, searching("p111")))
		wantEqual(t, []string{}, found(t, s, 3, searching("ada")))
		for _, line := range []string{q("contains", "name", "lovelace"), q("contains", "email", "p11u"), q("contains", "labels", "vip")} {
			wantEqual(t, want, found(t, s, 11, asked(t, query.Users, line)))
		}
		page := asked(t, query.Users, q("cursorAfter", "", "p1u0"))
		_, err := s.Users(t.Context(), 11, page)
		wantError(t, roster.ErrCursorNotFound, err)
	})
}
