package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	commandline "flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"roster"
	"roster/internal/people"
	"roster/internal/query"
	"roster/test/postgres"
)

// TestMain has properties checked more often than rapid would by itself, which
// takes seconds. The flag still counts.
func TestMain(m *testing.M) {
	if !underRace {
		commandline.Set("rapid.checks", "1500")
	}
	code := m.Run()
	postgres.Shutdown()
	os.Exit(code)
}

// TestListsEqualAnotherReadingOfTheContract compares pages and totals with what
// a plain loop over the same users finds, written from contract section 5
// without a look at the SQL.
func TestListsEqualAnotherReadingOfTheContract(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		all := assembly(t, s)
		rapid.Check(t, func(t *rapid.T) { agrees(t, s, known(all, fewValues)) })
	})
}

// TestListsOfTwentyThousandEqualAnotherReading is the same about people, whose
// names and dates are as different as real ones, and so many that each list is
// read by the index that it would be read by if there were millions.
func TestListsOfTwentyThousandEqualAnotherReading(t *testing.T) {
	crowd := people.Of(20_000, 11)
	checks := 150
	if underRace {
		crowd.Size, checks = 4_000, 25
	}
	eachLoaded(t, crowd, func(t *testing.T, s *Store) {
		all := make([]roster.User, crowd.Size)
		for i := range all {
			all[i] = crowd.Person(int64(i)).User
			numbered(&all[i])
		}
		m := known(all, valuesOfPeople(all))
		checkTimes(t, checks, func(t *rapid.T) { agrees(t, s, m) })
	})
}

// numbered gives a user the numbers that a load gives.
func numbered(u *roster.User) {
	u.Seq = int64(u.CreatedAt) << 20
	for i := range u.Targets {
		u.Targets[i].Seq = u.Seq + int64(i) + 1
	}
}

// eachLoaded runs test on each engine with a directory that everybody has been
// loaded into.
func eachLoaded(t *testing.T, crowd people.Crowd, test func(*testing.T, *Store)) {
	for name, place := range map[string]func() Options{
		"sqlite":   func() Options { return Options{Dir: migratedDir(t)} },
		"postgres": func() Options { return Options{Database: freshDatabase(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, loaded(t, place(), crowd))
		})
	}
}

// loaded opens a directory that everybody has been loaded into, until the test
// ends.
func loaded(t *testing.T, o Options, crowd people.Crowd) *Store {
	t.Helper()
	if err := Load(t.Context(), o, home, arrivals(crowd)); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// checkTimes checks a property so many times, and as often as it takes to shrink
// a failure.
func checkTimes(t *testing.T, times int, property func(*rapid.T)) {
	done := 0
	rapid.Check(t, func(t *rapid.T) {
		if done == times {
			return
		}
		property(t)
		done++
	})
}

// model is what is known of a directory: its users, the words that each is found
// by, and the values that are asked about.
type model struct {
	all    []roster.User
	words  [][]string
	values func(query.Attribute) *rapid.Generator[any]
}

func known(all []roster.User, values func(query.Attribute) *rapid.Generator[any]) *model {
	m := &model{all: all, words: make([][]string, len(all)), values: values}
	for i, u := range all {
		for _, text := range searchable(u) {
			m.words[i] = append(m.words[i], plainWords(text)...)
		}
	}
	return m
}

// agrees asks the store anything and compares.
func agrees(t *rapid.T, s *Store, m *model) {
	page := Page{Query: m.anyQuery(t), Search: rapid.OneOf(rapid.Just(""), anySearch(m.all)).Draw(t, "search")}
	want, wantTotal, wantErr := m.answer(page)
	got, err := s.Users(context.Background(), home, page)
	if !errors.Is(err, wantErr) {
		t.Fatalf("the error is %v, want %v", err, wantErr)
	}
	if diff := gocmp.Diff(idsOfUsers(want), idsOfUsers(got)); diff != "" {
		t.Fatalf("another page is listed (-want +got):\n%s", diff)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Fatalf("users are listed otherwise than they were stored (-want +got):\n%s", diff)
	}
	total, err := s.CountUsers(context.Background(), home, page)
	if err != nil || total != wantTotal {
		t.Fatalf("the total is %d, want %d, error %v", total, wantTotal, err)
	}
}

func idsOfUsers(users []roster.User) []string {
	ids := make([]string, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	return ids
}

// Few different values make that filters hit and orders have ties.
var (
	someNames  = []string{"", "Ada Lovelace", "ada", "Áda love", "100%_\\", "a-b.c", "LOVE", "Bob bob", "王小明", "Straße", "x", "aaaa", "ab abab", "x\ue081\ue02d"}
	someLabels = []string{"vip", "beta", "VIP", "b2"}
	someTimes  = []roster.Time{0, 1, 2000, 1772612130123}
	someHosts  = []string{"x.example", "mail.x.example", "love.example"}
)

// assembly creates users that cover much of what there can be, and strangers in
// another project.
func assembly(t *testing.T, s *Store) []roster.User {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(n int) int { return random.IntN(n) }
	var all []roster.User
	for i := range 60 {
		u := named([]string{"u", "U", "ada", "x.y", "7_"}[pick(5)]+fmt.Sprint(i), someNames[pick(len(someNames))])
		if pick(3) > 0 {
			u.Email = fmt.Sprintf("%s%d@%s", []string{"ada", "love_", "b%"}[pick(3)], i, someHosts[pick(3)])
		}
		if pick(3) > 0 {
			u.Phone = fmt.Sprintf("+4420%06d", i*7)
		}
		u.Enabled, u.EmailVerified, u.PhoneVerified, u.Impersonator = pick(2) == 0, pick(3) == 0, pick(2) == 0, pick(5) == 0
		u.PasswordUpdatedAt, u.AccessedAt = someTimes[pick(4)], someTimes[pick(4)]
		for _, label := range someLabels {
			if pick(3) == 0 {
				u.Labels = append(u.Labels, label)
			}
		}
		create(t, s, home, u)
		create(t, s, other, named(u.ID, u.Name))
		for range pick(3) {
			target := target(u.ID, fmt.Sprintf("t%d", len(all)*10+len(u.Targets)), fmt.Sprintf("address %d of %d", len(u.Targets), i))
			addTargets(t, s, home, target)
			u.Targets = append(u.Targets, *target)
		}
		all = append(all, *u)
	}
	return all
}

func (m *model) anyQuery(t *rapid.T) query.Query {
	q := query.Query{
		Filters: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) query.Filter { return m.anyFilter(t, 0) }), 0, 3).Draw(t, "filters"),
		Limit:   rapid.OneOf(rapid.Int64Range(1, 5), rapid.Just[int64](70)).Draw(t, "limit"),
		Offset:  rapid.OneOf(rapid.Just[int64](0), rapid.Int64Range(0, 20)).Draw(t, "offset"),
	}
	ordered := rapid.SampledFrom(slices.DeleteFunc(slices.Clone(query.Users.Attributes), func(a query.Attribute) bool { return a.Name == "labels" }))
	for _, a := range rapid.SliceOfNDistinct(ordered, 0, 3, rapid.ID).Draw(t, "orders") {
		q.Orders = append(q.Orders, query.Order{Attribute: a, Desc: rapid.Bool().Draw(t, "descending")})
	}
	if rapid.Bool().Draw(t, "has a cursor") {
		id := rapid.OneOf(rapid.Map(rapid.SampledFrom(m.all), func(u roster.User) string { return u.ID }), rapid.Just("nobody")).Draw(t, "cursor")
		q.Cursor = &query.Cursor{ID: id, Before: rapid.Bool().Draw(t, "before")}
	}
	return q
}

var (
	comparing  = []query.Method{query.Equal, query.NotEqual, query.LessThan, query.LessThanEqual, query.GreaterThan, query.GreaterThanEqual, query.Between, query.NotBetween, query.IsNull, query.IsNotNull}
	containing = []query.Method{query.Contains, query.ContainsAny, query.ContainsAll, query.NotContains}
	beginning  = []query.Method{query.StartsWith, query.NotStartsWith, query.EndsWith, query.NotEndsWith}
)

func (m *model) anyFilter(t *rapid.T, depth int) query.Filter {
	if depth < 3 && rapid.IntRange(0, 4).Draw(t, "kind") == 4 {
		nested := rapid.Custom(func(t *rapid.T) query.Filter { return m.anyFilter(t, depth+1) })
		return query.Filter{
			Method:  rapid.SampledFrom([]query.Method{query.And, query.Or}).Draw(t, "junction"),
			Filters: rapid.SliceOfN(nested, 2, 3).Draw(t, "nested"),
		}
	}
	a := rapid.SampledFrom(query.Users.Attributes).Draw(t, "attribute")
	methods, values := comparing, m.values(a)
	switch a.Type {
	case query.String:
		methods = slices.Concat(comparing, containing, beginning)
	case query.StringArray:
		methods = append([]query.Method{query.IsNull, query.IsNotNull}, containing...)
	}
	f := query.Filter{Method: rapid.SampledFrom(methods).Draw(t, "method"), Attribute: a}
	least, most := 1, 1
	switch {
	case f.Method == query.IsNull || f.Method == query.IsNotNull:
		return f
	case f.Method == query.Between || f.Method == query.NotBetween:
		least, most = 2, 2
	case f.Method == query.Equal || slices.Contains(containing, f.Method):
		most = 3
	}
	f.Values = rapid.SliceOfN(values, least, most).Draw(t, "values")
	return f
}

// fewValues are those of the assembly.
func fewValues(a query.Attribute) *rapid.Generator[any] {
	switch a.Type {
	case query.Boolean:
		return rapid.Bool().AsAny()
	case query.Datetime:
		return rapid.Custom(func(t *rapid.T) any {
			moment := rapid.SampledFrom(append([]roster.Time{roster.TimeOf(day) + 30}, someTimes...)).Draw(t, "moment")
			return int64(moment) + rapid.Int64Range(-1, 1).Draw(t, "around")
		})
	case query.Integer:
		return rapid.Int64Range(1, 1<<31-1).AsAny()
	case query.StringArray:
		return rapid.SampledFrom(append([]string{"none"}, someLabels...)).AsAny()
	}
	words := slices.Concat(someNames, []string{"ada0", "ADA", "love_", "b%", "example", "+4420", "0000", "u", "_", "%", "\\", "lovelace", "ÁDA", "小明", "traß", "aaa", "aa", "aba", "ad", "王", "王小", "小", "\ue081"})
	return rapid.OneOf(rapid.SampledFrom(words), rapid.StringN(0, 4, -1).Filter(func(s string) bool { return !strings.ContainsAny(s, "\x00\ufffe\uffff\ufffd") })).AsAny()
}

// valuesOfPeople are those that somebody has, parts of them, and some that nobody
// has.
func valuesOfPeople(all []roster.User) func(query.Attribute) *rapid.Generator[any] {
	return func(a query.Attribute) *rapid.Generator[any] {
		if a.Type == query.Boolean || a.Type == query.Integer {
			return fewValues(a)
		}
		return rapid.Custom(func(t *rapid.T) any {
			value := attributeOf(rapid.SampledFrom(all).Draw(t, "user"), a.Name)
			switch value := value.(type) {
			case int64:
				return value + rapid.Int64Range(-1, 1).Draw(t, "around")
			case []string:
				return rapid.SampledFrom(append([]string{"nobody"}, value...)).Draw(t, "label")
			case string:
				return piece(t, value)
			}
			return map[query.Type]any{query.String: "nobody", query.Datetime: int64(0)}[a.Type]
		})
	}
}

// piece is all of the text or some characters of it.
func piece(t *rapid.T, text string) string {
	runes := []rune(text)
	if rapid.Bool().Draw(t, "whole") || len(runes) == 0 {
		return text
	}
	from := rapid.IntRange(0, len(runes)-1).Draw(t, "from")
	return string(runes[from:rapid.IntRange(from+1, len(runes)).Draw(t, "to")])
}

func anySearch(all []roster.User) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(1, 3).Draw(t, "words") {
			texts := searchable(rapid.SampledFrom(all).Draw(t, "user"))
			words := strings.Fields(strings.Join(texts, " ") + " nothing")
			word := []rune(rapid.SampledFrom(words).Draw(t, "word"))
			b.WriteString(string(word[:rapid.IntRange(1, len(word)).Draw(t, "letters")]))
			b.WriteString(rapid.SampledFrom([]string{" ", " ", `"`, ` "`, `" `, "-"}).Draw(t, "then"))
		}
		return b.String()
	})
}

// answer is the page, the total and the error that the contract wants.
func (m *model) answer(page Page) ([]roster.User, int64, error) {
	var matching []roster.User
	for i, u := range m.all {
		if !slices.ContainsFunc(page.Filters, func(f query.Filter) bool { return !holds(u, f) }) && (page.Search == "" || matches(m.words[i], page.Search)) {
			matching = append(matching, u)
		}
	}
	total := int64(len(matching))
	listed, err := inOrder(m.all, matching, page.Query)
	return listed, total, err
}

func inOrder(all, matching []roster.User, q query.Query) ([]roster.User, error) {
	orders := withTieBreaker(q.Orders)
	sorted := slices.Clone(matching)
	before := q.Cursor != nil && q.Cursor.Before
	slices.SortFunc(sorted, func(a, b roster.User) int {
		n := compareUsers(a, b, orders)
		if before {
			n = -n
		}
		return n
	})
	if q.Cursor != nil {
		i := slices.IndexFunc(all, func(u roster.User) bool { return u.ID == q.Cursor.ID })
		if i < 0 {
			return nil, roster.ErrCursorNotFound
		}
		for _, o := range orders {
			if attributeOf(all[i], o.Attribute.Name) == nil {
				return nil, roster.ErrOrderNull
			}
		}
		sorted = slices.DeleteFunc(sorted, func(u roster.User) bool { return !beyondCursor(u, all[i], orders, before) })
	}
	sorted = sorted[min(q.Offset, int64(len(sorted))):]
	sorted = sorted[:min(q.Limit, int64(len(sorted)))]
	if before {
		slices.Reverse(sorted)
	}
	return append([]roster.User{}, sorted...), nil
}

func withTieBreaker(orders []query.Order) []query.Order {
	tie := query.Order{Attribute: query.Attribute{Name: "$sequence", Type: query.Integer}}
	for i, o := range orders {
		switch o.Attribute.Name {
		case "$id", "$sequence":
			return orders
		case "$createdAt", "$updatedAt":
			tie.Desc = tie.Desc || i == 0 && o.Desc
		}
	}
	return append(slices.Clone(orders), tie)
}

// compareUsers puts null before every value.
func compareUsers(a, b roster.User, orders []query.Order) int {
	for _, o := range orders {
		x, y := attributeOf(a, o.Attribute.Name), attributeOf(b, o.Attribute.Name)
		n := 0
		switch {
		case x == nil || y == nil:
			n = cmp.Compare(boolean(x != nil), boolean(y != nil))
		default:
			n = compareValues(x, y)
		}
		if o.Desc {
			n = -n
		}
		if n != 0 {
			return n
		}
	}
	return 0
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// beyondCursor compares up to the first attribute that differs; null differs
// and is never beyond.
func beyondCursor(u, cursor roster.User, orders []query.Order, before bool) bool {
	for _, o := range orders {
		x, y := attributeOf(u, o.Attribute.Name), attributeOf(cursor, o.Attribute.Name)
		if x == nil {
			return false
		}
		if n := compareValues(x, y); n != 0 {
			return (n > 0) == (o.Desc == before)
		}
	}
	return false
}

func compareValues(x, y any) int {
	switch x := x.(type) {
	case string:
		return cmp.Compare(x, y.(string))
	case bool:
		return cmp.Compare(boolean(x), boolean(y.(bool)))
	}
	return cmp.Compare(x.(int64), y.(int64))
}

// attributeOf is a string, bool, int64, []string or nil.
func attributeOf(u roster.User, name string) any {
	optional := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	at := func(t roster.Time) any {
		if t == 0 {
			return nil
		}
		return int64(t)
	}
	switch name {
	case "$id":
		return u.ID
	case "$createdAt":
		return int64(u.CreatedAt)
	case "$updatedAt":
		return int64(u.UpdatedAt)
	case "$sequence":
		return u.Seq
	case "name":
		return u.Name
	case "email":
		return optional(u.Email)
	case "phone":
		return optional(u.Phone)
	case "status":
		return u.Enabled
	case "passwordUpdate":
		return at(u.PasswordUpdatedAt)
	case "registration":
		return int64(u.RegisteredAt)
	case "emailVerification":
		return u.EmailVerified
	case "phoneVerification":
		return u.PhoneVerified
	case "labels":
		return u.Labels
	case "impersonator":
		return u.Impersonator
	case "accessedAt":
		return at(u.AccessedAt)
	}
	panic(name)
}

func holds(u roster.User, f query.Filter) bool {
	switch f.Method {
	case query.And:
		return !slices.ContainsFunc(f.Filters, func(f query.Filter) bool { return !holds(u, f) })
	case query.Or:
		return slices.ContainsFunc(f.Filters, func(f query.Filter) bool { return holds(u, f) })
	}
	v := attributeOf(u, f.Attribute.Name)
	switch {
	case f.Method == query.IsNull:
		return v == nil
	case f.Method == query.IsNotNull:
		return v != nil
	case v == nil:
		return false
	case slices.Contains(comparing, f.Method):
		return compares(v, f)
	}
	return hasParts(v, f)
}

func compares(v any, f query.Filter) bool {
	n := compareValues(v, f.Values[0])
	switch f.Method {
	case query.Equal:
		return slices.Contains(f.Values, v)
	case query.NotEqual:
		return n != 0
	case query.LessThan:
		return n < 0
	case query.LessThanEqual:
		return n <= 0
	case query.GreaterThan:
		return n > 0
	case query.GreaterThanEqual:
		return n >= 0
	}
	within := n >= 0 && compareValues(v, f.Values[1]) <= 0
	return within == (f.Method == query.Between)
}

func hasParts(v any, f query.Filter) bool {
	has := func(value any) bool {
		part := value.(string)
		if list, ok := v.([]string); ok {
			return slices.Contains(list, part)
		}
		text, part := strings.ToLower(v.(string)), strings.ToLower(part)
		switch f.Method {
		case query.StartsWith, query.NotStartsWith:
			return strings.HasPrefix(text, part)
		case query.EndsWith, query.NotEndsWith:
			return strings.HasSuffix(text, part)
		}
		return strings.Contains(text, part)
	}
	switch f.Method {
	case query.ContainsAll:
		return !slices.ContainsFunc(f.Values, func(v any) bool { return !has(v) })
	case query.NotContains, query.NotStartsWith, query.NotEndsWith:
		return !slices.ContainsFunc(f.Values, has)
	}
	return slices.ContainsFunc(f.Values, has)
}

func searchable(u roster.User) []string {
	texts := []string{u.ID, u.Email, u.Name, u.Phone}
	for _, label := range u.Labels {
		texts = append(texts, "label:"+label)
	}
	return texts
}

// matches reports whether a user who has these words has all of the search: those in quotes beside each
// other, and the last one, unless it is in quotes, at least in its beginning.
func matches(has []string, search string) bool {
	parts, any := strings.Split(search, `"`), false
	for i, part := range parts {
		words := plainWords(part)
		any = any || len(words) > 0
		last := i == len(parts)-1
		if i%2 == 1 && !last {
			if !beside(has, words) {
				return false
			}
			continue
		}
		for j, word := range words {
			prefix := last && j == len(words)-1
			if !slices.ContainsFunc(has, func(h string) bool { return h == word || prefix && strings.HasPrefix(h, word) }) {
				return false
			}
		}
	}
	return any
}

func beside(has, words []string) bool {
	for i := 0; i+len(words) <= len(has); i++ {
		if slices.Equal(has[i:i+len(words)], words) {
			return true
		}
	}
	return len(words) == 0
}

// plainWords are runs of letters, digits and marks without case and accents.
func plainWords(text string) []string {
	text = strings.ToLower(strings.ReplaceAll(norm.NFKD.String(text), "ß", "ss"))
	text = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn) && r < 0x400 {
			return -1
		}
		return r
	}, text)
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// What a client asks and what the store is asked are the same, so that the
// property above is about what clients can ask.
func TestPropertysFiltersAreThoseOfTheQueryLanguage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := known(nil, fewValues).anyFilter(t, 0)
		text, err := json.Marshal(wireOf(f))
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := query.Parse([]string{string(text)}, query.Users)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := gocmp.Diff([]query.Filter{f}, parsed.Filters); diff != "" {
			t.Fatalf("%s is read otherwise (-want +got):\n%s", text, diff)
		}
	})
}

func wireOf(f query.Filter) map[string]any {
	values := []any{}
	for _, nested := range f.Filters {
		values = append(values, wireOf(nested))
	}
	for _, v := range f.Values {
		if ms, ok := v.(int64); ok && f.Attribute.Type == query.Datetime {
			v = roster.Time(ms).Time().Format("2006-01-02T15:04:05.000Z")
		}
		values = append(values, v)
	}
	return object(string(f.Method), f.Attribute.Name, values...)
}
