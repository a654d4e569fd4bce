package store

import (
	"errors"
	"testing"

	"roster"
)

// wantNotice wants other processes to be told of what do does, or not.
func wantNotice(t *testing.T, s *Store, told bool, do func()) {
	t.Helper()
	before, err := s.Notice(t.Context())
	wantError(t, nil, err)
	do()
	after, err := s.Notice(t.Context())
	wantError(t, nil, err)
	if (after > before) != told || after < before {
		t.Errorf("the notice went from %d to %d", before, after)
	}
}

func TestProjectIsFoundAsItWasStored(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		p := roster.Project{ID: "shop", Name: "Shop", Settings: roster.DefaultSettings(), CreatedAt: 1, UpdatedAt: 2}
		check := func() {
			got, err := s.Project(t.Context(), "shop")
			wantError(t, nil, err)
			wantEqual(t, p, got)
			write(t, s, func(tx Tx) error {
				inside, err := tx.Project("shop")
				wantEqual(t, p, inside)
				return err
			})
		}
		wantNotice(t, s, true, func() { write(t, s, func(tx Tx) error { return tx.CreateProject(&p) }) })
		check()
		p.Name, p.UpdatedAt = "Store", 9
		p.Settings.PasswordHistory, p.Settings.InvalidateSessions, p.Settings.Users = 5, false, false
		p.Settings.Platforms = []string{"shop.example", "*.shop.example"}
		wantNotice(t, s, true, func() { write(t, s, func(tx Tx) error { return tx.UpdateProject(&p) }) })
		check()
	})
}

func TestTheProviderOfAProjectIsKeptBesideItsSettings(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		p := addProject(t, s, "shop")
		age := int64(0)
		want := roster.OIDC{
			Enabled: true, ClientID: "id", ClientSecret: "sealed", WellKnownURL: "https://a.example", AuthorizationURL: "https://b.example", TokenURL: "https://c.example",
			UserInfoURL: "https://d.example", Prompt: []string{"login"}, MaxAge: &age,
		}
		wantNotice(t, s, true, func() { write(t, s, func(tx Tx) error { return tx.SetOIDC(p.Number, want) }) })
		p.Name, p.OIDC = "Renamed", roster.OIDC{}
		write(t, s, func(tx Tx) error { return tx.UpdateProject(&p) })
		got, err := s.Project(t.Context(), "shop")
		wantError(t, nil, err)
		wantEqual(t, want, got.OIDC)
		if err := s.Write(t.Context(), func(tx Tx) error { return tx.SetOIDC(99, want) }); !errors.Is(err, roster.ErrProjectNotFound) {
			t.Errorf("the error is %v", err)
		}
		write(t, s, func(tx Tx) error { return tx.exec(`update projects set oidc = '{'`) })
		if _, err := s.Project(t.Context(), "shop"); err == nil {
			t.Error("what is broken is read")
		}
	})
}

func TestUnknownProjectIsNotFound(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addProject(t, s, "shop")
		_, err := s.Project(t.Context(), "Shop")
		wantError(t, roster.ErrProjectNotFound, err)
		err = s.Write(t.Context(), func(tx Tx) error { return tx.UpdateProject(&roster.Project{Number: 99}) })
		if !errors.Is(err, roster.ErrProjectNotFound) {
			t.Errorf("the error is %v", err)
		}
		err = s.Write(t.Context(), func(tx Tx) error { return tx.DeleteProject(99) })
		if !errors.Is(err, roster.ErrProjectNotFound) {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestTakenProjectIDIsRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addProject(t, s, "shop")
		err := s.Write(t.Context(), func(tx Tx) error { return tx.CreateProject(&roster.Project{ID: "shop"}) })
		if !errors.Is(err, ErrProjectExists) {
			t.Errorf("the error is %v", err)
		}
		addProject(t, s, "blog")
		list, err := s.Projects(t.Context())
		wantError(t, nil, err)
		var ids []string
		for _, p := range list {
			ids = append(ids, p.ID)
		}
		wantEqual(t, []string{"shop", "blog"}, ids)
	})
}

func TestDeletedProjectLeavesNothing(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		fill := func(id string) roster.ProjectNumber {
			p := addProject(t, s, id)
			create(t, s, p.Number, everything(), named("bob", "Bob"))
			belongings(t, s, p.Number, "bob")
			write(t, s, func(tx Tx) error {
				return errors.Join(
					tx.Record(p.Number, &roster.Record{UserID: "bob"}),
					tx.CreateKey(p.Number, &roster.Key{ID: "K", Digest: "d"}),
					tx.CreateTeam(p.Number, &roster.Team{ID: "team"}),
					tx.exec("insert into providers values ($1, 1, 'mail', 1, 1, 'Mail', 'smtp', 'email', false, '', '{}')", p.Number),
					tx.exec("insert into flows values ($1, 1, 'flow', 1, 'browser', '')", p.Number),
					tx.exec("insert into buckets values ($1, 'bucket', 1, 1)", p.Number),
					tx.exec("insert into deliveries values ($1, 1, 'email', 'bob@x.example', '', 1, 1, 0, '', '')", p.Number),
				)
			})
			return p.Number
		}
		kept := fill("kept")
		before := dump(t, s, "notices")
		gone := fill("gone")
		for table, rows := range dump(t, s, "notices", "goose_db_version") {
			if len(rows) <= len(before[table]) {
				t.Errorf("%s has nothing of the project: the test puts nothing there", table)
			}
		}
		write(t, s, func(tx Tx) error { return tx.DeleteProject(gone) })
		wantEqual(t, before, dump(t, s, "notices"))
		wantEqual(t, []string{}, found(t, s, gone, searching("lovelace")))
		wantEqual(t, []string{"Ada.L-1_x"}, found(t, s, kept, searching("lovelace")))
		again := fill("gone") // with the number that is free again
		wantEqual(t, []string{"Ada.L-1_x"}, found(t, s, again, searching("lovelace")))
	})
}

func TestEveryTableOfAProjectIsCleared(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		p := addProject(t, s, "shop")
		write(t, s, func(tx Tx) error { return tx.DeleteProject(p.Number) })
		deletions := make(map[string]bool)
		for _, text := range s.writes.(*writer).cache.texts() {
			deletions[text] = true
		}
		for _, table := range tables(t, s) {
			for _, column := range columnOf(t, s, "select name from pragma_table_info($1)", table) {
				if column == "project" && !deletions["delete from "+table+" where project = $1"] {
					t.Errorf("%s has the column project and is not cleared", table)
				}
			}
		}
	})
}

func TestSettingsOfANewerRosterAreAnErrorThatNamesThem(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addProject(t, s, "shop")
		write(t, s, func(tx Tx) error { return tx.exec(`update projects set settings = '{"teleport":"true"}'`) })
		if _, err := s.Project(t.Context(), "shop"); !errors.Is(err, roster.ErrArgument) {
			t.Errorf("the error is %v", err)
		}
	})
}
