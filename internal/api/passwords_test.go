package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/password"
)

func setPassword(id, plain string) call {
	return patch(user(id, "password"), params{"password": quote(plain)})
}

func TestANewPasswordIsAnArgon2idHash(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(post("/v1/users", params{"userId": `"ada"`, "password": `"first password"`}), 201)
	b.clock.forward(time.Second)
	for _, plain := range []string{"second password", strings.Repeat("€", 85)} {
		r := b.answers(setPassword("ada", plain), 200).is(map[string]string{
			"hash": "argon2", "hashOptions.type": "argon2", "hashOptions.memory_cost": "8", "hashOptions.time_cost": "1", "hashOptions.threads": "1",
			"passwordUpdate": b.now().String(), "$updatedAt": b.now().String(),
		})
		if text := r.text("password"); !strings.HasPrefix(text, "$argon2id$v=19$m=8,t=1,p=1$") {
			t.Errorf("the hash is %s", text)
		}
		stored := password.Hash{Text: r.text("password"), Algorithm: r.text("hash")}
		if ok, err := b.dir.Hasher.Verify(t.Context(), plain, stored); !ok || err != nil {
			t.Errorf("the hash does not verify: %v", err)
		}
	}
}

// An empty password removes it (contract section 3.10, step 2, and Q9).
func TestAPasswordCanBeRemoved(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(post("/v1/users", params{"userId": `"ada"`, "password": `"first password"`}), 201)
	b.clock.forward(time.Second)
	r := b.answers(setPassword("ada", ""), 200).is(map[string]string{"hash": "argon2", "passwordUpdate": b.now().String()})
	if got := r.at("password"); got != "" {
		t.Errorf("password = %v, want an empty string", got)
	}
	if got := b.answers(get(user("ada"), nil), 200).body; got != r.body {
		t.Errorf("get = %s, removed %s", got, r.body)
	}
	b.answers(setPassword("ada", "third password"), 200)
}

func TestAChangedPasswordEndsSessionsIfTheProjectSaysSo(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, plain := range []string{"a new password", ""} {
		for ends, left := range map[bool]string{true: "0", false: "1"} {
			b.settings(func(s *roster.Settings) { s.InvalidateSessions = ends })
			p, other := b.person(), b.person()
			b.answers(setPassword(p.ID, plain), 200)
			b.answers(get(user(p.ID, "sessions"), nil), 200).is(map[string]string{"total": left})
			b.answers(get(user(other.ID, "sessions"), nil), 200).is(map[string]string{"total": "1"})
		}
	}
}

// What projects demand of plain passwords (contract section 10), from both
// sides. Hashes from elsewhere are spared.
func TestPasswordsObeyTheProject(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	all := func(s *roster.Settings) {
		s.PasswordUppercase, s.PasswordLowercase, s.PasswordNumber, s.PasswordSymbols = true, true, true, true
	}
	for _, test := range []struct {
		name      string
		rule      func(*roster.Settings)
		good, bad []string
	}{
		{"length", func(s *roster.Settings) { s.PasswordMinLength = 12 }, []string{"aaaaaaaaaaaa", "ÄÖÜäöü"}, []string{"aaaaaaaaaaa"}},
		{"the longest demand", func(s *roster.Settings) { s.PasswordMinLength = 256 }, []string{repeat("a", 256)}, []string{repeat("a", 255)}},
		{"upper case", func(s *roster.Settings) { s.PasswordUppercase = true }, []string{"aaaaaaaA"}, []string{"aaaaaaaa", "ääääÄ"}},
		{"lower case", func(s *roster.Settings) { s.PasswordLowercase = true }, []string{"AAAAAAAa"}, []string{"AAAAAAAA", "ÄÄÄÄä"}},
		{"digits", func(s *roster.Settings) { s.PasswordNumber = true }, []string{"aaaaaaa1"}, []string{"aaaaaaaa", "aaaa½¼¾"}},
		{"symbols", func(s *roster.Settings) { s.PasswordSymbols = true }, []string{"aaaaaaa!", "aaaaaa😀"}, []string{"aaaaaaa1", "aaaa aaa", "aaaaaaé", "aaaaaa½"}},
		{"all", all, []string{"aaaaaA1!"}, []string{"aaaaaaA1", "aaaaaaA!", "aaaaaa1!", "AAAAAA1!"}},
		{"dictionary", func(s *roster.Settings) { s.PasswordDictionary = true }, []string{"Password", "password!", "a password"}, []string{"password", "football"}},
	} {
		b.run(test.name, func(b *bed) {
			b.settings(test.rule)
			defer b.settings(func(s *roster.Settings) { *s = roster.DefaultSettings() })
			id := b.person().ID
			for _, plain := range test.good {
				b.answers(post("/v1/users", params{"userId": `"unique()"`, "password": quote(plain)}), 201)
				b.answers(setPassword(id, plain), 200)
			}
			for _, plain := range test.bad {
				b.untouched(func() {
					b.blames(post("/v1/users", params{"userId": `"unique()"`, "password": quote(plain)}), "password")
					b.blames(setPassword(id, plain), "password")
					b.blames(setPassword("nobody", plain), "password")
				})
				b.answers(b.valid("usersCreateMD5User").with("password", quote(plain)), 201)
			}
			b.answers(setPassword(id, ""), 200)
		})
	}
}

func TestPasswordsMayNotContainPersonalData(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.PersonalDataCheck = true })
	whole := params{"userId": `"lovelace1815"`, "email": `"countess@analytical.example"`, "phone": `"+442079460000"`, "name": `"Ada"`}
	for _, plain := range []string{
		"xx-LoveLace1815-xx", "my.countess@analytical.example", "the COUNTESS of", "armADAs sail", "call +442079460000", "call 442079460000",
	} {
		b.untouched(func() { b.refuses(post("/v1/users", whole.with("password", quote(plain))), roster.ErrPasswordPersona) })
	}
	b.answers(post("/v1/users", whole.with("password", `"lovelace 1815 +44 2079 analytical.example"`)), 201)
	b.untouched(func() {
		b.refuses(setPassword("lovelace1815", "the countess"), roster.ErrPasswordPersona)
		b.refuses(setPassword("lovelace1815", ""), roster.ErrPasswordPersona) // contract section 3.10, step 1
		b.refuses(setPassword("nobody", "the countess"), roster.ErrUserNotFound)
	})
	b.answers(setPassword("lovelace1815", "nothing of hers"), 200)
	// What is not there is not contained.
	b.answers(post("/v1/users", params{"userId": `"unique()"`, "password": `"whatever it is"`}), 201)
	// Hashes contain anything (passwords section 1).
	b.answers(b.valid("usersCreateMD5User").with("name", `"abe"`).with("password", `"abeabeabeabe"`), 201)
	// An email that an identity has is found first (contract section 3.2, step 2).
	taken := quote(b.person().identity.ProviderEmail)
	b.sameRows(func() {
		b.refuses(post("/v1/users", whole.with("email", taken).with("password", `"lovelace1815"`)), roster.ErrEmailExists)
	})
}

// The last passwords may not come again, whatever they were hashed with.
func TestUsedPasswordsAreRemembered(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.PasswordHistory = 2 })
	const imported = "0b7cb2d40a84a73c1b96c8b6a9b1b4a5"
	b.answers(post("/v1/users", params{"userId": `"ada"`, "password": `"password one"`}), 201)
	b.answers(b.valid("usersCreateSHAUser").with("userId", `"bob"`).
		with("password", `"5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"`), 201) // of "password", by SHA-256
	b.sameRows(func() {
		b.refuses(setPassword("ada", "password one"), roster.ErrPasswordRecent)
		b.refuses(setPassword("bob", "password"), roster.ErrPasswordRecent)
	})
	b.answers(setPassword("bob", imported), 200)
	b.answers(setPassword("ada", "password two"), 200)
	b.refuses(setPassword("ada", "password one"), roster.ErrPasswordRecent)
	b.refuses(setPassword("ada", "password two"), roster.ErrPasswordRecent)
	b.answers(setPassword("ada", "password three"), 200)
	b.answers(setPassword("ada", "password one"), 200) // forgotten by now
	b.answers(setPassword("ada", ""), 200)
	b.refuses(setPassword("ada", "password one"), roster.ErrPasswordRecent)
	b.settings(func(s *roster.Settings) { s.PasswordHistory = 0 })
	b.answers(setPassword("ada", "password one"), 200)
}

// slowHash takes long enough to be waited for.
var slowHash = password.Params{Memory: 32 << 10, Time: 2, Threads: 1}

// When too many passwords wait to be hashed, further ones are sent away.
func TestTooManyPasswordsAtOnceAreRefused(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	defer b.crowded()()
	for _, c := range []call{post("/v1/users", params{"userId": `"unique()"`, "password": `"a password"`}), setPassword(id, "a password")} {
		r := b.send(c)
		for ; r.status < http.StatusBadRequest; r = b.send(c) {
		}
		r.refused(roster.ErrBusy)
		if got := r.header.Get("Retry-After"); got != "1" {
			t.Errorf("Retry-After = %q", got)
		}
	}
}
