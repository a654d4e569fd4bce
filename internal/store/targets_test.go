package store

import (
	"fmt"
	"testing"

	"roster"
	"roster/internal/query"
)

func target(user, id, identifier string) *roster.Target {
	return &roster.Target{ID: id, UserID: user, ProviderType: "email", Identifier: identifier, CreatedAt: 1, UpdatedAt: 2}
}

func addTargets(t testing.TB, s *Store, p roster.ProjectNumber, targets ...*roster.Target) {
	t.Helper()
	for _, target := range targets {
		write(t, s, func(tx Tx) error { return tx.CreateTarget(p, target) })
	}
}

func TestTargetIsFoundAsItWasStored(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for _, want := range []*roster.Target{
			target("ada", "T1", "ada@analytical.example"),
			{ID: "T2", UserID: "ada", CreatedAt: 3, UpdatedAt: 4, Name: "Phone", ProviderID: "p", ProviderType: "push", Identifier: "Token X", Expired: true},
		} {
			addTargets(t, s, home, want)
			check := func() {
				got, err := s.Target(t.Context(), home, "ada", want.ID)
				wantError(t, nil, err)
				wantEqual(t, *want, got)
				write(t, s, func(tx Tx) error {
					inside, err := tx.Target(home, "ada", want.ID)
					wantEqual(t, *want, inside)
					if err != nil {
						return err
					}
					byIdentifier, err := tx.TargetByIdentifier(home, want.Identifier)
					wantEqual(t, *want, byIdentifier)
					return err
				})
			}
			check()
			want.Identifier, want.Name, want.ProviderID, want.Expired, want.UpdatedAt = "new "+want.ID, "N", "q", !want.Expired, 9
			write(t, s, func(tx Tx) error { return tx.UpdateTarget(home, want) })
			check()
		}
	})
}

func TestTargetOfAnotherUserOrProjectIsNotFound(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addTargets(t, s, home, target("ada", "T1", "x"))
		for _, c := range []struct {
			project  roster.ProjectNumber
			user, id string
		}{{home, "bob", "T1"}, {home, "ada", "t1"}, {home, "ada", "T2"}, {other, "ada", "T1"}} {
			_, err := s.Target(t.Context(), c.project, c.user, c.id)
			wantError(t, roster.ErrTargetNotFound, err)
		}
		wantError(t, roster.ErrTargetNotFound, s.Write(t.Context(), func(tx Tx) error {
			_, err := tx.TargetByIdentifier(other, "x")
			return err
		}))
	})
}

func TestTakenTargetIsRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addTargets(t, s, home, target("ada", "T1", "x"), target("bob", "T2", "y"))
		before := dump(t, s)
		for _, taken := range []*roster.Target{target("bob", "T1", "z"), target("bob", "t1", "z"), target("bob", "T3", "x"), target("ada", "T3", "x")} {
			wantError(t, roster.ErrTargetExists, s.Write(t.Context(), func(tx Tx) error { return tx.CreateTarget(home, taken) }))
		}
		wantError(t, roster.ErrTargetExists, s.Write(t.Context(), func(tx Tx) error {
			mine, err := tx.Target(home, "bob", "T2")
			if err != nil {
				return err
			}
			mine.Identifier = "x"
			return tx.UpdateTarget(home, &mine)
		}))
		wantEqual(t, before, dump(t, s))
		addTargets(t, s, home, target("bob", "T3", "X")) // identifiers differ by case
		addTargets(t, s, other, target("ada", "T1", "x"))
	})
}

func TestTargetsAreListedWithTheirUserInOrderOfCreation(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, person("ada"), person("bob"), person("cem"))
		create(t, s, other, person("ada"))
		addTargets(t, s, other, target("ada", "T0", "0"))
		addTargets(t, s, home, target("bob", "T1", "1"), target("ada", "T3", "3"), target("bob", "T2", "2"))
		users, err := s.Users(t.Context(), home, searching("", query.Query{Limit: 25}))
		wantError(t, nil, err)
		var got []string
		for _, u := range users {
			for _, target := range u.Targets {
				got = append(got, u.ID+" "+target.ID)
			}
		}
		wantEqual(t, []string{"ada T3", "bob T1", "bob T2"}, got)
		write(t, s, func(tx Tx) error {
			list, err := tx.TargetsOf(home, "bob")
			wantEqual(t, users[1].Targets, list)
			return err
		})
		bob, err := s.User(t.Context(), home, "bob")
		wantError(t, nil, err)
		wantEqual(t, users[1], bob)
	})
}

func TestUserIsShownWithItsOldestTargets(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, person("ada"))
		write(t, s, func(tx Tx) error {
			for i := range maxTargets + 3 {
				if err := tx.CreateTarget(home, target("ada", fmt.Sprint(i), fmt.Sprint(i))); err != nil {
					return err
				}
			}
			return nil
		})
		u, err := s.User(t.Context(), home, "ada")
		wantError(t, nil, err)
		wantEqual(t, maxTargets, len(u.Targets))
		wantEqual(t, fmt.Sprint(maxTargets-1), u.Targets[maxTargets-1].ID)
	})
}

func TestListOfTargetsIsTheUsersAndFiltered(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		push := &roster.Target{ID: "T3", UserID: "ada", ProviderType: "push", Identifier: "Device_1", ProviderID: "fcm"}
		addTargets(t, s, home, target("ada", "T1", "a@x.example"), target("bob", "T2", "b@x.example"), push)
		addTargets(t, s, other, target("ada", "T1", "a@x.example"))
		for _, c := range []struct {
			query string
			want  []string
		}{
			{q("limit", "", 25), []string{"T1", "T3"}},
			{q("equal", "providerType", "push"), []string{"T3"}},
			{q("isNull", "providerId"), []string{"T1"}},
			{q("equal", "providerId", "fcm"), []string{"T3"}},
			{q("contains", "identifier", "DEVICE_"), []string{"T3"}},
			{q("equal", "userId", "bob"), []string{}},
			{q("equal", "$id", "T1", "T2"), []string{"T1"}},
			{q("orderDesc", "identifier"), []string{"T1", "T3"}},
			{q("orderDesc", "$createdAt"), []string{"T1", "T3"}},
			{q("orderDesc", ""), []string{"T3", "T1"}},
			{q("cursorAfter", "", "T2"), []string{"T3"}}, // may be another user's (contract section 5.4)
			{q("cursorBefore", "", "T3"), []string{"T1"}},
		} {
			page := asked(t, query.Targets, c.query)
			page.UserID = "ada"
			list, err := s.Targets(t.Context(), home, page)
			if err != nil {
				t.Errorf("%s: %v", c.query, err)
			}
			ids := []string{}
			for _, target := range list {
				ids = append(ids, target.ID)
			}
			wantEqual(t, c.want, ids)
			total, err := s.CountTargets(t.Context(), home, page)
			if err != nil || page.Cursor == nil && int(total) != len(ids) {
				t.Errorf("%s: the total is %d, error %v", c.query, total, err)
			}
		}
	})
}

func TestDeletedTargetIsGoneAndItsAddressFree(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, person("ada"))
		kept, gone := target("ada", "T1", "x"), target("ada", "T2", "y")
		addTargets(t, s, home, kept, gone)
		write(t, s, func(tx Tx) error { return tx.DeleteTarget(home, gone) })
		u, err := s.User(t.Context(), home, "ada")
		wantError(t, nil, err)
		wantEqual(t, []roster.Target{*kept}, u.Targets)
		addTargets(t, s, home, target("bob", "T2", "y"))
	})
}
