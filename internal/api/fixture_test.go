package api

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/store"
	"roster/internal/token"
)

// person is a user with one of everything that can be theirs.
type person struct {
	roster.User
	target        roster.Target // an email of its own, not the user's
	session       roster.Session
	secret        string // the session's, as it is sent
	identity      roster.Identity
	team          roster.Team
	membership    roster.Membership
	authenticator roster.Authenticator
	challenge     roster.Challenge
	code          string // the challenge's
	accounts      string // how the ids of the project's messaging providers end
}

var noPassword = password.None()

// person stores a person in the project, all in one transaction. Name, email
// and number are made from a fresh name.
func (b *bed) person(edits ...func(*person)) person {
	b.t.Helper()
	name, now := b.fresh(), b.now()
	plain := secret.Random(8)
	p := person{
		User: roster.User{
			ID: name, Name: "Person " + name, Email: name + "@people.example", Phone: "+1202555" + strconv.Itoa(1000+b.names), Enabled: true,
			CreatedAt: now, UpdatedAt: now, RegisteredAt: now, AccessedAt: now, Hash: noPassword.Algorithm, HashOptions: string(noPassword.Options), Labels: []string{}, Prefs: "{}",
		},
		target:        roster.Target{ProviderType: "email", Identifier: name + "@elsewhere.example"},
		session:       roster.Session{ExpiresAt: now.Add(time.Hour), Provider: "server", SecretDigest: secret.Digest(plain), UserAgent: "UNKNOWN", Country: "--", Factors: []string{"server"}},
		secret:        token.EncodeSession(name, plain),
		identity:      roster.Identity{Provider: "github", ProviderUID: "uid-" + name, ProviderEmail: name + "@github.example"},
		team:          roster.Team{Name: "Team " + name},
		membership:    roster.Membership{InvitedAt: now, JoinedAt: now, Confirmed: true, Roles: []string{"editor"}},
		authenticator: roster.Authenticator{Type: "totp", Verified: true},
		challenge:     roster.Challenge{Type: directory.FactorCustom, ExpiresAt: now.Add(time.Hour)},
		code:          "503917",
	}
	for _, edit := range edits {
		edit(&p)
	}
	p.own(b)
	b.keep(&p)
	p.accounts = b.withProviders(p.ID)
	return p
}

// withProviders gives the project a messaging provider of each kind, unless it
// has them, and returns how their ids end.
func (b *bed) withProviders(end string) string {
	b.t.Helper()
	if known := b.accounts[b.project.Number]; known != "" {
		return known
	}
	b.accounts[b.project.Number] = end
	for _, k := range roster.ProviderKinds() {
		p := roster.Provider{ID: k.Name + "-" + end, Name: k.Title, Kind: k.Name, Type: k.Type, Options: "{}", CreatedAt: b.now(), UpdatedAt: b.now()}
		p.Credentials = b.dir.Secrets.Seal("{}", directory.ProviderPlace(b.project, p.ID))
		b.write(func(tx store.Tx) error { return tx.CreateProvider(b.project.Number, &p) })
	}
	return end
}

// provider makes a messaging provider of the kind.
func (b *bed) provider(kind, id string) {
	b.t.Helper()
	c := post("/v1/messaging/providers/"+kind, params{"providerId": quote(id), "name": quote(kind)})
	if kind == "smtp" {
		c = c.with("host", `"mail.example"`)
	}
	b.answers(c, 201)
}

// providerOf is the id of the provider that a call of the endpoint is about.
func (p person) providerOf(e Endpoint) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(e.Path, "/messaging/providers/"), "/")
	if kind == "{providerId}" {
		kind = "smtp"
	}
	return kind + "-" + p.accounts
}

// own gives everything ids and makes it the user's.
func (p *person) own(b *bed) {
	now := b.now()
	p.target.ID, p.target.UserID, p.target.CreatedAt, p.target.UpdatedAt = "target-"+p.ID, p.ID, now, now
	p.session.ID, p.session.UserID, p.session.CreatedAt, p.session.UpdatedAt = "session-"+p.ID, p.ID, now, now
	p.identity.ID, p.identity.UserID, p.identity.CreatedAt, p.identity.UpdatedAt = "identity-"+p.ID, p.ID, now, now
	p.team.ID, p.team.CreatedAt, p.team.UpdatedAt = "team-"+p.ID, now, now
	p.membership.ID, p.membership.UserID, p.membership.TeamID = "membership-"+p.ID, p.ID, p.team.ID
	p.membership.CreatedAt, p.membership.UpdatedAt = now, now
	p.authenticator.ID, p.authenticator.UserID, p.authenticator.CreatedAt, p.authenticator.UpdatedAt = "app-"+p.ID, p.ID, now, now
	p.authenticator.Data = b.dir.Secrets.Seal(appSecret, directory.AuthenticatorPlace(b.project, p.authenticator.ID))
	p.challenge.ID, p.challenge.UserID, p.challenge.CreatedAt = "challenge-"+p.ID, p.ID, now
	p.challenge.Code = b.dir.Secrets.Seal(p.code, directory.ChallengePlace(b.project, p.challenge.ID))
	p.identity.ProviderAccessToken = b.dir.Secrets.Seal("access-"+p.ID, directory.IdentityPlace(b.project, p.identity.ID))
	p.identity.ProviderRefreshToken = b.dir.Secrets.Seal("refresh-"+p.ID, directory.IdentityPlace(b.project, p.identity.ID))
}

// appSecret is what everybody's authenticator app makes its codes of.
const appSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

func (b *bed) keep(p *person) {
	b.t.Helper()
	n := b.project.Number
	b.write(func(tx store.Tx) error {
		for _, create := range []func() error{
			func() error { return tx.CreateUser(n, &p.User) },
			func() error { return tx.CreateTarget(n, &p.target) },
			func() error { return tx.CreateSession(n, &p.session) },
			func() error { return tx.CreateIdentity(n, &p.identity) },
			func() error { return tx.CreateTeam(n, &p.team) },
			func() error { return tx.CreateMembership(n, &p.membership) },
			func() error { return tx.CreateAuthenticator(n, &p.authenticator) },
			func() error { return tx.CreateChallenge(n, &p.challenge) },
		} {
			if err := create(); err != nil {
				return err
			}
		}
		return nil
	})
}

// nobody is a person of whom nothing is stored.
var nobody = person{
	User: roster.User{ID: "nobody"}, target: roster.Target{ID: "no-target"}, session: roster.Session{ID: "no-session"},
	identity: roster.Identity{ID: "no-identity"}, challenge: roster.Challenge{ID: "no-challenge"},
	team: roster.Team{ID: "no-team"}, membership: roster.Membership{ID: "no-membership"}, accounts: "nobody",
}

func (b *bed) write(fn func(store.Tx) error) {
	b.t.Helper()
	b.must(b.store.Write(b.t.Context(), fn))
}

// caller is someone of the project, for what is done without HTTP.
func (b *bed) caller() directory.Caller {
	return directory.Caller{Project: b.project, Actor: roster.Actor{Type: roster.ActorSystem}}
}

// withCodes gives the user recovery codes.
func (b *bed) withCodes(user string) {
	b.t.Helper()
	_, err := b.dir.CreateRecoveryCodes(b.t.Context(), b.caller(), user)
	b.must(err)
	b.recorded()
}

// endpoint returns the endpoint with the name.
func (b *bed) endpoint(name string) Endpoint {
	b.t.Helper()
	for _, e := range Endpoints() {
		if e.Name == name {
			return e
		}
	}
	b.t.Fatalf("there is no endpoint %s", name)
	return Endpoint{}
}

// valid returns a call of the endpoint that will succeed, with what it needs
// in place.
func (b *bed) valid(name string) call {
	b.t.Helper()
	e := b.endpoint(name)
	if !strings.Contains(e.Path, "{") && !e.open() {
		return call{method: e.Method, path: Prefix + e.Path, params: usual(e, b.fresh())}
	}
	return b.ready(e, b.person())
}

// ready returns a call of the endpoint about a person and puts in place what it
// needs besides.
func (b *bed) ready(e Endpoint, p person) call {
	b.t.Helper()
	c := b.of(e, p)
	if prepare := preparations[e.Name]; prepare != nil {
		c = prepare(b, p, c)
	}
	return c
}

// preparations are what endpoints need besides a person.
var preparations = map[string]func(*bed, person, call) call{
	"usersGetMFARecoveryCodes":    (*bed).prepareCodes,
	"usersUpdateMFARecoveryCodes": (*bed).prepareCodes,
	"accountCreateEmailPasswordSession": func(b *bed, p person, c call) call {
		b.withPassword(p)
		return c
	},
	"accountCreateSession": func(b *bed, p person, c call) call {
		return c.with("secret", quote(b.tokenOf(p)))
	},
	"accountOAuth2Redirect": func(b *bed, p person, c call) call { return b.begun(directory.Flow{}).back("a code that nobody knows") },
	"accountCreateMFAAuthenticator": func(b *bed, p person, c call) call {
		b.write(func(tx store.Tx) error { return tx.DeleteAuthenticator(b.project.Number, p.ID, p.authenticator.ID) })
		return c
	},
	"accountGetMFAAuthenticatorQR": func(b *bed, p person, c call) call {
		b.withNewApp(p)
		return c
	},
	"accountUpdateMFAAuthenticator": func(b *bed, p person, c call) call {
		b.withNewApp(p)
		return c.with("otp", quote(app{b, appSecret, ""}.shows(0)))
	},
	"accountDeleteMFAAuthenticator": (*bed).prepareFreshness,
	"accountGetMFARecoveryCodes": func(b *bed, p person, c call) call {
		return b.prepareCodes(p, b.prepareFreshness(p, c))
	},
	"accountUpdateMFARecoveryCodes": func(b *bed, p person, c call) call {
		return b.prepareCodes(p, b.prepareFreshness(p, c))
	},
	"accountUpdateMFAChallenge": func(b *bed, p person, c call) call {
		mailed := roster.Challenge{ID: "mailed-" + p.ID, UserID: p.ID, Type: directory.FactorEmail, CreatedAt: b.now(), ExpiresAt: b.now().Add(time.Hour)}
		mailed.Code = b.dir.Secrets.Seal(p.code, directory.ChallengePlace(b.project, mailed.ID))
		b.write(func(tx store.Tx) error { return tx.CreateChallenge(b.project.Number, &mailed) })
		return c.with("challengeId", quote(mailed.ID)).with("otp", quote(p.code))
	},
	"messagingDeleteProvider": func(b *bed, p person, c call) call {
		id := b.fresh()
		b.provider("fcm", id)
		c.path = "/v1/messaging/providers/" + id
		return c
	},
}

// withNewApp gives the person an app that has not shown a code yet.
func (b *bed) withNewApp(p person) {
	b.t.Helper()
	a := p.authenticator
	a.ID, a.Verified = "new-"+a.ID, false
	a.Data = b.dir.Secrets.Seal(appSecret, directory.AuthenticatorPlace(b.project, a.ID))
	b.write(func(tx store.Tx) error { return tx.CreateAuthenticator(b.project.Number, &a) })
}

// justSolved lets the person's session have solved a challenge just now.
func (b *bed) justSolved(p *person) { p.session.MFAUpdatedAt = b.now() }

// prepareFreshness lets the person's session have solved a challenge just now,
// unless it says when.
func (b *bed) prepareFreshness(p person, c call) call {
	b.t.Helper()
	if p.session.MFAUpdatedAt == 0 {
		b.justSolved(&p)
		b.write(func(tx store.Tx) error { return tx.UpdateSession(b.project.Number, &p.session) })
	}
	return c
}

func (b *bed) prepareCodes(p person, c call) call {
	b.withCodes(p.ID)
	return c
}

// plainPassword is that of everybody who has one.
const plainPassword = "correct horse battery"

// withPassword gives the person a password whose hash is old and quick.
func (b *bed) withPassword(p person) {
	b.t.Helper()
	sum := md5.Sum([]byte(plainPassword))
	b.edit(p.ID, func(u *roster.User) {
		text := hex.EncodeToString(sum[:])
		u.Password, u.Hash, u.HashOptions, u.PasswordUpdatedAt = &text, "md5", "{}", b.now()
	})
}

// edit changes a user without a record.
func (b *bed) edit(id string, edit func(*roster.User)) {
	b.t.Helper()
	b.write(func(tx store.Tx) error {
		before, err := tx.User(b.project.Number, id)
		if err != nil {
			return err
		}
		u := before
		edit(&u)
		_, err = tx.UpdateUser(b.project.Number, &before, &u)
		return err
	})
}

// tokenOf makes a token for the person and returns its secret.
func (b *bed) tokenOf(p person) string {
	b.t.Helper()
	_, secret, err := b.dir.CreateToken(b.t.Context(), b.caller(), p.ID, 64, 15*time.Minute)
	b.must(err)
	b.recorded()
	return secret
}

// of returns a call of the endpoint about a person. Who may not call it with a
// key calls as the person, or as nobody yet.
func (b *bed) of(e Endpoint, p person) call {
	path := strings.NewReplacer(
		"{userId}", p.ID, "{targetId}", p.target.ID, "{sessionId}", p.session.ID, "{identityId}", p.identity.ID,
		"{type}", "totp", "{challengeId}", p.challenge.ID, "{provider}", "oidc", "{projectId}", b.project.ID,
		"{teamId}", p.team.ID, "{membershipId}", p.membership.ID, "{providerId}", p.providerOf(e),
	).Replace(e.Path)
	c := call{method: e.Method, path: Prefix + path, params: usual(e, b.fresh())}
	switch {
	case slices.Contains(e.Scopes, roster.Account):
		c = c.as(withSession(p.secret))
	case e.SignIn || e.Links:
		c = c.as(guest)
	}
	switch e.Name {
	case "accountCreateEmailPasswordSession":
		c = c.with("email", quote(p.Email))
	case "accountCreateSession":
		c = c.with("userId", quote(p.ID))
	case "accountOAuth2Redirect":
		c = c.with("state", quote(token.SignState("unknown", b.dir.Secrets.Derive("oauth2 state:"+b.project.ID))))
	}
	return c
}

// usual are the parameters that the endpoint requires, with values that can be
// sent once.
func usual(e Endpoint, name string) params {
	quoted := strconv.Quote(name)
	created := params{"userId": quoted, "email": strconv.Quote(name + "@made.example"), "password": `"$2a$04$of.a.hash.that.is.never.looked.at"`}
	switch e.Name {
	case "usersCreate":
		return params{"userId": quoted}
	case "usersCreateScryptUser":
		return created.with("passwordSalt", `"salt"`).with("passwordCpu", "8").with("passwordMemory", "14").with("passwordParallel", "1").with("passwordLength", "64")
	case "usersCreateScryptModifiedUser":
		return created.with("passwordSalt", `"c2FsdA=="`).with("passwordSaltSeparator", `"Bw=="`).with("passwordSignerKey", `"a2V5a2V5"`)
	case "usersUpdateStatus":
		return params{"status": "false"}
	case "usersUpdateLabels":
		return params{"labels": `["vip"]`}
	case "usersUpdateImpersonator":
		return params{"impersonator": "true"}
	case "usersUpdateName":
		return params{"name": quoted}
	case "usersUpdatePassword":
		return params{"password": `"a long password"`}
	case "usersUpdateEmail":
		return params{"email": strconv.Quote(name + "@moved.example")}
	case "usersUpdatePhone":
		return params{"number": phoneOf("+49151", name)}
	case "usersUpdateEmailVerification":
		return params{"emailVerification": "true"}
	case "usersUpdatePhoneVerification":
		return params{"phoneVerification": "true"}
	case "accountCreateMFAChallenge":
		return params{"factor": `"totp"`}
	case "accountUpdateMFAAuthenticator":
		return params{"otp": `"123456"`}
	case "accountUpdateMFAChallenge":
		return params{"challengeId": `"unknown"`, "otp": `"123456"`}
	case "usersUpdateMFA", "accountUpdateMFA":
		return params{"mfa": "true"}
	case "usersUpdatePrefs":
		return params{"prefs": `{"theme":"dark"}`}
	case "usersCreateTarget":
		return params{"targetId": quoted, "providerType": `"push"`, "identifier": strconv.Quote("token-" + name)}
	case "messagingCreateSMTPProvider":
		return params{"providerId": quoted, "name": quoted, "host": `"mail.example"`}
	case "projectUpdatePasswordHistoryPolicy", "projectUpdateSessionLimitPolicy":
		return params{"total": "10"}
	case "projectUpdateUserLimitPolicy":
		return params{"total": "10000"}
	case "projectUpdateSessionDurationPolicy":
		return params{"duration": "31536000"}
	case "projectUpdateSessionInvalidationPolicy":
		return params{"enabled": "true"}
	case "projectUpdatePasswordDictionaryPolicy", "projectUpdatePasswordPersonalDataPolicy", "projectUpdateSessionAlertPolicy":
		return params{"enabled": "false"}
	case "usersUpdateTarget", "accountUpdateName":
		return params{"name": quoted}
	case "accountCreate":
		return params{"userId": quoted, "email": strconv.Quote(name + "@made.example"), "password": quote(plainPassword)}
	case "accountUpdatePassword", "accountCreateEmailPasswordSession":
		return params{"password": quote(plainPassword)}
	case "accountUpdateEmail":
		return params{"email": strconv.Quote(name + "@moved.example"), "password": quote(plainPassword)}
	case "accountUpdatePhone":
		return params{"phone": phoneOf("+49152", name), "password": quote(plainPassword)}
	case "accountUpdatePrefs":
		return params{"prefs": `{"theme":"dark"}`}
	case "accountCreateSession":
		return params{"secret": `"unknown"`}
	case "teamsCreate":
		return params{"teamId": quoted, "name": quoted}
	case "teamsUpdateName":
		return params{"name": quoted}
	case "teamsCreateMembership":
		return params{"email": strconv.Quote(name + "@made.example"), "phone": phoneOf("+49153", name), "roles": `["editor"]`}
	case "teamsUpdateMembership":
		return params{"roles": list(name)}
	}
	switch {
	case strings.HasPrefix(e.Name, "messagingCreate"):
		return params{"providerId": quoted, "name": quoted}
	case strings.HasPrefix(e.Name, "messagingUpdate"):
		return params{"name": quoted}
	}
	if e.Method == http.MethodPost && strings.HasPrefix(e.Path, "/users/") && strings.Count(e.Path, "/") == 2 {
		return created
	}
	return params{}
}

// phoneOf is a number that is the name's alone, as JSON.
func phoneOf(prefix, name string) string {
	return quote(fmt.Sprintf("%s%09s", prefix, strings.TrimPrefix(name, "name")))
}

func digestOf(plain string) string { return secret.Digest(plain) }
