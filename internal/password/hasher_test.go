package password

import (
	"context"
	"errors"
	"strings"
	"testing"

	"roster"
)

func TestNewHashesAreArgon2idWithTheConfiguredCosts(t *testing.T) {
	for _, test := range []struct {
		config  Config
		prefix  string
		options string
	}{
		{Config{}, "$argon2id$v=19$m=19456,t=2,p=1$", `{"type":"argon2","memory_cost":19456,"time_cost":2,"threads":1}`},
		{Config{Params: Params{65536, 4, 3}}, "$argon2id$v=19$m=65536,t=4,p=3$", `{"type":"argon2","memory_cost":65536,"time_cost":4,"threads":3}`},
	} {
		h, err := New(test.config)
		if err != nil {
			t.Fatal(err)
		}
		first, err := h.Hash(t.Context(), "correct horse")
		if err != nil {
			t.Fatal(err)
		}
		second, _ := h.Hash(t.Context(), "correct horse")
		if !strings.HasPrefix(first.Text, test.prefix) || len(first.Text) != len(test.prefix)+22+1+43 {
			t.Errorf("the text is %s", first.Text)
		}
		if string(first.Options) != test.options || first.Algorithm != Argon2 {
			t.Errorf("options are %s", first.Options)
		}
		if first.Text == second.Text {
			t.Error("two hashes have the same salt")
		}
		if !verifies(t, h, "correct horse", first) || verifies(t, h, "correct Horse", first) {
			t.Error("the new hash does not tell passwords apart")
		}
	}
}

func TestAnUnknownPasswordLooksAsAnyOther(t *testing.T) {
	h, err := New(Config{Params: Params{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	known, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	first, second := h.Unknown(), h.Unknown()
	if _, ok := open(first); !ok || h.NeedsRehash(first) || len(first.Text) != len(known.Text) || string(first.Options) != string(known.Options) || first.Algorithm != known.Algorithm {
		t.Errorf("it is %s with %s", first.Text, first.Options)
	}
	if parts := strings.Split(second.Text, "$"); strings.Contains(first.Text, parts[4]) || strings.Contains(first.Text, parts[5]) {
		t.Errorf("two are alike: %s and %s", first.Text, second.Text)
	}
	if verifies(t, h, "", first) || verifies(t, h, "correct horse", first) {
		t.Error("somebody knows it")
	}
}

func TestConfigurationsThatCannotBeComputedAreRefused(t *testing.T) {
	for _, config := range []Config{
		{Params: Params{Memory: 7, Time: 1, Threads: 1}},
		{Params: Params{Memory: 64, Time: 0, Threads: 1}},
		{Params: Params{Memory: 64, Time: 1, Threads: 0}},
		{Params: Params{Memory: 1<<20 + 1, Time: 1, Threads: 1}},
		{Params: Params{Memory: 4096, Time: 1, Threads: 256}},
		{CPUs: -1}, {Memory: -1}, {Queue: -1},
	} {
		if _, err := New(config); err == nil {
			t.Errorf("%+v is accepted", config)
		}
	}
}

func TestWeakHashesNeedRehashing(t *testing.T) {
	h, err := New(Config{Params: Params{Memory: 1024, Time: 2, Threads: 2}})
	if err != nil {
		t.Fatal(err)
	}
	const salt, tag = "$c29tZXNhbHRzb21lc2FsdA", "$fLt8E4+7dSflhjsop8bmjfO8MTJnuO5l4Q0XrDUBECY"
	for _, test := range []struct {
		name   string
		stored Hash
		want   bool
	}{
		{"as configured", Hash{"$argon2id$v=19$m=1024,t=2,p=2" + salt + tag, Argon2, nil}, false},
		{"stronger", Hash{"$argon2id$v=19$m=4096,t=3,p=1" + salt + tag, Argon2, nil}, false},
		{"less memory", Hash{"$argon2id$v=19$m=1023,t=9,p=2" + salt + tag, Argon2, nil}, true},
		{"fewer passes", Hash{"$argon2id$v=19$m=65536,t=1,p=2" + salt + tag, Argon2, nil}, true},
		{"argon2i", Hash{"$argon2i$v=19$m=1024,t=2,p=2" + salt + tag, Argon2, nil}, true},
		{"version 1.0", Hash{"$argon2id$v=16$m=1024,t=2,p=2" + salt + tag, Argon2, nil}, true},
		{"no version", Hash{"$argon2id$m=1024,t=2,p=2" + salt + tag, Argon2, nil}, true},
		{"short salt", Hash{"$argon2id$v=19$m=1024,t=2,p=2$c29tZXNhbHQ" + tag, Argon2, nil}, true},
		{"short tag", Hash{"$argon2id$v=19$m=1024,t=2,p=2" + salt + "$jKxEjA", Argon2, nil}, true},
		{"imported through bcrypt", Hash{"$argon2id$v=19$m=1024,t=2,p=2" + salt + tag, Bcrypt, nil}, true},
		{"bcrypt imported through argon2", Hash{bcryptText, Argon2, nil}, true},
		{"no password", None(), true},
	} {
		if got := h.NeedsRehash(test.stored); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestHistoryIsVerifiedEntryByEntry(t *testing.T) {
	h := quick(t)
	bcrypt, _ := ImportBcrypt(bcryptText)                        // correct horse
	md5, _ := ImportMD5("144fa7eaa4904e8ee120651997f70dcc")      // appwrite
	broken, _ := ImportSHA("144fa7eaa4904e8ee1206519", "sha512") // nothing
	argon, err := h.Hash(t.Context(), "the newest one")
	if err != nil {
		t.Fatal(err)
	}
	history := []Hash{bcrypt, broken, md5, argon}
	for _, used := range []string{"correct horse", "appwrite", "the newest one"} {
		if err := h.CheckHistory(t.Context(), used, history); !errors.Is(err, roster.ErrPasswordRecent) {
			t.Errorf("%q: %v", used, err)
		}
	}
	if err := h.CheckHistory(t.Context(), "never used", history); err != nil {
		t.Error(err)
	}
}

func TestHashingStopsWaitingWhenTheCallerLeaves(t *testing.T) {
	h := quick(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, hashErr := h.Hash(ctx, "correct horse")
	_, verifyErr := h.Verify(ctx, "correct horse", Hash{Text: bcryptText, Algorithm: Bcrypt})
	for _, err := range []error{hashErr, verifyErr, h.Dummy(ctx, "correct horse"), h.CheckHistory(ctx, "correct horse", []Hash{None()})} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
	}
}
