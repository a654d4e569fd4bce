package api

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster"
	"roster/internal/directory"
	"roster/internal/store"
)

// A factor counts if the project allows it and the user has it (contract
// section 3.21).
func TestFactorsAreWhatProjectAndUserHaveInCommon(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	bare := func(p *person) { p.authenticator.Verified = false }
	full := func(p *person) { p.EmailVerified, p.PhoneVerified = true, true }
	for _, test := range []struct {
		name string
		user func(*person)
		rule func(*roster.Settings)
		want string // of totp, phone, email, custom
	}{
		{"nothing verified", bare, nil, "----"},
		{"everything", full, nil, "tpe-"},
		{"a verified email that is gone", func(p *person) { bare(p); p.Email, p.EmailVerified = "", true }, nil, "----"},
		{"a verified phone that is gone", func(p *person) { bare(p); p.Phone, p.PhoneVerified = "", true }, nil, "----"},
		{"another kind of app", func(p *person) { p.authenticator.Type = "webauthn" }, nil, "----"},
		{"totp off", full, func(s *roster.Settings) { s.MFATOTP = false }, "-pe-"},
		{"phone off", full, func(s *roster.Settings) { s.MFAPhone = false }, "t-e-"},
		{"email off", full, func(s *roster.Settings) { s.MFAEmail = false }, "tp--"},
		{"custom on", bare, func(s *roster.Settings) { s.MFACustom = true }, "---c"},
	} {
		b.run(test.name, func(b *bed) {
			b.settings(func(s *roster.Settings) {
				if *s = roster.DefaultSettings(); test.rule != nil {
					test.rule(s)
				}
			})
			r := b.answers(get(user(b.person(test.user).ID, "mfa", "factors"), nil), 200).is(map[string]string{"recoveryCode": "false"})
			got := ""
			for _, factor := range []string{"totp", "phone", "email", "custom"} {
				if r.at(factor) == true {
					got += factor[:1]
				} else {
					got += "-"
				}
			}
			if got != test.want {
				b.t.Errorf("%s, want %s", r.body, test.want)
			}
		})
	}
}

func TestTheNewestAuthenticatorCountsAndGoesFirst(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.write(func(tx store.Tx) error {
		return tx.CreateAuthenticator(b.project.Number, &roster.Authenticator{ID: "newer", UserID: p.ID, Type: "totp"})
	})
	factors, app := get(user(p.ID, "mfa", "factors"), nil), user(p.ID, "mfa", "authenticators", "totp")
	b.answers(factors, 200).is(map[string]string{"totp": "false"}) // the newer one is not verified
	b.untouched(func() { b.refuses(del(user(p.ID, "mfa", "authenticators", "TOTP")), roster.ErrAuthenticator) })
	b.answers(del(app), 204)
	b.answers(factors, 200).is(map[string]string{"totp": "true"})
	b.answers(del(app), 204)
	b.answers(factors, 200).is(map[string]string{"totp": "false"})
	b.refuses(del(app), roster.ErrAuthenticator)
}

func TestRecoveryCodesAreMadeOnceAndReplacedAfterwards(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	path := user(p.ID, "mfa", "recovery-codes")
	b.untouched(func() {
		b.refuses(get(path, nil), roster.ErrNoRecoveryCodes)
		b.refuses(put(path, params{}), roster.ErrNoRecoveryCodes)
	})
	first := b.codes(patch(path, params{}), 201)
	b.untouched(func() { b.refuses(patch(path, params{}), roster.ErrRecoveryCodes) })
	if diff := cmp.Diff(first, b.codes(get(path, nil), 200)); diff != "" {
		t.Errorf("codes (-made +read):\n%s", diff)
	}
	b.clock.forward(time.Second)
	second := b.codes(put(path, params{}), 200)
	if first[0] == second[0] {
		t.Errorf("the code %s comes again", first[0])
	}
	if diff := cmp.Diff(second, b.codes(get(path, nil), 200)); diff != "" {
		t.Errorf("codes (-made +read):\n%s", diff)
	}
	b.answers(get(user(p.ID), nil), 200).is(map[string]string{"$updatedAt": b.now().String()})
	if strings.Contains(b.dump(), second[0]) {
		t.Error("the codes are stored as they are")
	}
}

// codes sends a call and wants six codes of ten hexadecimal digits.
func (b *bed) codes(c call, status int) []string {
	b.t.Helper()
	r := b.answers(c, status)
	list, _ := r.at("recoveryCodes").([]any)
	var codes []string
	for _, item := range list {
		code, _ := item.(string)
		if len(code) != 10 || strings.Trim(code, "0123456789abcdef") != "" {
			b.t.Errorf("the code %q", code)
		}
		codes = append(codes, code)
	}
	if len(codes) != 6 {
		b.t.Fatalf("%s has not six codes", r.body)
	}
	return codes
}

func TestOnlyALivingCustomChallengeShowsItsCode(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	path := user(p.ID, "mfa", "challenges", p.challenge.ID)
	b.answers(get(path, nil), 200).is(map[string]string{
		"$id": p.challenge.ID, "userId": p.ID, "code": p.code, "expire": b.now().Add(time.Hour).String(), "$createdAt": b.now().String(),
	})
	email := b.person(func(p *person) { p.challenge.Type = "email" })
	b.refuses(get(user(email.ID, "mfa", "challenges", email.challenge.ID), nil), roster.ErrToken)
	b.clock.forward(time.Hour)
	b.answers(get(path, nil), 200)
	b.clock.forward(time.Millisecond)
	b.refuses(get(path, nil), roster.ErrToken)
}

// A code that was sealed for another row does not open.
func TestASealedCodeIsBoundToItsRow(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.write(func(tx store.Tx) error {
		return tx.CreateChallenge(b.project.Number, &roster.Challenge{
			ID: "copy", UserID: p.ID, Type: directory.FactorCustom, ExpiresAt: b.now().Add(time.Hour), Code: p.challenge.Code,
		})
	})
	b.refuses(get(user(p.ID, "mfa", "challenges", "copy"), nil), roster.ErrInternal)
}
