package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"roster"
)

// kindNamed is the kind of providers with the name.
func kindNamed(t testing.TB, name string) *roster.ProviderKind {
	t.Helper()
	for _, k := range roster.ProviderKinds() {
		if k.Name == name {
			return k
		}
	}
	t.Fatalf("there is no kind %s", name)
	return nil
}

// inAShop runs test in a project on each engine.
func inAShop(t *testing.T, test func(*testing.T, *bench, Caller)) {
	onEachEngine(t, func(t *testing.T, b *bench) {
		p, err := b.CreateProject(t.Context(), "shop", "Shop")
		if err != nil {
			t.Fatal(err)
		}
		test(t, b, Caller{Project: p, Actor: roster.Actor{Type: roster.ActorKey, ID: "key"}})
	})
}

// atOnce runs do n times side by side and returns the errors.
func atOnce(n int, do func(i int) error) []error {
	results := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { results[i] = do(i) })
	}
	all.Wait()
	return results
}

// What is changed by many at once is all kept: no change is made of what
// another has changed meanwhile.
func TestChangesAtOnceAllCount(t *testing.T) {
	inAShop(t, func(t *testing.T, b *bench, by Caller) {
		smtp := kindNamed(t, "smtp")
		if _, err := b.CreateProvider(t.Context(), by, smtp, "mail", ProviderChange{Name: "Mail", Fields: map[string]any{"host": "h"}}); err != nil {
			t.Fatal(err)
		}
		fields := []string{"username", "password", "mailer", "fromName", "fromEmail", "replyToName", "replyToEmail"}
		for _, err := range atOnce(len(fields), func(i int) error {
			_, err := b.UpdateProvider(context.Background(), by, smtp, "mail", ProviderChange{Fields: map[string]any{fields[i]: "new " + fields[i]}})
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		p, err := b.Provider(t.Context(), by, "mail")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range fields {
			if !jsonHas(p.Credentials, name, "new "+name) && !jsonHas(p.Options, name, "new "+name) {
				t.Errorf("%s is lost: %s %s", name, p.Credentials, p.Options)
			}
		}
		policies := roster.Policies()
		for _, err := range atOnce(len(policies), func(i int) error {
			given := make(map[string]any)
			for _, f := range policies[i].Fields {
				given[f.Name] = changedSetting(f)
			}
			_, err := b.UpdatePolicy(context.Background(), by, policies[i], given)
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		project, err := b.Project(t.Context(), "shop")
		if err != nil {
			t.Fatal(err)
		}
		for _, policy := range policies {
			for _, f := range policy.Fields {
				for _, s := range project.Settings.List() {
					if s.Name == f.Setting && s.Value != fmt.Sprint(changedSetting(f)) {
						t.Errorf("%s of %s is lost", f.Name, policy.ID)
					}
				}
			}
		}
	})
}

// changedSetting is a value that a new project does not have.
func changedSetting(f roster.PolicyField) any {
	if _, boolean := f.Kind.(*roster.BoolParam); !boolean {
		return f.Bounds.Min + 1
	}
	usual := roster.DefaultSettings()
	for _, s := range usual.List() {
		if s.Name == f.Setting {
			return s.Value != "true"
		}
	}
	return nil
}

func jsonHas(object, name, value string) bool {
	v := values{}
	return json.Unmarshal([]byte(object), &v) == nil && string(v[name]) == string(encoded(value))
}

// Of many who make or delete a provider at once, one does.
func TestOneOfManyMakesAndDeletesAProvider(t *testing.T) {
	inAShop(t, func(t *testing.T, b *bench, by Caller) {
		fcm := kindNamed(t, "fcm")
		for _, step := range []struct {
			do    func(int) error
			loser error
		}{
			{func(int) error {
				_, err := b.CreateProvider(context.Background(), by, fcm, "push", ProviderChange{Name: "Push"})
				return err
			}, roster.ErrProviderExists},
			{func(int) error { return b.DeleteProvider(context.Background(), by, "push") }, roster.ErrProviderNotFound},
		} {
			winners := 0
			for _, err := range atOnce(8, step.do) {
				switch {
				case err == nil:
					winners++
				case !errors.Is(err, step.loser):
					t.Error(err)
				}
			}
			if winners != 1 {
				t.Errorf("%d did", winners)
			}
		}
	})
}

// A project that was made again under the id of one that is gone is another
// one, whose policies nobody of before changes.
func TestAPolicyOfAProjectThatIsGoneIsNotChanged(t *testing.T) {
	inAShop(t, func(t *testing.T, b *bench, by Caller) {
		if _, err := b.CreateProject(t.Context(), "blog", "Blog"); err != nil { // which keeps the number from being given out again
			t.Fatal(err)
		}
		for range 2 {
			if err := b.DeleteProject(t.Context(), "shop"); err != nil {
				t.Fatal(err)
			}
			_, err := b.UpdatePolicy(t.Context(), by, roster.Policies()[0], map[string]any{"min": 20})
			if !errors.Is(err, roster.ErrProjectNotFound) {
				t.Errorf("the error is %v", err)
			}
			if _, err := b.CreateProject(t.Context(), "shop", "Shop"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.UpdatePolicy(t.Context(), by, roster.Policies()[0], map[string]any{"min": 20}); !errors.Is(err, roster.ErrProjectNotFound) {
			t.Errorf("the error is %v", err)
		}
	})
}
