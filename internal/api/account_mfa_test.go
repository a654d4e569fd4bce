package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	_ "image/png"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"roster"
	"roster/internal/directory"
	"roster/internal/store"
)

const (
	ownMFA       = "/v1/account/mfa"
	ownFactors   = ownMFA + "/factors"
	ownApp       = ownMFA + "/authenticators/totp"
	ownPicture   = ownApp + "/qr"
	ownCodes     = ownMFA + "/recovery-codes"
	ownChallenge = ownMFA + "/challenges"
)

// appless has no authenticator, and a session that lasts.
func appless(p *person) {
	p.authenticator.Type = "none"
	p.session.ExpiresAt = p.session.ExpiresAt.Add(24 * time.Hour)
	p.session.Factors = []string{"password"}
}

// app is an authenticator app in somebody's hand.
type app struct {
	b      *bed
	secret string
	link   string
}

// shows is the code that the app shows after a while.
func (a app) shows(later time.Duration) string {
	a.b.t.Helper()
	code, err := totp.GenerateCode(a.secret, a.b.clock.Now().Add(later))
	a.b.must(err)
	return code
}

// enrol gives whoever has the credentials a new app.
func (b *bed) enrol(h header) app {
	b.t.Helper()
	r := b.answers(post(ownApp, params{}).as(h), 200)
	return app{b, r.text("secret"), r.text("uri")}
}

func code(digits string) params { return params{"otp": quote(digits)} }

// enrolled gives the person an app whose code was sent. The app shows the next
// one already.
func (b *bed) enrolled(p person) app {
	b.t.Helper()
	a := b.enrol(withSession(p.secret))
	b.answers(put(ownApp, code(a.shows(0))).as(withSession(p.secret)), 200)
	b.clock.forward(30 * time.Second)
	return a
}

// challenged asks for a challenge and returns its id.
func (b *bed) challenged(h header, factor string) string {
	b.t.Helper()
	r := b.answers(post(ownChallenge, params{"factor": quote(factor)}).as(h), 201)
	return r.text("$id")
}

func solve(id, digits string) call {
	return put(ownChallenge, params{"challengeId": quote(id), "otp": quote(digits)})
}

// factors reads what the session has.
func (b *bed) factors(h header) []string {
	b.t.Helper()
	list, _ := b.answers(get("/v1/account/sessions/current", nil).as(h), 200).at("factors").([]any)
	var names []string
	for _, f := range list {
		names = append(names, fmt.Sprint(f))
	}
	return names
}

func (b *bed) hasFactors(h header, want ...string) {
	b.t.Helper()
	if got := b.factors(h); !slices.Equal(got, want) {
		b.t.Errorf("the session has the factors %q, want %q", got, want)
	}
}

// identified is who has the session.
func (b *bed) identified(secret string) directory.Caller {
	b.t.Helper()
	by, err := b.dir.Identify(b.t.Context(), directory.Credentials{Project: b.project.ID, Sessions: []string{secret}})
	b.must(err)
	return by
}

// From the first sign-in to the second factor.
func TestASessionWithoutTheSecondFactorMayOnlyAskForIt(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(post("/v1/users", params{"userId": `"ada"`, "email": `"ada@people.example"`, "password": `"a long password"`}), 201)
	enter := func() header {
		r := b.answers(post("/v1/account/sessions/email", params{"email": `"ada@people.example"`, "password": `"a long password"`}), 201)
		return withSession(r.text("secret"))
	}
	first := enter()
	a := b.enrol(first)
	b.answers(put(ownApp, code(a.shows(0))).as(first), 200).is(map[string]string{"$id": "ada", "mfa": "false"})
	b.hasFactors(first, "password", "totp")
	b.answers(patch(ownMFA, params{"mfa": "true"}).as(first), 200).is(map[string]string{"$id": "ada", "mfa": "true", "email": "ada@people.example", "targets.0.identifier": "ada@people.example"})
	b.answers(get("/v1/account", nil).as(first), 200)

	second := enter()
	p := person{User: roster.User{ID: "ada"}}
	for _, e := range Endpoints() {
		if !slices.Contains(e.Scopes, roster.Account) {
			continue
		}
		c := b.of(e, p).as(second)
		if e.OneFactor {
			if r := b.send(c); r.status == http.StatusUnauthorized && r.text("type") == roster.ErrMoreFactors.Type {
				t.Errorf("%s wants the factor that it is about", e.Name)
			}
			continue
		}
		want := roster.ErrMoreFactors
		if e.FreshFactor {
			want = roster.ErrFreshFactor
		}
		b.untouched(func() { b.refuses(c, want) })
	}

	b.answers(get(ownFactors, nil).as(second), 200).is(map[string]string{"totp": "true", "email": "false", "phone": "false", "recoveryCode": "false", "custom": "false"})
	b.clock.forward(30 * time.Second)
	id := b.challenged(second, "totp")
	r := b.answers(solve(id, a.shows(0)).as(second), 200).is(map[string]string{
		"userId": "ada", "current": "false", "secret": "", "factors.0": "password", "factors.1": "totp", "mfaUpdatedAt": b.now().String(), "provider": "email",
	})
	b.hasFactors(second, "password", "totp")
	b.answers(get("/v1/account", nil).as(second), 200)
	b.answers(get("/v1/account/sessions/"+r.text("$id"), nil).as(second), 200)
	b.answers(del(ownApp).as(second), 204)
	b.answers(get("/v1/account", nil).as(enter()), 200) // nothing is left to answer with
}

func TestAnAppIsEnrolledAnewUntilItHasShownACode(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless)
	h := withSession(p.secret)
	b.untouched(func() { b.refuses(put(ownApp, code("123456")).as(h), roster.ErrAuthenticator) })
	lost, kept := b.enrol(h), b.enrol(h)
	if lost.secret == kept.secret || len(kept.secret) != 103 {
		t.Errorf("the secrets are %s and %s", lost.secret, kept.secret)
	}
	want := "otpauth://totp/demo%3A" + p.ID + "%40people.example?issuer=demo&secret=" + kept.secret
	if kept.link != want {
		t.Errorf("the link is %s, want %s", kept.link, want)
	}
	b.answers(get(ownFactors, nil).as(h), 200).is(map[string]string{"totp": "false"})
	b.untouched(func() {
		for _, wrong := range []string{lost.shows(0), kept.shows(-time.Minute), kept.shows(time.Minute), "000000", "x", kept.shows(0) + "0"} {
			b.refuses(put(ownApp, code(wrong)).as(h), roster.ErrToken)
		}
	})
	b.answers(put(ownApp, code(kept.shows(0))).as(h), 200).is(map[string]string{"$id": p.ID, "mfa": "false", "targets.0.$id": p.target.ID})
	b.hasFactors(h, "password", "totp")
	b.answers(get(ownFactors, nil).as(h), 200).is(map[string]string{"totp": "true"})
	b.answers(get(user(p.ID, "mfa", "factors"), nil), 200).is(map[string]string{"totp": "true"})
	b.untouched(func() {
		b.refuses(post(ownApp, params{}).as(h), roster.ErrAppVerified)
		b.refuses(put(ownApp, code(kept.shows(30*time.Second))).as(h), roster.ErrAppVerified)
	})
	if strings.Contains(b.dump(), kept.secret) || strings.Contains(b.dump(), lost.secret) {
		t.Error("the secret is stored as it is")
	}
	b.answers(del(user(p.ID, "mfa", "authenticators", "totp")), 204)
	b.answers(get(ownFactors, nil).as(h), 200).is(map[string]string{"totp": "false"})
	b.enrol(h)
}

// The account in the app is called as its user knows it best.
func TestTheAppNamesTheAccountSomehow(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, test := range []struct {
		name string
		user func(*person)
		want string
	}{
		{"by email", func(p *person) { p.Email = "a+b@people.example" }, "a%2Bb%40people.example"},
		{"by phone", func(p *person) { p.Email, p.Phone = "", "+4915112345678" }, "%2B4915112345678"},
		{"by name", func(p *person) { p.Email, p.Phone, p.Name = "", "", "Ada: L. Lovelace" }, "Ada%20L.%20Lovelace"},
		{"by id", func(p *person) { p.Email, p.Phone, p.Name, p.ID = "", "", "", "ada" }, "ada"},
	} {
		b.run(test.name, func(b *bed) {
			p := b.person(appless, test.user)
			want := "otpauth://totp/demo%3A" + test.want + "?issuer=demo&secret="
			if a := b.enrol(withJWT(b.jwt(p.ID))); !strings.HasPrefix(a.link, want) {
				b.t.Errorf("the link is %s, want %s…", a.link, want)
			}
		})
	}
}

// Anybody who sees the picture has the factor, so that it is shown only while
// there is something to enrol.
func TestThePictureIsShownUntilTheAppHasShownACode(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, other := b.person(appless), b.person(appless)
	h := withSession(p.secret)
	b.refuses(get(ownPicture, nil).as(h), roster.ErrAuthenticator)
	a := b.enrol(h)
	b.refuses(get(ownPicture, nil).as(withSession(other.secret)), roster.ErrAuthenticator)
	for size, want := range map[string]int{"": 256, "128": 128, "1024": 1024} {
		c := get(ownPicture, nil).as(h)
		if size != "" {
			c = c.with("size", size)
		}
		r := b.answers(c, 200)
		if got := r.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("caches may keep the secret: %q", got)
		}
		if text, side := scanned(b, r.body); text != a.link || side != want {
			t.Errorf("in %d pixels the picture shows %q, want %q in %d", side, text, a.link, want)
		}
		r.conforms(b.endpoint("accountGetMFAAuthenticatorQR"))
	}
	b.answers(get(ownPicture, nil).as(withJWT(b.jwt(p.ID))), 200)
	for _, size := range []string{"127", "1025", "-1", `"big"`} {
		b.blames(get(ownPicture, params{"size": size}).as(h), "size")
	}
	b.blames(get(ownMFA+"/authenticators/sms/qr", nil).as(h), "type")
	b.answers(put(ownApp, code(a.shows(0))).as(h), 200)
	b.refuses(get(ownPicture, nil).as(h), roster.ErrAuthenticator)
}

// scanned is what a camera reads from a picture, and how wide that is.
func scanned(b *bed, file string) (string, int) {
	b.t.Helper()
	picture, _, err := image.Decode(strings.NewReader(file))
	b.must(err)
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	b.must(err)
	result, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	b.must(err)
	return result.GetText(), picture.Bounds().Dx()
}

func TestEachCodeOfAnAppCountsOnce(t *testing.T) {
	t.Parallel()
	b := atOutset(t) // a step has just begun
	p := b.person(appless)
	h := withSession(p.secret)
	a := b.enrol(h)
	used := a.shows(0)
	b.answers(put(ownApp, code(used)).as(h), 200)
	refused := func(why, digits string) {
		b.t.Helper()
		id := b.challenged(h, "totp")
		b.untouched(func() { b.refuses(solve(id, digits).as(h), roster.ErrToken) })
		if t.Failed() {
			t.Log(why)
		}
	}
	refused("it has verified the app", used)
	refused("it is older", a.shows(-30*time.Second))
	ahead := a.shows(30 * time.Second) // of an app whose clock is fast
	b.answers(solve(b.challenged(h, "totp"), ahead).as(h), 200)
	refused("it was used", ahead)
	b.clock.forward(30 * time.Second)
	refused("it was used, and is current now", ahead)
	b.clock.forward(30 * time.Second)
	refused("it was used, and has just passed", ahead)
	b.answers(solve(b.challenged(h, "totp"), a.shows(0)).as(h), 200)
	b.clock.forward(30 * time.Second)
	late := a.shows(0)
	b.clock.forward(59 * time.Second) // until the very end of the next
	refused("it is two steps old", a.shows(-60*time.Second-29*time.Second))
	b.answers(solve(b.challenged(h, "totp"), late).as(h), 200)
}

func TestACodeOfAnAppThatNeverCountedSolvesNothing(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless)
	h := withSession(p.secret)
	id := b.challenged(h, "totp")
	b.untouched(func() { b.refuses(solve(id, "123456").as(h), roster.ErrToken) })
	a := b.enrol(h)
	b.untouched(func() { b.refuses(solve(id, a.shows(0)).as(h), roster.ErrToken) })
	b.answers(put(ownApp, code(a.shows(0))).as(h), 200)
	b.answers(solve(id, a.shows(30*time.Second)).as(h), 200)
}

// Turning MFA on must not shut out who does it (companion section 8.2).
func TestWhoSwitchesMFAOnKeepsTheSession(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, test := range []struct {
		name string
		user func(*person)
		want []string
	}{
		{"with nothing", func(*person) {}, []string{"password"}},
		{"with everything", func(p *person) { p.EmailVerified, p.PhoneVerified, p.authenticator.Type = true, true, "totp" }, []string{"password", "totp", "email", "phone"}},
		{"with a phone", func(p *person) { p.PhoneVerified = true }, []string{"password", "phone"}},
		{"with a factor that the session has", func(p *person) { p.EmailVerified, p.session.Factors = true, []string{"email"} }, []string{"email"}},
		{"with an app that never counted", func(p *person) { p.authenticator.Type, p.authenticator.Verified = "totp", false }, []string{"password"}},
	} {
		b.run(test.name, func(b *bed) {
			p := b.person(appless, test.user)
			h := withSession(p.secret)
			b.answers(patch(ownMFA, params{"mfa": "true"}).as(h), 200).is(map[string]string{"mfa": "true", "$updatedAt": b.now().String()})
			if len(test.want) > 1 {
				b.hasFactors(h, test.want...)
				b.untouched(func() { b.answers(patch(ownMFA, params{"mfa": "true"}).as(h), 200) })
				b.answers(patch(ownMFA, params{"mfa": "false"}).as(h), 200).is(map[string]string{"mfa": "false"})
				b.hasFactors(h, test.want...)
			}
		})
	}
	p := b.person(appless)
	b.untouched(func() {
		for _, v := range []string{`"true"`, "1", "null", "[]"} {
			b.blames(patch(ownMFA, params{"mfa": v}).as(withSession(p.secret)), "mfa")
		}
	})
}

// A JWT has no session that could have factors.
func TestAJWTManagesFactorsButSolvesNothing(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.MFACustom = true })
	p := b.person(appless)
	h, session := withJWT(b.jwt(p.ID)), withSession(p.secret)
	a := b.enrol(h)
	b.answers(put(ownApp, code(a.shows(0))).as(h), 200)
	b.codes(post(ownCodes, params{}).as(h), 201)
	b.answers(get(ownFactors, nil).as(h), 200).is(map[string]string{"totp": "true", "recoveryCode": "true", "custom": "true"})
	b.untouched(func() {
		b.refuses(get(ownCodes, nil).as(h), roster.ErrFreshFactor)
		b.refuses(patch(ownCodes, params{}).as(h), roster.ErrFreshFactor)
		b.refuses(del(ownApp).as(h), roster.ErrFreshFactor)
	})
	b.hasFactors(session, "password")
	id := b.challenged(h, "totp")
	b.untouched(func() { b.refuses(solve(id, a.shows(30*time.Second)).as(h), roster.ErrSessionNotFound) })
	b.answers(patch(ownMFA, params{"mfa": "true"}).as(h), 200)
	b.refuses(get("/v1/account", nil).as(session), roster.ErrMoreFactors)
	b.answers(solve(id, a.shows(30*time.Second)).as(session), 200)
	b.answers(get("/v1/account", nil).as(session), 200)
}

// Who impersonates somebody has no hand on that user's factors (companion
// section 3.5).
func TestImpersonatorsManageTheirOwnFactors(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	actor, victim := b.person(appless, impersonator), b.person(appless)
	h := withSession(actor.secret)
	h["X-Appwrite-Impersonate-User-Id"] = victim.ID
	a := b.enrol(h)
	if !strings.Contains(a.link, actor.ID) {
		t.Errorf("the app is enrolled for %s", a.link)
	}
	b.answers(put(ownApp, code(a.shows(0))).as(h), 200).is(map[string]string{"$id": actor.ID})
	b.codes(post(ownCodes, params{}).as(h), 201)
	b.answers(get(ownFactors, nil).as(h), 200).is(map[string]string{"totp": "true", "recoveryCode": "true"})
	b.answers(get(ownFactors, nil).as(withSession(victim.secret)), 200).is(map[string]string{"totp": "false", "recoveryCode": "false"})
	theirs := b.challenged(withSession(victim.secret), "totp")
	b.refuses(solve(theirs, a.shows(30*time.Second)).as(h), roster.ErrToken)
}

func TestRecoveryCodesAreShownToWhoHasJustSolvedAChallenge(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless)
	h := withSession(p.secret)
	a := b.enrolled(p)
	b.untouched(func() { b.refuses(get(ownCodes, nil).as(h), roster.ErrFreshFactor) })
	b.answers(solve(b.challenged(h, "totp"), a.shows(0)).as(h), 200)
	b.untouched(func() {
		b.refuses(get(ownCodes, nil).as(h), roster.ErrNoRecoveryCodes)
		b.refuses(patch(ownCodes, params{}).as(h), roster.ErrNoRecoveryCodes)
	})
	made := b.codes(post(ownCodes, params{}).as(h), 201)
	b.untouched(func() { b.refuses(post(ownCodes, params{}).as(h), roster.ErrRecoveryCodes) })
	if diff := cmp.Diff(made, b.codes(get(ownCodes, nil).as(h), 200)); diff != "" {
		t.Errorf("codes (-made +read):\n%s", diff)
	}
	b.clock.forward(30 * time.Minute)
	replaced := b.codes(patch(ownCodes, params{}).as(h), 200)
	if slices.ContainsFunc(replaced, func(c string) bool { return slices.Contains(made, c) }) {
		t.Errorf("of %q some come again: %q", made, replaced)
	}
	if diff := cmp.Diff(replaced, b.codes(get(user(p.ID, "mfa", "recovery-codes"), nil), 200)); diff != "" {
		t.Errorf("codes (-the user's +the key's):\n%s", diff)
	}
	b.clock.forward(time.Millisecond)
	b.untouched(func() {
		b.refuses(get(ownCodes, nil).as(h), roster.ErrFreshFactor)
		b.refuses(patch(ownCodes, params{}).as(h), roster.ErrFreshFactor)
		b.refuses(del(ownApp).as(h), roster.ErrFreshFactor)
	})
}

// A solved challenge that added no factor is not enough.
func TestAFreshFactorDoesNotStandForASecondOne(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(halfSignedIn, b.justSolved)
	for _, e := range Endpoints() {
		if e.FreshFactor {
			b.untouched(func() { b.refuses(b.of(e, p), roster.ErrMoreFactors) })
		}
	}
}

func TestARecoveryCodeCountsOnceInAnySpellingOfItsFactor(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless)
	h := withSession(p.secret)
	none := b.challenged(h, "recoveryCode") // it needs no enrolment
	b.untouched(func() { b.refuses(solve(none, "0123456789").as(h), roster.ErrToken) })
	list := b.codes(post(ownCodes, params{}).as(h), 201)
	for i, c := range list {
		id := b.challenged(h, []string{"recoveryCode", "recoverycode", "RECOVERYCODE"}[i%3])
		b.untouched(func() {
			for _, wrong := range []string{strings.ToUpper(c) + "x", c[:9], c + "0", list[max(0, i-1)][:9] + "x", strings.Join(list, "")} {
				b.refuses(solve(id, wrong).as(h), roster.ErrToken)
			}
			if i > 0 {
				b.refuses(solve(id, list[i-1]).as(h), roster.ErrToken)
			}
		})
		b.answers(solve(id, c).as(h), 200).is(map[string]string{"factors.1": "recoveryCode", "factors.2": ""})
		left := len(list) - 1 - i
		b.answers(get(ownFactors, nil).as(h), 200).is(map[string]string{"recoveryCode": fmt.Sprint(left > 0)})
		b.answers(get(user(p.ID, "mfa", "factors"), nil), 200).is(map[string]string{"recoveryCode": "false"})
		if left > 0 {
			got, _ := b.answers(get(ownCodes, nil).as(h), 200).at("recoveryCodes").([]any)
			if len(got) != left {
				t.Errorf("%d codes are left, want %d", len(got), left)
			}
		}
	}
	b.refuses(get(ownCodes, nil).as(h), roster.ErrNoRecoveryCodes)
	b.codes(post(ownCodes, params{}).as(h), 201)
}

// The product asks for the code with its key, and delivers it.
func TestACustomChallengeIsSolvedWithTheCodeThatTheProductDelivers(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.MFACustom = true })
	p := b.person(appless)
	h := withSession(p.secret)
	r := b.answers(post(ownMFA+"/challenge", params{"factor": `"custom"`}).as(h), 201)
	r.is(map[string]string{"userId": p.ID, "$createdAt": b.now().String(), "expire": b.now().Add(time.Hour).String(), "code": ""})
	id := r.text("$id")
	digits := b.answers(get(user(p.ID, "mfa", "challenges", id), nil), 200).text("code")
	if len(digits) != 6 || strings.Trim(digits, "0123456789") != "" {
		t.Fatalf("the code is %q", digits)
	}
	if strings.Contains(b.dump(), digits) {
		t.Error("the code is stored as it is")
	}
	b.clock.forward(time.Hour)
	b.answers(put(ownMFA+"/challenge", params{"challengeId": quote(id), "otp": quote(digits)}).as(h), 200).is(map[string]string{"factors.1": "custom"})
	b.untouched(func() { b.refuses(solve(id, digits).as(h), roster.ErrToken) })
	b.refuses(get(user(p.ID, "mfa", "challenges", id), nil), roster.ErrToken)
}

func TestAChallengeIsItsOwnersWhileItLasts(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	custom := func(s *roster.Settings) { s.MFACustom = true }
	b.settings(custom)
	elsewhere := b.beside("elsewhere")
	elsewhere.settings(custom)
	p, other := b.person(appless), b.person(appless)
	h := withSession(p.secret)
	codeOf := func(b *bed, p person, id string) string {
		return b.answers(get(user(p.ID, "mfa", "challenges", id), nil), 200).text("code")
	}
	theirs := b.challenged(withSession(other.secret), "custom")
	abroad := elsewhere.person(appless, func(q *person) { q.ID = p.ID; q.Email, q.Phone = "x@people.example", "" })
	foreign := elsewhere.challenged(withSession(abroad.secret), "custom")
	own, second := b.challenged(h, "custom"), b.challenged(h, "custom")
	digits := codeOf(b, p, own)
	b.untouched(func() {
		b.refuses(solve(theirs, codeOf(b, other, theirs)).as(h), roster.ErrToken)
		b.refuses(solve(foreign, codeOf(elsewhere, abroad, foreign)).as(h), roster.ErrToken)
		b.refuses(solve("unknown", digits).as(h), roster.ErrToken)
		b.refuses(solve(strings.ToUpper(own), digits).as(h), roster.ErrToken)
		b.refuses(solve(own, digits+"0").as(h), roster.ErrToken)
		b.refuses(solve(own, digits[:5]).as(h), roster.ErrToken)
		b.refuses(solve(own, b.wrong(digits)).as(h), roster.ErrToken)
		if other := codeOf(b, p, second); other != digits {
			b.refuses(solve(own, other).as(h), roster.ErrToken)
		}
		b.blames(solve("", digits).as(h), "challengeId")
		b.blames(solve(repeat("x", 257), digits).as(h), "challengeId")
		b.blames(solve(own, "").as(h), "otp")
		b.blames(solve(own, digits).with("otp", "123456").as(h), "otp") // a number
	})
	b.clock.forward(time.Hour + time.Millisecond)
	b.untouched(func() { b.refuses(solve(own, digits).as(h), roster.ErrToken) })
	if !strings.Contains(b.dump(), own) {
		t.Fatal("the expired challenge is gone before it is in the way")
	}
	b.challenged(h, "custom")
	if b.challenges(p.ID) != 1 || b.challenges(other.ID) != 2 { // one is the fixture's
		t.Errorf("%d challenges of the user's are left, and %d of the other's", b.challenges(p.ID), b.challenges(other.ID))
	}
}

// wrong is another code.
func (b *bed) wrong(digits string) string {
	return digits[:5] + string('0'+(digits[5]-'0'+1)%10)
}

// challenges counts the user's, expired ones included.
func (b *bed) challenges(user string) (n int) {
	b.t.Helper()
	b.must(b.file.QueryRow("select count(*) from challenges where project = $1 and user_id = $2", b.project.Number, user).Scan(&n))
	return n
}

// A code that nobody is told does not count in place of an app's.
func TestAChallengeTakesNoAnswerOfAnotherKind(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless)
	h := withSession(p.secret)
	a := b.enrolled(p)
	codes := b.codes(post(ownCodes, params{}).as(h), 201)
	for _, factor := range []string{"totp", "recoveryCode"} {
		id := b.challenged(h, factor)
		ch, err := b.store.Challenge(t.Context(), b.project.Number, p.ID, id)
		b.must(err)
		sealed, err := b.dir.Secrets.Open(ch.Code, directory.ChallengePlace(b.project, id))
		b.must(err)
		b.untouched(func() { b.refuses(solve(id, sealed).as(h), roster.ErrToken) })
		b.untouched(func() { b.refuses(get(user(p.ID, "mfa", "challenges", id), nil), roster.ErrToken) })
		other := map[string]string{"totp": codes[0], "recoveryCode": a.shows(0)}[factor]
		b.untouched(func() { b.refuses(solve(id, other).as(h), roster.ErrToken) })
	}
}

// The project's word counts when a challenge is made and when it is answered.
func TestAFactorThatTheProjectSwitchesOffIsNone(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.dir.Mailing = directory.MailKept
	p := b.person(appless, func(p *person) { p.EmailVerified = true })
	h := withSession(p.secret)
	a := b.enrolled(p)
	codes := b.codes(post(ownCodes, params{}).as(h), 201)
	for _, test := range []struct {
		factor  string
		setting func(*roster.Settings) *bool
	}{
		{"totp", func(s *roster.Settings) *bool { return &s.MFATOTP }},
		{"email", func(s *roster.Settings) *bool { return &s.MFAEmail }},
		{"custom", func(s *roster.Settings) *bool { return &s.MFACustom }},
	} {
		b.run(test.factor, func(b *bed) {
			allow := func(on bool) { b.settings(func(s *roster.Settings) { *test.setting(s) = on }) }
			allow(true)
			id := b.challenged(h, test.factor)
			allow(false)
			b.untouched(func() {
				b.refuses(post(ownChallenge, params{"factor": quote(test.factor)}).as(h), roster.ErrMethod)
				b.refuses(solve(id, a.shows(0)).as(h), roster.ErrMethod)
			})
		})
	}
	b.settings(func(s *roster.Settings) { s.MFAPhone = false })
	b.refuses(post(ownChallenge, params{"factor": `"phone"`}).as(h), roster.ErrMethod)
	b.answers(solve(b.challenged(h, "recoveryCode"), codes[0]).as(h), 200)
	for _, v := range []string{`"sms"`, `""`, "null", "1", "true"} {
		b.blames(post(ownChallenge, params{"factor": v}).as(h), "factor")
	}
}

// delivered is the one message that somebody was left.
func (b *bed) delivered(channel, recipient string) (c directory.Content) {
	b.t.Helper()
	var seq int64
	var sealed string
	b.must(b.file.QueryRow("select seq, content from deliveries where channel = $1 and recipient = $2", channel, recipient).Scan(&seq, &sealed))
	text, err := b.dir.Secrets.Open(sealed, fmt.Sprintf("deliveries.content:%d:%d", b.project.Number, seq))
	b.must(err)
	b.must(json.Unmarshal([]byte(text), &c))
	return c
}

var sixDigits = regexp.MustCompile(`\b[0-9]{6}\b`)

func TestACodeIsMailedToAVerifiedAddress(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless, func(p *person) { p.EmailVerified = true })
	h, ask := withSession(p.secret), post(ownChallenge, params{"factor": `"email"`})
	b.untouched(func() {
		b.refuses(ask.as(h), roster.ErrSMTPDisabled)
		b.refuses(post(ownChallenge, params{"factor": `"phone"`}).as(h), roster.ErrPhoneDisabled)
	})
	b.dir.Mailing = directory.MailKept
	nowhere, unsure := b.person(appless, func(p *person) { p.Email, p.EmailVerified = "", true }), b.person(appless)
	b.untouched(func() {
		b.refuses(ask.as(withSession(nowhere.secret)), roster.ErrEmailMissing)
		b.refuses(ask.as(withSession(unsure.secret)), roster.ErrEmailUnverified)
	})
	id := b.challenged(h, "email")
	mail := b.delivered("email", p.Email)
	if !strings.Contains(mail.Subject, "demo") || !strings.Contains(mail.Text, "60 minutes") || mail.ExpiresAt != b.now().Add(time.Hour) {
		t.Errorf("the mail is %+v", mail)
	}
	digits := sixDigits.FindString(mail.Text)
	b.untouched(func() { b.refuses(solve(id, b.wrong(digits)).as(h), roster.ErrToken) })
	b.answers(solve(id, digits).as(h), 200).is(map[string]string{"factors.1": "email"})
	b.refuses(solve(id, digits).as(h), roster.ErrToken)
}

func TestACodeIsSentToAVerifiedPhone(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless, func(p *person) { p.PhoneVerified = true })
	h, ask := withSession(p.secret), post(ownChallenge, params{"factor": `"phone"`})
	twilio := params{"providerId": `"sms"`, "name": `"SMS"`, "accountSid": `"AC1"`, "authToken": `"very secret"`, "from": `"+15005550006"`}
	b.answers(post("/v1/messaging/providers/twilio", twilio), 201)
	b.untouched(func() { b.refuses(ask.as(h), roster.ErrPhoneDisabled) }) // it is not enabled
	b.answers(patch("/v1/messaging/providers/twilio/sms", params{"enabled": "true"}), 200)
	nowhere, unsure := b.person(appless, func(p *person) { p.Phone, p.PhoneVerified = "", true }), b.person(appless)
	b.untouched(func() {
		b.refuses(ask.as(withSession(nowhere.secret)), roster.ErrPhoneMissing)
		b.refuses(ask.as(withSession(unsure.secret)), roster.ErrPhoneUnverified)
	})
	id := b.challenged(h, "phone")
	digits := sixDigits.FindString(b.delivered("sms", p.Phone).Text)
	b.untouched(func() { b.refuses(solve(id, b.wrong(digits)).as(h), roster.ErrToken) })
	b.answers(solve(id, digits).as(h), 200).is(map[string]string{"factors.1": "phone"})
	b.refuses(solve(id, digits).as(h), roster.ErrToken)
}

// Guesses are counted by challenge, wherever they come from (companion section
// 5).
func TestAChallengeTakesTenGuesses(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.api.Unlimited = false
	p := b.person(appless)
	h := withSession(p.secret)
	a := b.enrolled(p)
	id, other := b.challenged(h, "totp"), b.challenged(h, "totp")
	from := func(i int, c call) *reply {
		r := b.request(c.as(h))
		r.RemoteAddr = fmt.Sprintf("198.51.100.%d:4711", i)
		return b.serve(r, c.String())
	}
	for i := range 10 {
		r := from(i, solve(id, b.wrong(a.shows(0))))
		r.refused(roster.ErrToken)
		if got := r.header.Get("X-RateLimit-Remaining"); got != fmt.Sprint(9-i) {
			t.Errorf("after %d guesses %s remain", i+1, got)
		}
	}
	b.untouched(func() {
		from(11, solve(id, a.shows(0))).refused(roster.ErrRateLimit)
		from(11, put(ownMFA+"/challenge", solve(id, a.shows(0)).params)).refused(roster.ErrRateLimit)
	})
	b.answers(solve(other, a.shows(0)).as(h), 200)
}

func TestAUserHasTenChallengesAndTenTriesToEnrolAnHour(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.api.Unlimited = false
	p, other := b.person(appless), b.person(appless)
	h := withSession(p.secret)
	a := b.enrol(h)
	ask, try := post(ownChallenge, params{"factor": `"totp"`}).as(h), put(ownApp, code(b.wrong(a.shows(0)))).as(h)
	for range 10 {
		b.answers(ask, 201)
		b.refuses(try, roster.ErrToken)
	}
	b.untouched(func() {
		b.refuses(ask, roster.ErrRateLimit)
		b.refuses(try, roster.ErrRateLimit)
		b.refuses(put(ownApp, code(a.shows(0))).as(h), roster.ErrRateLimit)
	})
	b.challenged(withSession(other.secret), "totp")
	b.clock.forward(time.Hour)
	b.answers(ask, 201)
	b.answers(put(ownApp, code(a.shows(0))).as(h), 200)
}

// at sends the calls at once and returns how each was answered.
func (b *bed) at(once ...call) []*httptest.ResponseRecorder {
	b.t.Helper()
	b.api.Observe = nil
	replies, requests := make([]*httptest.ResponseRecorder, len(once)), make([]*http.Request, len(once))
	for i, c := range once {
		requests[i], replies[i] = b.request(c), httptest.NewRecorder()
	}
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range once {
		done.Go(func() {
			start.Wait()
			b.api.ServeHTTP(replies[i], requests[i])
		})
	}
	start.Done()
	done.Wait()
	return replies
}

// oneWins wants exactly one of the calls to succeed, and to be all that was
// recorded.
func (b *bed) oneWins(want *roster.Error, calls ...call) {
	b.t.Helper()
	won := 0
	for _, r := range b.at(calls...) {
		switch {
		case r.Code < http.StatusBadRequest:
			won++
		case !bytes.Contains(r.Body.Bytes(), []byte(`"`+want.Type+`"`)):
			b.t.Errorf("a loser is told %s", r.Body)
		}
	}
	if won != 1 {
		b.t.Errorf("%d of %d have won", won, len(calls))
	}
	if events := b.recorded(); len(events) != 1 {
		b.t.Errorf("%q are recorded", events)
	}
}

func TestOfManyWhoUseOneSecretAtOnceExactlyOneSucceeds(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.MFACustom = true })
	const rounds, crowd = 20, 8
	many := func(make func(i int) call) (calls []call) {
		for i := range crowd {
			calls = append(calls, make(i))
		}
		return calls
	}
	for range rounds {
		p := b.person(appless)
		h := withSession(p.secret)
		a := b.enrol(h)
		shown := a.shows(0)
		b.oneWins(roster.ErrAppVerified, many(func(int) call { return put(ownApp, code(shown)).as(h) })...)

		b.clock.forward(30 * time.Second)
		shown = a.shows(0)
		ids := many(func(int) call { return solve(b.challenged(h, "totp"), shown).as(h) })
		b.oneWins(roster.ErrToken, ids...) // one code, many challenges

		b.clock.forward(30 * time.Second)
		shown = a.shows(0)
		id := b.challenged(h, "totp")
		b.oneWins(roster.ErrToken, many(func(int) call { return solve(id, shown).as(h) })...)

		codes := b.codes(post(ownCodes, params{}).as(h), 201)
		b.oneWins(roster.ErrToken, many(func(int) call { return solve(b.challenged(h, "recoveryCode"), codes[0]).as(h) })...)
		id = b.challenged(h, "recoveryCode")
		b.oneWins(roster.ErrToken, many(func(i int) call { return solve(id, codes[1+i%5]).as(h) })...)
		if left, _ := b.answers(get(ownCodes, nil).as(h), 200).at("recoveryCodes").([]any); len(left) != 4 {
			t.Errorf("two codes were spent, and %d are left", len(left))
		}

		id = b.challenged(h, "custom")
		digits := b.answers(get(user(p.ID, "mfa", "challenges", id), nil), 200).text("code")
		b.oneWins(roster.ErrToken, many(func(int) call { return solve(id, digits).as(h) })...)
	}
}

// A user who is blocked while a request is under way changes nothing by it.
func TestABlockedUserSolvesNothingThatWasUnderWay(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless)
	h, ctx := withSession(p.secret), t.Context()
	a := b.enrolled(p)
	id := b.challenged(h, "totp")
	by := b.identified(p.secret)
	b.edit(p.ID, func(u *roster.User) { u.Enabled = false })
	for name, act := range map[string]func() error{
		"solve":         func() error { _, err := b.dir.SolveChallenge(ctx, by, id, a.shows(0)); return err },
		"ask":           func() error { _, err := b.dir.CreateChallenge(ctx, by, "totp", ""); return err },
		"enrol":         func() error { _, _, err := b.dir.Enrol(ctx, by, "totp"); return err },
		"verify":        func() error { _, err := b.dir.VerifyAuthenticator(ctx, by, "totp", a.shows(0)); return err },
		"switch":        func() error { _, err := b.dir.UpdateOwnMFA(ctx, by, true); return err },
		"remove":        func() error { return b.dir.DeleteAuthenticator(ctx, by, p.ID, "totp") },
		"make codes":    func() error { _, err := b.dir.CreateRecoveryCodes(ctx, by, p.ID); return err },
		"replace codes": func() error { _, err := b.dir.ReplaceRecoveryCodes(ctx, by, p.ID); return err },
	} {
		b.untouched(func() {
			if err := act(); err != error(roster.ErrUserBlocked) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	b.refuses(solve(id, a.shows(0)).as(h), roster.ErrUserBlocked)
	b.edit(p.ID, func(u *roster.User) { u.Enabled = true })
	b.answers(solve(id, a.shows(0)).as(h), 200)
}

// Who signs out while a request is under way gets no session back, and spends
// nothing.
func TestAnEndedSessionGainsNoFactor(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless, func(p *person) { p.EmailVerified = true })
	h, ctx := withSession(p.secret), t.Context()
	codes := b.codes(post(ownCodes, params{}).as(h), 201)
	id := b.challenged(h, "recoveryCode")
	by := b.identified(p.secret)
	b.answers(del(user(p.ID, "sessions")), 204)
	b.untouched(func() {
		if _, err := b.dir.SolveChallenge(ctx, by, id, codes[0]); err != error(roster.ErrSessionNotFound) {
			t.Errorf("solve: %v", err)
		}
	})
	if u, err := b.dir.UpdateOwnMFA(ctx, by, true); err != nil || !u.MFA {
		t.Errorf("switch: %v", err)
	}
	b.recorded()
}

// A secret that was sealed for another row does not open.
func TestASealedSecretIsBoundToItsRow(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, thief := b.person(appless), b.person(appless)
	a := b.enrolled(p)
	stolen, err := b.store.Authenticator(t.Context(), b.project.Number, p.ID, "totp")
	b.must(err)
	stolen.ID, stolen.UserID = "copy", thief.ID
	b.write(func(tx store.Tx) error { return tx.CreateAuthenticator(b.project.Number, &stolen) })
	h := withSession(thief.secret)
	b.refuses(solve(b.challenged(h, "totp"), a.shows(0)).as(h), roster.ErrInternal)
}

func TestTheLinkIsReadByAppsAsItIsMeant(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(appless)
	key, err := otp.NewKeyFromURL(b.enrol(withSession(p.secret)).link)
	b.must(err)
	if key.Type() != "totp" || key.Issuer() != "demo" || key.AccountName() != p.Email || key.Period() != 30 || key.Digits() != otp.DigitsSix || key.Algorithm() != otp.AlgorithmSHA1 {
		t.Errorf("the link %s is read as %s of %s, %d s, %d digits, %s", key, key.AccountName(), key.Issuer(), key.Period(), key.Digits(), key.Algorithm())
	}
}
