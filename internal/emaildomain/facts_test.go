package emaildomain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAddressesHaveTheCanonicalFormOfTheirProvider(t *testing.T) {
	for _, c := range []struct{ email, want string }{
		{"ada.love.lace+news+more@gmail.com", "adalovelace@gmail.com"},
		{"ada@googlemail.com", "ada@gmail.com"},
		{"+news@gmail.com", "+news@gmail.com"},
		{"a.+b.c@gmail.com", "a@gmail.com"},
		{"ada.lovelace+news@outlook.com", "ada.lovelace@outlook.com"},
		{"ada@hotmail.co.uk", "ada@outlook.com"},
		{"ada@live.nl", "ada@outlook.com"},
		{"ada@outlook.com.br", "ada@outlook.com"},
		{"ada+x@msn.com", "ada@outlook.com"},
		{"ada@passport.com", "ada@outlook.com"},
		{"ada+x@hotmail.ch", "ada+x@hotmail.ch"}, // not Microsoft's
		{"ada.b+x@icloud.com", "ada.b@icloud.com"},
		{"ada@me.com", "ada@icloud.com"},
		{"ada@mac.com", "ada@icloud.com"},
		{"ada-love-shop@yahoo.com", "ada-love@yahoo.com"},
		{"ada+x@yahoo.co.uk", "ada+x@yahoo.com"},
		{"ada@yahoo.ca", "ada@yahoo.com"},
		{"ada@yahoo.de", "ada@yahoo.com"},
		{"ada@yahoo.fr", "ada@yahoo.com"},
		{"ada@yahoo.in", "ada@yahoo.com"},
		{"ada@yahoo.it", "ada@yahoo.com"},
		{"ada@yahoo.es", "ada@yahoo.es"},
		{"ada@ymail.com", "ada@yahoo.com"},
		{"ada@rocketmail.com", "ada@yahoo.com"},
		{"a.d-a+x@protonmail.com", "a.d-a+x@protonmail.com"},
		{"ada@proton.me", "ada@protonmail.com"},
		{"ada@pm.me", "ada@protonmail.com"},
		{"ada+x@fastmail.fm", "ada+x@fastmail.com"},
		{"ada@fastmail.com", "ada@fastmail.com"},
		{"ada+x@walla.com", "ada+x@walla.co.il"},
		{"ada@walla.co.il", "ada@walla.co.il"},
		{"a.d-a+x@example.com", "a.d-a+x@example.com"},
		{"ada@sub.gmail.com", "ada@sub.gmail.com"},
		{"  Ada@Example.COM\t", "ada@example.com"},
		{`"a@b"@example.com`, `"a@b"@example.com`},
	} {
		got, ok := Of(c.email)
		if !ok || got.Canonical != c.want {
			t.Errorf("%q: got %q, %v, want %q", c.email, got.Canonical, ok, c.want)
		}
		if trimmed := strings.ToLower(strings.TrimSpace(c.email)); got.IsCanonical != (trimmed == c.want) {
			t.Errorf("%q: IsCanonical is %v", c.email, got.IsCanonical)
		}
	}
}

func TestAnAddressWithoutALocalPartHasNoFacts(t *testing.T) {
	for _, email := range []string{
		"", " ", "@", "ada", "ada@", "@example.com", "...@gmail.com", ".+x@gmail.com",
		"+x@outlook.com", "+x@me.com", "-x@yahoo.com",
	} {
		if got, ok := Of(email); ok || got != (Facts{}) {
			t.Errorf("%q: got %+v, %v", email, got, ok)
		}
	}
}

func TestDomainsAreFreeDisposableOrCorporate(t *testing.T) {
	for _, c := range []struct{ domain, want string }{
		{"gmail.com", "free"},
		{"GMail.com", "free"},
		{"hotmail.com", "free"},
		{"gmx.de", "free"},
		{"mail.gmx.de", "corporate"}, // lists are exact
		{"mailinator.com", "disposable"},
		{"team.mailinator.com", "disposable"}, // by wildcard
		{"a.b.c.33mail.com", "disposable"},
		{"not33mail.com", "corporate"},
		{"anonaddy.com", "corporate"}, // the wildcard has only what is below it
		{"ada.anonaddy.com", "disposable"},
		{"0-180.com", "disposable"},
		{"x.0-180.com", "corporate"},
		{"INSTÁGRAM.com", "disposable"},
		{"example.com", "corporate"},
		{"okafor-works.example", "corporate"},
		{"com", "corporate"},
		{"a..b", "corporate"},
		{"0-180.com\n0-30-24.com", "corporate"},
	} {
		f, ok := Of("ada@" + c.domain)
		if got := verdict(f); !ok || got != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.domain, got, ok, c.want)
		}
	}
}

func verdict(f Facts) string {
	var names []string
	for name, holds := range map[string]bool{"free": f.Free, "disposable": f.Disposable, "corporate": f.Corporate} {
		if holds {
			names = append(names, name)
		}
	}
	return strings.Join(names, " and ")
}

func TestTheFactsAreOfTheDomainAsItWasGiven(t *testing.T) {
	got, _ := Of("A.da+x@googlemail.com")
	want := Facts{Canonical: "ada@gmail.com", Free: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if f, _ := Of("ada@walla.com"); !f.Corporate { // only walla.co.il is on the list
		t.Errorf("got %+v", f)
	}
}

func TestNoDomainBelongsToTwoProviders(t *testing.T) {
	seen := map[string]string{}
	for _, p := range providers {
		for _, domain := range p.domains {
			if other, ok := seen[domain]; ok {
				t.Errorf("%s belongs to %s and %s", domain, other, p.domain)
			}
			seen[domain] = p.domain
		}
		if seen[p.domain] != p.domain {
			t.Errorf("the canonical domain %s is not one of its own", p.domain)
		}
	}
}

func TestNoDomainOfAProviderIsDisposable(t *testing.T) {
	for domain := range providerOf {
		if f, ok := Of("ada@" + domain); !ok || f.Disposable {
			t.Errorf("%s: got %+v, %v", domain, f, ok)
		}
	}
}

func TestLookingUpAllocatesNothing(t *testing.T) {
	for _, email := range []string{"ada@example.com", "ada@gmail.com", "ada@x.mailinator.com"} {
		if n := testing.AllocsPerRun(100, func() { Of(email) }); n != 0 {
			t.Errorf("%s: %v allocations", email, n)
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, email := range []string{
		"a.da+x@gmail.com", "-x@yahoo.com", "+@outlook.com", "a--@ymail.com", "@@me.com", "ada@.mailinator.com",
		"Å@INSTÁGRAM.com", "\xff@\xff", "ada@gmail.com\n", "K@gmail.com",
	} {
		f.Add(email)
	}
	f.Fuzz(func(t *testing.T, email string) {
		got, ok := Of(email)
		if !ok {
			if got != (Facts{}) {
				t.Errorf("%q has no facts but %+v", email, got)
			}
			return
		}
		if v := verdict(got); strings.Contains(v, " ") || v == "" {
			t.Errorf("%q is %q", email, v)
		}
		if local, domain, ok := strings.Cut(got.Canonical, "@"); !ok || local == "" && got.Canonical[0] != '@' || domain == "" {
			t.Errorf("%q has the canonical form %q", email, got.Canonical)
		}
		if trimmed := strings.ToLower(strings.TrimSpace(email)); got.IsCanonical != (got.Canonical == trimmed) {
			t.Errorf("%q: IsCanonical is %v of %q", email, got.IsCanonical, got.Canonical)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	for name, email := range map[string]string{
		"canonical": "ada@gmail.com", "gmail": "a.da+x@gmail.com", "corporate": "ada@okafor-works.example",
		"wildcard": "ada@x.mailinator.com", "hostile": "ada@" + strings.Repeat("a.", 150) + "com",
	} {
		b.Run(name, func(b *testing.B) {
			Of(email) // unpacks the lists
			b.ReportAllocs()
			for b.Loop() {
				Of(email)
			}
		})
	}
}

func BenchmarkUnpack(b *testing.B) {
	for b.Loop() {
		unpack(disposablePacked)
	}
}
