package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"roster"
	"roster/internal/people"
	"roster/internal/query"
	"roster/internal/store"
)

// class is a kind of question.
type class struct {
	name      string
	get       func(context.Context, *rand.Rand) (int64, error) // one user
	page      func(*bed) (store.Page, error)                   // a list
	total     bool                                             // how many match is asked, too
	totalOnly bool
}

func (b *bed) classes() []class {
	list := append(b.gets(), class{name: "no filter", page: listed(""), total: true})
	list = append(list, b.deep()...)
	for _, a := range query.Users.Attributes {
		if a.Name == "labels" || a.Name == "$sequence" {
			continue
		}
		for _, way := range []string{"Asc", "Desc"} {
			list = append(list, class{name: "first by " + a.Name + " " + map[string]string{"Asc": "up", "Desc": "down"}[way], page: listed("", q("order"+way, a.Name))})
		}
	}
	list = append(list, b.filters()...)
	return append(list, searches()...)
}

// q is a query as clients write it.
func q(method, attribute string, values ...any) string {
	text := ""
	for i, v := range values {
		if i > 0 {
			text += ","
		}
		switch v := v.(type) {
		case string:
			text += fmt.Sprintf("%q", v)
		default:
			text += fmt.Sprint(v)
		}
	}
	return fmt.Sprintf(`{"method":%q,"attribute":%q,"values":[%s]}`, method, attribute, text)
}

func listed(search string, queries ...string) func(*bed) (store.Page, error) {
	return func(*bed) (store.Page, error) { return page(search, queries...) }
}

func (b *bed) gets() []class {
	of := func(n int, read func(context.Context, *people.Person) (roster.User, error), wanted func(*people.Person) bool) func(context.Context, *rand.Rand) (int64, error) {
		some := make([]people.Person, n)
		random := rand.New(rand.NewPCG(b.Seed, 5))
		for i := range some {
			some[i] = b.person(random, wanted)
		}
		asked := 0
		return func(ctx context.Context, _ *rand.Rand) (int64, error) {
			p := &some[asked%n]
			asked++
			u, err := read(ctx, p)
			if err == nil && u.ID != p.ID {
				err = fmt.Errorf("%s was given for %s", u.ID, p.ID)
			}
			return 1, err
		}
	}
	p := b.by.Project.Number
	byID := func(ctx context.Context, who *people.Person) (roster.User, error) { return b.d.User(ctx, b.by, who.ID) }
	const few, many = 50, most + warming + 10 // who have been asked for before, and who have not
	return []class{
		{name: "by id", get: of(few, byID, anybody)},
		{name: "by id, somebody else each time", get: of(many, byID, anybody)},
		{name: "by email", get: of(few, func(ctx context.Context, who *people.Person) (roster.User, error) {
			return b.d.Store.UserByEmail(ctx, p, who.Email)
		}, func(who *people.Person) bool { return who.Email != "" })},
		{name: "by phone", get: of(few, func(ctx context.Context, who *people.Person) (roster.User, error) {
			return b.d.Store.UserByPhone(ctx, p, who.Phone)
		}, func(who *people.Person) bool { return who.Phone != "" })},
	}
}

// deep are pages far behind the first. The cursor is looked for with an offset,
// which is not measured.
func (b *bed) deep() (list []class) {
	for _, percent := range []int64{50, 99} {
		for _, order := range []string{"", "nameAsc", "nameDesc", "createdDesc", "statusDesc"} {
			var queries []string
			name := fmt.Sprintf("at %d %% by cursor", percent)
			switch order {
			case "nameAsc":
				queries, name = append(queries, q("orderAsc", "name")), name+", name up"
			case "nameDesc":
				queries, name = append(queries, q("orderDesc", "name")), name+", name down"
			case "createdDesc":
				queries, name = append(queries, q("orderDesc", "$createdAt")), name+", newest first"
			case "statusDesc":
				queries, name = append(queries, q("orderDesc", "status")), name+", status down"
			}
			list = append(list, class{name: name, page: func(b *bed) (store.Page, error) {
				return b.behind(b.crowd.Size*percent/100, queries)
			}})
		}
		list = append(list, class{name: fmt.Sprintf("at %d %% by offset", percent), page: func(b *bed) (store.Page, error) {
			return page("", q("offset", "", b.crowd.Size*percent/100))
		}})
	}
	return list
}

// behind is the page that follows the row at a place.
func (b *bed) behind(place int64, queries []string) (store.Page, error) {
	at, err := page("", append(queries, q("offset", "", place), q("limit", "", 1))...)
	if err != nil {
		return at, err
	}
	users, err := b.d.Store.Users(b.ctx, b.by.Project.Number, at)
	if err != nil || len(users) == 0 {
		return at, fmt.Errorf("no row at %d: %w", place, err)
	}
	return page("", append(queries, q("cursorAfter", "", users[0].ID))...)
}

// filters are single ones and pairs. What matches 1 % says so.
func (b *bed) filters() []class {
	at := func(percent int64) string {
		span := int64(b.crowd.Until - b.crowd.From)
		return time.UnixMilli(int64(b.crowd.From) + span*percent/100).UTC().Format(time.RFC3339)
	}
	var list []class
	add := func(name string, queries ...string) {
		list = append(list, class{name: name, page: listed("", queries...), total: true})
	}
	add("label vip (1 %)", q("contains", "labels", "vip"))
	add("label staff (0.1 %)", q("contains", "labels", "staff"))
	add("label newsletter (20 %)", q("contains", "labels", "newsletter"))
	add("no such label", q("contains", "labels", "nobody"))
	add("blocked (2 %)", q("equal", "status", false))
	add("not blocked (98 %)", q("equal", "status", true))
	add("label vip and blocked", q("contains", "labels", "vip"), q("equal", "status", false))
	add("label vip and not blocked", q("contains", "labels", "vip"), q("equal", "status", true))
	add("email not verified", q("equal", "emailVerification", false))
	add("phone verified, email not", q("equal", "phoneVerification", true), q("equal", "emailVerification", false))
	add("accessed before 10 % of the time", q("lessThan", "accessedAt", at(10)))
	add("never accessed", q("isNull", "accessedAt"))
	add("created within 1 % of the time (1 %)", q("between", "$createdAt", at(40), at(41)))
	add("registered lately and blocked", q("greaterThan", "registration", at(90)), q("equal", "status", false))
	add("email equals one", q("equal", "email", "nobody@nowhere.example"))
	add("email ends with @labs.example (1 %)", q("endsWith", "email", "@labs.example"))
	add("email ends with @gmail.com (large)", q("endsWith", "email", "@gmail.com"))
	add("email ends with .example", q("endsWith", "email", ".example"))
	add("email ends with an absent domain", q("endsWith", "email", "@absent.example"))
	add("name contains 3 letters, common", q("contains", "name", "mar"))
	add("name contains 5 letters, common", q("contains", "name", "smith"))
	add("name contains, rare", q("contains", "name", "thornewick"))
	add("name contains, absent", q("contains", "name", "qqxzzy"))
	add("name contains, Chinese", q("contains", "name", "思远"))
	add("name contains, Cyrillic", q("contains", "name", "журавл"))
	add("name begins with", q("startsWith", "name", "emma"))
	add("phone begins with +3490", q("startsWith", "phone", "+3490"))
	add("name contains and blocked", q("contains", "name", "smith"), q("equal", "status", false))
	return list
}

func searches() (list []class) {
	for _, s := range []struct{ name, text string }{
		{"a rare word", "thornewick"}, {"a name", "ezra"}, {"a common name", "maria"}, {"two words", "maria garcia"}, {"two words, quoted", `"ursula weber"`},
		{"two letters", "ma"}, {"a Chinese name", "王伟"}, {"a Cyrillic name", "журавлева"}, {"an Arabic name", "حداد"}, {"an absent word", "qqxzzy"},
		{"a domain", "labs.example"}, {"a label", "label:vip"}, {"a name with two initials", "jonas we"},
	} {
		list = append(list, class{name: "search " + s.name, page: listed(s.text), total: true})
	}
	return append(list,
		class{name: "search a name, by name", page: listed("ezra", q("orderAsc", "name"))},
		class{name: "search a name, blocked", page: listed("ezra", q("equal", "status", false)), total: true})
}
