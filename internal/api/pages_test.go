package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/store"
)

// twins are users of whom some share a name, a moment or the lack of an email.
// Letters are ids; the order of creation is a to h.
func (b *bed) twins() {
	b.t.Helper()
	for i, u := range []roster.User{
		{ID: "a", Name: "Kim", Email: "4@x.com", Enabled: true},
		{ID: "b", Name: "Ann", Enabled: true},
		{ID: "c", Name: "Kim", Email: "2@x.com"},
		{ID: "d", Name: "ann", Email: "3@x.com"},
		{ID: "e", Name: "Ann", Enabled: true},
		{ID: "f", Name: "Zoe", Email: "1@x.com"},
		{ID: "g", Name: "Kim", Email: "5@x.com", Enabled: true},
	} {
		u.CreatedAt, u.UpdatedAt, u.RegisteredAt = b.now(), b.now(), b.now()
		u.Hash, u.HashOptions, u.Prefs, u.Labels = "argon2", "{}", "{}", []string{}
		b.write(func(tx store.Tx) error { return tx.CreateUser(b.project.Number, &u) })
		if i%3 == 2 { // a, b and c share a moment, and so do d, e and f
			b.clock.forward(time.Second)
		}
	}
}

// Ties are broken by the order of creation, ascending, except after
// $createdAt and $updatedAt, whose direction it takes; null comes first
// (contract section 5.4).
func TestListsAreOrdered(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.twins()
	b.cases("/v1/users", "users", []listCase{
		{nil, "a b c d e f g"},
		one(`orderAsc`, "a b c d e f g"),
		one(`orderDesc`, "g f e d c b a"),
		one(`orderDesc $sequence`, "g f e d c b a"),
		one(`orderAsc name`, "b e a c g f d"),
		one(`orderDesc name`, "d f a c g b e"),
		one(`orderAsc status`, "c d f a b e g"),
		one(`orderDesc status`, "a b e g c d f"),
		one(`orderDesc $id`, "g f e d c b a"),
		one(`orderAsc $createdAt`, "a b c d e f g"),
		one(`orderDesc $createdAt`, "g f e d c b a"),
		one(`orderDesc $updatedAt`, "g f e d c b a"),
		one(`orderDesc registration`, "g d e f a b c"),
		one(`orderAsc email`, "b e f c d a g"),
		one(`orderDesc email`, "g a d c f b e"),
		one(`orderAsc accessedAt`, "a b c d e f g"),
		{[]string{`orderAsc name`, `orderDesc registration`}, "e b g a c f d"},
		{[]string{`orderDesc name`, `orderDesc $createdAt`}, "d f g a c e b"},
		{[]string{`orderDesc $createdAt`, `orderAsc name`}, "g e f d b c a"},
		{[]string{`orderDesc status`, `orderAsc name`, `orderDesc`}, "e b g a c f d"},
		{[]string{`orderAsc name`, `orderDesc name`}, "b e a c g f d"}, // the first of one attribute counts
		{[]string{`orderAsc name`, `equal status true`}, "b e a g"},
	})
}

func TestPagesAreCutOut(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.twins()
	for _, test := range []struct {
		queries []string
		want    string
	}{
		{[]string{`limit - 2`}, "a b"},
		{[]string{`limit - 2`, `offset - 3`}, "d e"},
		{[]string{`limit - 2`, `limit - 5`}, "a b"}, // the first counts
		{[]string{`offset - 5`, `offset - 1`}, "f g"},
		{[]string{`offset - 7`}, ""},
		{[]string{`offset - 9223372036854775807`}, ""},
		{[]string{`limit - 9223372036854775807`, `offset - 1`}, "b c d e f g"},
		{[]string{`cursorAfter - "c"`}, "d e f g"},
		{[]string{`cursorBefore - "c"`}, "a b"},
		{[]string{`cursorAfter - "c"`, `cursorBefore - "f"`}, "d e f g"},
		{[]string{`cursorAfter - "g"`}, ""},
		{[]string{`cursorBefore - "a"`}, ""},
		{[]string{`cursorAfter - "b"`, `limit - 2`}, "c d"},
		{[]string{`cursorBefore - "f"`, `limit - 2`}, "d e"},
		{[]string{`cursorAfter - "b"`, `limit - 2`, `offset - 2`}, "e f"},
		{[]string{`cursorBefore - "f"`, `limit - 2`, `offset - 2`}, "b c"},
		{[]string{`orderDesc`, `cursorAfter - "c"`}, "b a"},
		{[]string{`orderDesc`, `cursorBefore - "c"`, `limit - 2`}, "e d"},
		{[]string{`orderAsc name`, `cursorAfter - "a"`}, "c g f d"},
		{[]string{`orderAsc name`, `cursorBefore - "g"`, `limit - 3`}, "e a c"},
		{[]string{`orderDesc name`, `cursorAfter - "c"`}, "g b e"},
		{[]string{`orderDesc name`, `orderDesc $createdAt`, `cursorAfter - "g"`}, "a c e b"},
		{[]string{`orderDesc name`, `orderDesc $createdAt`, `cursorBefore - "c"`}, "d f g a"},
		{[]string{`equal status true`, `cursorAfter - "c"`}, "e g"}, // the cursor need not match
		{[]string{`orderAsc email`, `cursorAfter - "c"`}, "d a g"},
		{[]string{`orderAsc email`, `cursorBefore - "d"`}, "f c"}, // who has none is never before or after
		{[]string{`orderDesc email`, `cursorAfter - "c"`}, "f"},
	} {
		b.run(strings.Join(test.queries, " & "), func(b *bed) {
			r := b.answers(get("/v1/users", pick(test.queries...)), 200)
			if got := strings.Join(r.each("users", "$id"), " "); got != test.want {
				b.t.Errorf("%s, want %s", got, test.want)
			}
			if want := "7"; r.text("total") != want && !strings.Contains(test.queries[0], "equal") {
				b.t.Errorf("total = %s, want %s", r.text("total"), want)
			}
		})
	}
}

// walk reads a list page by page, forwards or backwards, and returns the ids.
func (b *bed) walk(path, key string, orders []string, method string) (ids []string) {
	b.t.Helper()
	cursor := ""
	for range 100 {
		queries := append(slices.Clone(orders), `limit - 2`)
		if cursor != "" {
			queries = append(queries, method+` - `+quote(cursor))
		}
		page := b.answers(get(path, pick(queries...)), 200).each(key, "$id")
		if len(page) == 0 {
			return ids
		}
		if method == "cursorBefore" {
			ids, cursor = append(page, ids...), page[0]
			continue
		}
		ids, cursor = append(ids, page...), page[len(page)-1]
	}
	b.t.Fatalf("%s does not end", path)
	return nil
}

// Whatever the order, pages forwards and backwards are the list.
func TestPagesTogetherAreTheList(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	first := b.person()
	for i := range 4 {
		b.clock.forward(time.Duration(i%2) * time.Second)
		n := fmt.Sprint(i % 3)
		b.person(func(p *person) { p.Name = "Same " + n })
		b.answers(post(user(first.ID, "targets"), target("t"+fmt.Sprint(i), "push", "x"+fmt.Sprint(9-i)).with("name", quote(n)).with("providerId", quote("p"+n))), 201)
		m := roster.Membership{ID: "m" + fmt.Sprint(i), UserID: first.ID, TeamID: "t" + fmt.Sprint(9-i), CreatedAt: b.now(), UpdatedAt: b.now(), InvitedAt: b.now(), JoinedAt: b.now(), Confirmed: i%2 == 0}
		b.write(func(tx store.Tx) error { return tx.CreateMembership(b.project.Number, &m) })
	}
	orders := map[string][][]string{
		"users":       {nil, {"orderDesc"}, {"orderAsc name"}, {"orderDesc name"}, {"orderDesc $createdAt"}, {"orderAsc $updatedAt"}, {"orderDesc $id"}, {"orderAsc email"}, {"orderDesc phone"}, {"orderAsc status", "orderDesc name"}, {"orderDesc registration", "orderAsc name", "orderDesc $id"}, {"orderAsc emailVerification"}, {"orderAsc phoneVerification"}, {"orderDesc impersonator"}, {"orderAsc labels"}},
		"targets":     {nil, {"orderDesc identifier"}, {"orderAsc providerType", "orderDesc $createdAt"}, {"orderDesc $createdAt"}, {"orderAsc userId"}, {"orderDesc $sequence"}},
		"identities":  {nil, {"orderDesc provider"}, {"orderAsc providerUid"}, {"orderDesc providerEmail"}, {"orderAsc userId"}, {"orderDesc $createdAt", "orderAsc provider"}},
		"memberships": {nil, {"orderDesc teamId"}, {"orderAsc confirm"}, {"orderDesc invited"}, {"orderAsc joined", "orderDesc teamId"}, {"orderDesc $updatedAt"}, {"orderAsc userId"}, {"orderAsc roles"}},
		"teams":       {nil, {"orderDesc name"}, {"orderAsc total"}, {"orderDesc total", "orderDesc name"}, {"orderDesc $createdAt"}, {"orderAsc $id"}},
	}
	paths := map[string]string{"users": "/v1/users", "targets": user(first.ID, "targets"), "identities": "/v1/users/identities", "memberships": user(first.ID, "memberships"), "teams": "/v1/teams"}
	for key, path := range paths {
		for _, order := range orders[key] {
			b.run(key+" "+strings.Join(order, " & "), func(b *bed) {
				whole := b.answers(get(path, pick(order...)), 200).each(key, "$id")
				if len(whole) != 5 {
					b.t.Fatalf("%d rows: %q", len(whole), whole)
				}
				if got := b.walk(path, key, order, "cursorAfter"); !slices.Equal(got, whole) {
					b.t.Errorf("forwards %q, want %q", got, whole)
				}
				backwards := b.answers(get(path, pick(append(slices.Clone(order), `cursorBefore - `+quote(whole[4]))...)), 200).each(key, "$id")
				if !slices.Equal(backwards, whole[:4]) {
					b.t.Errorf("before the last %q, want %q", backwards, whole[:4])
				}
				pair := b.answers(get(path, pick(append(slices.Clone(order), `limit - 2`, `cursorBefore - `+quote(whole[3]))...)), 200).each(key, "$id")
				if !slices.Equal(pair, whole[1:3]) {
					b.t.Errorf("two before the fourth %q, want %q", pair, whole[1:3])
				}
			})
		}
	}
}

func TestACursorMustExistAndHaveAPlace(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	nulls := map[string]string{"users": "accessedAt", "targets": "providerId", "identities": "providerAccessTokenExpiry", "memberships": "joined"}
	p := b.person(func(p *person) { p.membership.JoinedAt, p.AccessedAt = 0, 0 })
	other := b.person()
	foreign := b.beside("other").person()
	for key, place := range map[string]struct{ path, own, others, foreign string }{
		"users":       {"/v1/users", p.ID, other.ID, foreign.ID},
		"targets":     {user(p.ID, "targets"), p.target.ID, other.target.ID, foreign.target.ID},
		"identities":  {"/v1/users/identities", p.identity.ID, other.identity.ID, foreign.identity.ID},
		"memberships": {user(p.ID, "memberships"), p.membership.ID, other.membership.ID, foreign.membership.ID},
	} {
		b.run(key, func(b *bed) {
			for _, method := range []string{"cursorAfter", "cursorBefore"} {
				for _, id := range []string{"nobody", place.foreign, strings.ToUpper(place.own)} {
					b.refuses(get(place.path, pick(method+" - "+quote(id))), roster.ErrCursorNotFound)
				}
				b.answers(get(place.path, pick(method+" - "+quote(place.others))), 200) // it may be another user's
				b.refuses(get(place.path, pick("orderAsc "+nulls[key], method+" - "+quote(place.own))), roster.ErrOrderNull)
				b.refuses(get(place.path, pick("orderAsc $id", "orderDesc "+nulls[key], method+" - "+quote(place.own))), roster.ErrOrderNull)
			}
			b.answers(get(place.path, pick("orderAsc "+nulls[key])), 200)
		})
	}
}

// By chance every row comes, and once; a cursor says nothing about chance.
func TestChanceOrdersEveryList(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, _ := b.person(), b.person()
	for key, path := range map[string]string{
		"users": "/v1/users", "targets": user(p.ID, "targets"), "identities": "/v1/users/identities", "memberships": user(p.ID, "memberships"), "teams": "/v1/teams",
	} {
		whole := b.answers(get(path, nil), 200).each(key, "$id")
		for _, queries := range [][]string{{"orderRandom"}, {"orderRandom", "orderAsc $id"}, {"orderDesc $createdAt", "orderRandom"}} {
			got := b.answers(get(path, pick(queries...)), 200).each(key, "$id")
			slices.Sort(got)
			if !slices.Equal(got, whole) {
				t.Errorf("%s %q = %q, want %q in some order", key, queries, got, whole)
			}
		}
		after := b.answers(get(path, pick("orderRandom", "cursorAfter - "+quote(whole[0]))), 200).each(key, "$id")
		if !slices.Equal(after, whole[1:]) {
			t.Errorf("%s after %s = %q", key, whole[0], after)
		}
	}
}
