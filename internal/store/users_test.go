package store

import (
	"context"
	"fmt"
	"testing"

	"roster"
)

// everything is a user with a value in every field.
func everything() *roster.User {
	hash := "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"
	return &roster.User{
		ID: "Ada.L-1_x", Name: "Ada Lovelace ÄÖÜ 😀", Email: "ada@analytical.example", Phone: "+442079460000",
		EmailFacts: &roster.EmailFacts{Canonical: "ada@analytical.example", Free: true, Disposable: true, Corporate: true, IsCanonical: true},
		Password:   &hash, Hash: "argon2", HashOptions: `{"type":"argon2"}`, PasswordUpdatedAt: roster.TimeOf(day),
		Enabled: true, EmailVerified: true, PhoneVerified: true, MFA: true, Impersonator: true,
		Labels: []string{"vip", "beta", "42"}, Prefs: `{"theme":"dark","n":[1,{}]}`, AccessedAt: roster.TimeOf(day) + 1,
	}
}

func TestUserIsFoundAsItWasCreated(t *testing.T) {
	for name, u := range map[string]*roster.User{"everything": everything(), "nothing": person("0")} {
		t.Run(name, func(t *testing.T) {
			eachEngine(t, func(t *testing.T, s *Store) {
				u := *u
				create(t, s, home, &u)
				byID, err := s.User(t.Context(), home, u.ID)
				wantError(t, nil, err)
				wantEqual(t, u, byID)
				write(t, s, func(tx Tx) error {
					inside, err := tx.User(home, u.ID)
					wantEqual(t, u, inside)
					return err
				})
				if u.Email != "" {
					byEmail, err := s.UserByEmail(t.Context(), home, u.Email)
					wantError(t, nil, err)
					wantEqual(t, u, byEmail)
					byPhone, err := s.UserByPhone(t.Context(), home, u.Phone)
					wantError(t, nil, err)
					wantEqual(t, u, byPhone)
				}
			})
		})
	}
}

func TestUnknownUserIsNotFound(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, everything())
		ctx := t.Context()
		for _, id := range []string{"bob", "ada.l-1_x", "ADA.L-1_X", "", "%"} {
			_, err := s.User(ctx, home, id)
			wantError(t, roster.ErrUserNotFound, err)
			_, err = s.Credentials(ctx, home, id)
			wantError(t, roster.ErrUserNotFound, err)
			wantError(t, roster.ErrUserNotFound, s.Write(ctx, func(tx Tx) error { return tx.TouchUser(home, id) }))
			wantError(t, roster.ErrUserNotFound, s.Write(ctx, func(tx Tx) error { return tx.SetCredentials(home, id, roster.Credentials{}) }))
		}
		_, err := s.User(ctx, other, "Ada.L-1_x")
		wantError(t, roster.ErrUserNotFound, err)
		_, err = s.UserByEmail(ctx, other, "ada@analytical.example")
		wantError(t, roster.ErrUserNotFound, err)
		_, err = s.UserByPhone(ctx, home, "")
		wantError(t, roster.ErrUserNotFound, err)
	})
}

func TestTakenIDEmailOrPhoneIsRefusedOnCreation(t *testing.T) {
	cases := map[string]func(*roster.User){
		"the same id":                  func(u *roster.User) { u.ID = "Ada.L-1_x" },
		"an id that differs by case":   func(u *roster.User) { u.ID = "aDA.l-1_X" },
		"the same email":               func(u *roster.User) { u.Email = "ada@analytical.example" },
		"the same phone":               func(u *roster.User) { u.Phone = "+442079460000" },
		"the same of all these things": func(u *roster.User) { *u = *everything() },
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, everything())
		before := dump(t, s)
		for name, change := range cases {
			u := person("bob")
			change(u)
			if err := s.Write(t.Context(), func(tx Tx) error { return tx.CreateUser(home, u) }); err != roster.ErrUserExists {
				t.Errorf("%s: the error is %v", name, err)
			}
		}
		wantEqual(t, before, dump(t, s))
		create(t, s, other, everything())
		create(t, s, home, person("no"), person("address"))
	})
}

func TestTakenEmailOrPhoneIsRefusedOnUpdate(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, everything(), person("bob"))
		for _, c := range []struct {
			want   error
			change func(*roster.User)
		}{
			{roster.ErrEmailExists, func(u *roster.User) { u.Email = "ada@analytical.example" }},
			{roster.ErrPhoneExists, func(u *roster.User) { u.Phone = "+442079460000" }},
		} {
			err := s.Write(t.Context(), func(tx Tx) error {
				before, err := tx.User(home, "bob")
				if err != nil {
					return err
				}
				u := before
				c.change(&u)
				_, err = tx.UpdateUser(home, &before, &u)
				return err
			})
			wantError(t, c.want, err)
		}
		edit(t, s, "Ada.L-1_x", func(u *roster.User) { u.Email, u.Phone, u.EmailFacts = "", "", nil })
		edit(t, s, "bob", func(u *roster.User) { u.Email, u.Phone = "ada@analytical.example", "+442079460000" })
	})
}

func TestUpdateStoresEachFieldAndMovesTheTime(t *testing.T) {
	empty := ""
	changes := map[string]func(*roster.User){
		"name":              func(u *roster.User) { u.Name = "Augusta" },
		"no name":           func(u *roster.User) { u.Name = "" },
		"email":             func(u *roster.User) { u.Email = "augusta@analytical.example" },
		"no email":          func(u *roster.User) { u.Email, u.EmailFacts = "", nil },
		"email facts":       func(u *roster.User) { u.EmailFacts = &roster.EmailFacts{Canonical: "x@y.example"} },
		"phone":             func(u *roster.User) { u.Phone = "+442079460001" },
		"no phone":          func(u *roster.User) { u.Phone = "" },
		"password":          func(u *roster.User) { u.Password, u.Hash, u.HashOptions = new(string), "sha", `{"version":"sha256"}` },
		"removed password":  func(u *roster.User) { u.Password = &empty },
		"no password":       func(u *roster.User) { u.Password = nil },
		"password's time":   func(u *roster.User) { u.PasswordUpdatedAt++ },
		"no password time":  func(u *roster.User) { u.PasswordUpdatedAt = 0 },
		"status":            func(u *roster.User) { u.Enabled = false },
		"email verified":    func(u *roster.User) { u.EmailVerified = false },
		"phone verified":    func(u *roster.User) { u.PhoneVerified = false },
		"mfa":               func(u *roster.User) { u.MFA = false },
		"impersonator":      func(u *roster.User) { u.Impersonator = false },
		"labels":            func(u *roster.User) { u.Labels = []string{"other", "vip"} },
		"order of labels":   func(u *roster.User) { u.Labels = []string{"42", "beta", "vip"} },
		"no labels":         func(u *roster.User) { u.Labels = []string{} },
		"prefs":             func(u *roster.User) { u.Prefs = "{}" },
		"access":            func(u *roster.User) { u.AccessedAt++ },
		"several at a time": func(u *roster.User) { u.Name, u.Enabled, u.Labels, u.Prefs = "A", false, []string{"x"}, `{"a":1}` },
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, person("bob"))
		for name, change := range changes {
			create(t, s, home, everything())
			others := dump(t, s, "users", "user_labels")
			before, _ := s.User(t.Context(), home, "Ada.L-1_x")
			u := edit(t, s, "Ada.L-1_x", change)
			if u.UpdatedAt <= before.UpdatedAt || u.CreatedAt != before.CreatedAt {
				t.Errorf("%s: created %v, updated %v after %v", name, u.CreatedAt, u.UpdatedAt, before.UpdatedAt)
			}
			now, err := s.User(t.Context(), home, "Ada.L-1_x")
			wantError(t, nil, err)
			wantEqual(t, u, now)
			wantEqual(t, others, dump(t, s, "users", "user_labels"))
			remove(t, s, "Ada.L-1_x")
		}
	})
}

func TestUpdateThatChangesNothingLeavesTheTime(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, everything())
		before := dump(t, s)
		write(t, s, func(tx Tx) error {
			u, err := tx.User(home, "Ada.L-1_x")
			if err != nil {
				return err
			}
			again := u
			again.Labels = append([]string{}, u.Labels...)
			hash := *u.Password
			again.Password = &hash
			changed, err := tx.UpdateUser(home, &u, &again)
			if changed {
				t.Error("something is said to have changed")
			}
			return err
		})
		wantEqual(t, before, dump(t, s))
	})
}

func TestTouchingAUserMovesItsTimeOnly(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, everything(), person("bob"))
		before, _ := s.User(t.Context(), home, "Ada.L-1_x")
		write(t, s, func(tx Tx) error { before.UpdatedAt = tx.Now; return tx.TouchUser(home, "Ada.L-1_x") })
		now, err := s.User(t.Context(), home, "Ada.L-1_x")
		wantError(t, nil, err)
		wantEqual(t, before, now)
	})
}

func TestCredentialsAreKeptApartFromTheUser(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, everything())
		user, _ := s.User(t.Context(), home, "Ada.L-1_x")
		for _, want := range []roster.Credentials{{}, {PasswordHistory: "[1]", RecoveryCodes: "sealed"}, {RecoveryCodes: "other"}, {}} {
			write(t, s, func(tx Tx) error {
				if err := tx.SetCredentials(home, "Ada.L-1_x", want); err != nil {
					return err
				}
				inside, err := tx.Credentials(home, "Ada.L-1_x")
				wantEqual(t, want, inside)
				return err
			})
			got, err := s.Credentials(t.Context(), home, "Ada.L-1_x")
			wantError(t, nil, err)
			wantEqual(t, want, got)
		}
		edit(t, s, "Ada.L-1_x", func(u *roster.User) { u.Name = "Augusta" })
		user.Name = "Augusta"
		now, _ := s.User(t.Context(), home, "Ada.L-1_x")
		user.UpdatedAt = now.UpdatedAt
		wantEqual(t, user, now)
	})
}

func TestNumberOfUsersIsKeptPerProject(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		count := func(p roster.ProjectNumber) int64 {
			n, err := s.UserCount(t.Context(), p)
			wantError(t, nil, err)
			return n
		}
		wantEqual(t, 0, count(home))
		for i := range 5 {
			create(t, s, home, person(fmt.Sprint(i)))
		}
		create(t, s, other, person("0"))
		remove(t, s, "3")
		s.Write(t.Context(), func(tx Tx) error { return tx.CreateUser(home, person("0")) })
		wantEqual(t, 4, count(home))
		wantEqual(t, 1, count(other))
		wantEqual(t, 0, count(99))
	})
}

func remove(t testing.TB, s *Store, id string) {
	t.Helper()
	write(t, s, func(tx Tx) error {
		u, err := tx.User(home, id)
		if err != nil {
			return err
		}
		return tx.DeleteUser(home, &u)
	})
}

// belongings gives the user one of everything.
func belongings(t *testing.T, s *Store, p roster.ProjectNumber, user string) {
	t.Helper()
	write(t, s, func(tx Tx) error {
		for _, err := range []error{
			tx.CreateTarget(p, &roster.Target{ID: "target-" + user, UserID: user, ProviderType: "push", Identifier: "device of " + user}),
			tx.CreateSession(p, &roster.Session{ID: "session-" + user, UserID: user, SecretDigest: "digest of " + user}),
			tx.CreateToken(p, &roster.Token{ID: "token-" + user, UserID: user, Type: roster.TokenGeneric}),
			tx.CreateIdentity(p, &roster.Identity{ID: "identity-" + user, UserID: user, Provider: "mock", ProviderUID: user}),
			tx.CreateMembership(p, &roster.Membership{ID: "membership-" + user, UserID: user, TeamID: "team", Roles: []string{"owner"}}),
			tx.CreateAuthenticator(p, &roster.Authenticator{ID: "authenticator-" + user, UserID: user, Type: "totp"}),
			tx.CreateChallenge(p, &roster.Challenge{ID: "challenge-" + user, UserID: user, Type: "custom"}),
			tx.SetCredentials(p, user, roster.Credentials{PasswordHistory: "[]", RecoveryCodes: "sealed"}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func TestDeletedUserLeavesNothingButTheLog(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		stranger := everything()
		create(t, s, other, stranger)
		belongings(t, s, other, stranger.ID)
		bystander := named("bob", "Bob")
		bystander.Labels = []string{"vip"}
		create(t, s, home, bystander)
		belongings(t, s, home, "bob")
		before := dump(t, s, "events", "user_tallies")

		create(t, s, home, everything())
		belongings(t, s, home, "Ada.L-1_x")
		for table, rows := range dump(t, s, "buckets", "deliveries", "events", "flows", "goose_db_version", "keys", "notices", "projects", "providers", "teams", "user_tallies") {
			if len(rows) != len(before[table])+1 && table != "user_labels" {
				t.Errorf("%s has %d rows after %d: the test gives the user nothing there", table, len(rows), len(before[table]))
			}
		}
		write(t, s, func(tx Tx) error {
			return tx.Record(home, &roster.Record{Event: "create", Audit: "user.create", UserID: "Ada.L-1_x"})
		})
		remove(t, s, "Ada.L-1_x")
		wantEqual(t, before, dump(t, s, "events", "user_tallies"))
		n, err := s.UserCount(t.Context(), home)
		wantError(t, nil, err)
		wantEqual(t, 1, n)
		wantEqual(t, []string{"create"}, columnOf(t, s, "select event from events"))
		wantEqual(t, []string{}, found(t, s, home, searching("lovelace")))
		_, err = s.User(t.Context(), home, "Ada.L-1_x")
		wantError(t, roster.ErrUserNotFound, err)
		create(t, s, home, everything()) // id, email and phone are free again
	})
}

func TestEveryTableOfAUsersThingsIsClearedWithTheUser(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		known := map[string]bool{"events": true}
		for _, table := range ownedByUser {
			known[table] = true
		}
		for _, table := range tables(t, s) {
			for _, column := range columnOf(t, s, "select name from pragma_table_info($1)", table) {
				if column == "user_id" && !known[table] {
					t.Errorf("%s has the column user_id and is not among ownedByUser", table)
				}
			}
		}
	})
}

func TestReadersSeeNothingOfAnUnfinishedWrite(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, everything())
		write(t, s, func(tx Tx) error {
			u, err := tx.User(home, "Ada.L-1_x")
			if err != nil {
				return err
			}
			if err := tx.DeleteUser(home, &u); err != nil {
				return err
			}
			_, err = s.User(context.Background(), home, "Ada.L-1_x")
			return err
		})
	})
}
