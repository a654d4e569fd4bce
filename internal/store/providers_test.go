package store

import (
	"strings"
	"testing"

	"roster"
	"roster/internal/query"
)

func provider(id, name, kind, typ string, enabled bool) *roster.Provider {
	return &roster.Provider{ID: id, Name: name, Kind: kind, Type: typ, Enabled: enabled, Credentials: "sealed", Options: `{"from":"` + id + `"}`, CreatedAt: 1, UpdatedAt: 2}
}

func addProviders(t testing.TB, s *Store, p roster.ProjectNumber, providers ...*roster.Provider) {
	t.Helper()
	for _, provider := range providers {
		write(t, s, func(tx Tx) error { return tx.CreateProvider(p, provider) })
	}
}

func TestProviderIsFoundAsItWasStoredUntilItIsDeleted(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		want := provider("Mail", "Mail", "smtp", "email", true)
		addProviders(t, s, home, provider("sms", "SMS", "twilio", "sms", false), want)
		check := func() {
			got, err := s.Provider(t.Context(), home, "Mail")
			wantError(t, nil, err)
			wantEqual(t, *want, got)
			write(t, s, func(tx Tx) error {
				inside, err := tx.Provider(home, "Mail")
				wantEqual(t, *want, inside)
				if err != nil {
					return err
				}
				typ, err := tx.ProviderType(home, "Mail")
				wantEqual(t, "email", typ)
				return err
			})
		}
		check()
		want.Name, want.Enabled, want.Credentials, want.Options, want.UpdatedAt = "Post", false, "sealed anew", "{}", 9
		write(t, s, func(tx Tx) error { return tx.UpdateProvider(home, want) })
		check()
		for _, id := range []string{"mail", "MAIL", "", "Mai"} {
			_, err := s.Provider(t.Context(), home, id)
			wantError(t, roster.ErrProviderNotFound, err)
			wantError(t, roster.ErrProviderNotFound, s.Write(t.Context(), func(tx Tx) error { _, err := tx.ProviderType(home, id); return err }))
		}
		_, err := s.Provider(t.Context(), other, "Mail")
		wantError(t, roster.ErrProviderNotFound, err)
		write(t, s, func(tx Tx) error { return tx.DeleteProvider(home, want) })
		wantEqual(t, []string{"sms"}, columnOf(t, s, "select id from providers"))
	})
}

func TestNewestEnabledProviderOfAKindCounts(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		newest := func(want string) {
			t.Helper()
			got, err := s.EnabledProvider(t.Context(), home, "twilio")
			if want == "" {
				wantError(t, roster.ErrProviderNotFound, err)
			} else {
				wantError(t, nil, err)
			}
			wantEqual(t, want, got.ID)
		}
		addProviders(t, s, home, provider("off", "", "twilio", "sms", false), provider("another", "", "vonage", "sms", true))
		addProviders(t, s, other, provider("foreign", "", "twilio", "sms", true))
		newest("")
		addProviders(t, s, home, provider("z", "", "twilio", "sms", true))
		newest("z")
		second := provider("a", "", "twilio", "sms", true)
		addProviders(t, s, home, second, provider("b", "", "twilio", "sms", false))
		newest("a")
		second.Enabled = false
		write(t, s, func(tx Tx) error { return tx.UpdateProvider(home, second) })
		newest("z")
	})
}

func TestTakenProviderIDIsRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addProviders(t, s, home, provider("mail", "Mail", "smtp", "email", true))
		for _, id := range []string{"mail", "Mail"} {
			err := s.Write(t.Context(), func(tx Tx) error { return tx.CreateProvider(home, provider(id, "", "ses", "email", false)) })
			wantError(t, roster.ErrProviderExists, err)
		}
		addProviders(t, s, other, provider("mail", "Mail", "smtp", "email", true))
	})
}

func TestListOfProvidersIsTheProjects(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addProviders(t, s, home,
			provider("p1", "Mail of the shop", "smtp", "email", true), provider("p2", "Texts", "twilio", "sms", false),
			provider("p3", "texts 100%", "vonage", "sms", true), provider("p4", "Push", "fcm", "push", true),
		)
		addProviders(t, s, other, provider("p1", "Mail of the shop", "smtp", "email", true))
		for _, c := range []struct {
			query, search, want string
		}{
			{"", "", "p1 p2 p3 p4"},
			{q("equal", "name", "Texts"), "", "p2"},
			{q("contains", "name", "tExTs"), "", "p2 p3"},
			{q("equal", "provider", "smtp", "fcm"), "", "p1 p4"},
			{q("equal", "type", "sms"), "", "p2 p3"},
			{q("equal", "enabled", false), "", "p2"},
			{q("equal", "$id", "p3"), "", "p3"},
			{q("orderDesc", "type"), "", "p2 p3 p4 p1"},
			{q("orderDesc", ""), "", "p4 p3 p2 p1"},
			{q("cursorAfter", "", "p2"), "", "p3 p4"},
			{"", "TEXT", "p2 p3"},
			{"", "push", "p4"},
			{"", "P1", "p1"},
			{"", "100%", "p3"},
			{"", "twil", "p2"},
			{"", "sealed", ""},
			{q("equal", "enabled", true), "sms", "p3"},
		} {
			page := asked(t, query.Providers)
			if c.query != "" {
				page = asked(t, query.Providers, c.query)
			}
			page.Search = c.search
			list, err := s.Providers(t.Context(), home, page)
			wantError(t, nil, err)
			var ids []string
			for _, p := range list {
				ids = append(ids, p.ID)
			}
			if got := strings.Join(ids, " "); got != c.want {
				t.Errorf("%s %q: %q, want %q", c.query, c.search, got, c.want)
			}
			if total, err := s.CountProviders(t.Context(), home, page); err != nil || page.Cursor == nil && int(total) != len(ids) {
				t.Errorf("%s %q: the total is %d, error %v", c.query, c.search, total, err)
			}
		}
		_, err := s.Providers(t.Context(), home, asked(t, query.Providers, q("cursorAfter", "", "p9")))
		wantError(t, roster.ErrCursorNotFound, err)
	})
}
