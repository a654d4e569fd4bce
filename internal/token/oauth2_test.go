package token_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"roster/internal/token"
)

const flow = "0123456789abcdef0123456789abcdef"

func TestAStateIsReadWithItsKeyOnly(t *testing.T) {
	state := token.SignState(flow, key)
	if id, ok := token.ReadState(state, key); !ok || id != flow {
		t.Fatalf("%s is %q (%v)", state, id, ok)
	}
	for _, other := range []string{"", "roster-demo-kez", "Roster-demo-key"} {
		if id, ok := token.ReadState(state, []byte(other)); ok || id != "" {
			t.Errorf("the key %q reads %q", other, id)
		}
	}
}

func TestChangedStatesAreRefused(t *testing.T) {
	state := token.SignState(flow, key)
	for i := range state {
		for _, c := range "Aw.=\n" {
			if changed := state[:i] + string(c) + state[i+1:]; changed != state {
				wantNoState(t, changed)
			}
			wantNoState(t, state[:i]+string(c)+state[i:])
		}
		wantNoState(t, state[:i])
		wantNoState(t, state[i+1:])
	}
	for _, bad := range []string{
		"", ".", "..", flow, flow + ".", state + ".", state + "=", state + " ", " " + state, strings.ToUpper(state), state + state,
		"." + strings.SplitN(state, ".", 2)[1], token.SignState("other", key)[:6] + strings.SplitN(state, ".", 2)[1],
	} {
		wantNoState(t, bad)
	}
}

// The mark's last letter has bits that are dropped; other spellings of them are
// no state.
func TestAStateHasOneSpelling(t *testing.T) {
	state := token.SignState(flow, key)
	mark := strings.SplitN(state, ".", 2)[1]
	want, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil {
		t.Fatal(err)
	}
	spellings := 0
	for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		other := mark[:len(mark)-1] + string(last)
		got, err := base64.RawURLEncoding.DecodeString(other)
		if err == nil && string(got) == string(want) && other != mark {
			spellings++
			wantNoState(t, flow+"."+other)
		}
	}
	if spellings == 0 {
		t.Error("no other spelling was tried")
	}
}

func wantNoState(t *testing.T, text string) {
	t.Helper()
	if id, ok := token.ReadState(text, key); ok || id != "" {
		t.Errorf("%q is the state %q", text, id)
	}
}

// FuzzReadState: nothing is a state but what was signed, as it was signed.
func FuzzReadState(f *testing.F) {
	signed := map[string]string{}
	for _, id := range []string{flow, "", "a.b", "\x00"} {
		signed[token.SignState(id, key)] = id
	}
	for state := range signed {
		f.Add(state)
	}
	for _, seed := range []string{flow + ".", "." + flow, "..", "a=b&c=d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := token.ReadState(text, key)
		want, ours := signed[text]
		if strings.Contains(want, ".") { // ids have no dots; such a state is read by nobody
			want, ours = "", false
		}
		if ok != ours || id != want {
			t.Errorf("%q is %q (%v)", text, id, ok)
		}
	})
}

var grant = token.Grant{Secret: strings.Repeat("0f", 32), Provider: "oidc", Expires: 1767225600}

func signGrant(t *testing.T, g token.Grant) string {
	t.Helper()
	text, err := token.SignGrant(g, key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The exchange takes secrets of 256 characters at most (companion section 8.1).
func TestAGrantHasTheContractsFormAndFitsIntoASecret(t *testing.T) {
	text := signGrant(t, grant)
	want := `{"secret":"` + grant.Secret + `","provider":"oidc","exp":1767225600}`
	if text != forge(standardHeader, want, sha256.New, key) || len(text) > 256 {
		t.Errorf("%s has %d characters", text, len(text))
	}
	if got, err := token.VerifyGrant(text, key, before); err != nil || got != grant {
		t.Errorf("it is %+v (%v)", got, err)
	}
}

func TestAGrantIsNoJWTOfAUserAndViceVersa(t *testing.T) {
	if c, err := token.VerifyJWT(signGrant(t, grant), key, before); !errors.Is(err, token.ErrJWT) {
		t.Errorf("the grant is %+v (%v)", c, err)
	}
	wantNoGrant(t, "a user's JWT", vector, before)
}

func TestGrantsThatDoNotHoldAreRefused(t *testing.T) {
	end := time.Unix(grant.Expires, 0)
	wantNoGrant(t, "expired", signGrant(t, grant), end)
	wantNoGrant(t, "unsigned", b64(`{"typ":"JWT","alg":"none"}`)+"."+b64(`{"secret":"a","provider":"oidc","exp":9767225600}`)+".", before)
	for _, g := range []token.Grant{{Provider: "oidc", Expires: grant.Expires}, {Secret: "a", Expires: grant.Expires}, {Secret: "a", Provider: "oidc"}} {
		wantNoGrant(t, "lacking", signGrant(t, g), before)
	}
	text := signGrant(t, grant)
	if g, err := token.VerifyGrant(text, []byte("another key"), before); err == nil {
		t.Errorf("another key reads %+v", g)
	}
	for _, bad := range []string{"", "..", grant.Secret, text[:len(text)-1], text + "A", text + "\n"} {
		wantNoGrant(t, "mangled", bad, before)
	}
}

func wantNoGrant(t *testing.T, why, text string, now time.Time) {
	t.Helper()
	if g, err := token.VerifyGrant(text, key, now); !errors.Is(err, token.ErrJWT) || g != (token.Grant{}) {
		t.Errorf("%s: %q is %+v (%v)", why, text, g, err)
	}
}
