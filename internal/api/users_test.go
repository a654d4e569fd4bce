package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"roster"
	"roster/internal/store"
)

func TestANewUserHasTargetsForItsAddresses(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	r := b.answers(post("/v1/users", params{"userId": `"ada"`, "email": `" Ada@Example.COM "`, "phone": `"+12025550100"`, "name": `"Ada"`}), 201)
	r.is(map[string]string{
		"$id": "ada", "email": "ada@example.com", "phone": "+12025550100", "name": "Ada", "status": "true",
		"targets.0.providerType": "email", "targets.0.identifier": "ada@example.com", "targets.0.userId": "ada",
		"targets.1.providerType": "sms", "targets.1.identifier": "+12025550100", "targets.2": "",
	})
	if got := b.answers(get(user("ada"), nil), 200).body; got != r.body {
		t.Errorf("get = %s\ncreate = %s", got, r.body)
	}
}

func TestAUserNeedsNothingButAnID(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	bare := b.answers(post("/v1/users", params{"userId": `"ada"`}), 201)
	nulls := b.answers(post("/v1/users", params{"userId": `"bob"`, "email": "null", "phone": "null", "password": "null", "name": "null"}), 201)
	if want := strings.ReplaceAll(bare.body, `"ada"`, `"bob"`); nulls.body != want {
		t.Errorf("with nulls %s, without anything %s", nulls.body, want)
	}
	for _, field := range []string{"password", "emailCanonical", "emailIsFree", "emailIsDisposable", "emailIsCorporate", "emailIsCanonical", "impersonatorUserId"} {
		if !strings.Contains(bare.body, `"`+field+`":null`) {
			t.Errorf("%s is not null in %s", field, bare.body)
		}
	}
	b.answers(post("/v1/users", params{"userId": `"eve"`}), 201) // no address collides with none
}

func TestGeneratedIDsAreTheServers(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.dir.NewID = roster.NewID
	var ids []string
	for range 3 {
		id := b.answers(post("/v1/users", params{"userId": `"unique()"`}), 201).text("$id")
		if len(id) != 20 || strings.Trim(id, "0123456789abcdef") != "" || !strings.HasPrefix(id, fmt.Sprintf("%08x%05x", b.clock.Now().Unix(), b.clock.Now().Nanosecond()/1000)) {
			t.Errorf("the id %q is not 13 digits of the time and 7 random ones", id)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 3 {
		t.Errorf("ids come again: %q", ids)
	}
}

// creations are the endpoints that make users.
var creations = []string{
	"usersCreate", "usersCreateArgon2User", "usersCreateBcryptUser", "usersCreateMD5User", "usersCreateSHAUser",
	"usersCreatePHPassUser", "usersCreateScryptUser", "usersCreateScryptModifiedUser",
}

func TestNoTwoUsersShareIDOrAddress(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	taken := b.person()
	b.write(func(tx store.Tx) error {
		return tx.CreateTarget(b.project.Number, &roster.Target{ID: "t", UserID: taken.ID, ProviderType: "email", Identifier: taken.Email})
	})
	for _, name := range creations {
		b.run(name, func(b *bed) {
			c := b.valid(name)
			b.sameRows(func() {
				b.refuses(c.with("userId", quote(taken.ID)), roster.ErrUserExists)
				b.refuses(c.with("userId", quote(strings.ToUpper(taken.ID))), roster.ErrUserExists)
				b.refuses(c.with("email", quote(taken.Email)), roster.ErrUserExists)
				b.refuses(c.with("email", quote(strings.ToUpper(taken.Email))), roster.ErrUserExists)
				b.refuses(c.with("email", quote(taken.identity.ProviderEmail)), roster.ErrEmailExists)
				// The identity is looked at first (contract section 3.2, step 2).
				b.refuses(c.with("email", quote(taken.identity.ProviderEmail)).with("userId", quote(taken.ID)), roster.ErrEmailExists)
			})
			if name == "usersCreate" {
				b.sameRows(func() { b.refuses(c.with("phone", quote(taken.Phone)), roster.ErrUserExists) })
			}
			b.answers(c, 201)
		})
	}
}

func TestIDsAreFoundAsWritten(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(post("/v1/users", params{"userId": `"Ada.L"`}), 201)
	b.answers(get(user("Ada.L"), nil), 200)
	b.refuses(get(user("ada.l"), nil), roster.ErrUserNotFound)
	b.refuses(get(user("Ada_L"), nil), roster.ErrUserNotFound)
}

// An address that is someone's target already does not keep a user from being
// made; the target stays whose it was (contract section 3.2, step 10, and Q7).
func TestATakenTargetIsLeftOut(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	owner := b.person()
	r := b.answers(post("/v1/users", params{"userId": `"ada"`, "email": quote(owner.target.Identifier), "phone": `"+12025550100"`}), 201)
	r.is(map[string]string{"email": owner.target.Identifier, "targets.0.providerType": "sms", "targets.1": ""})
	b.answers(get(user(owner.ID, "targets"), nil), 200).is(map[string]string{"total": "1", "targets.0.$id": owner.target.ID})
}

// Limits of a project are for those who sign up, not for API keys.
func TestProjectLimitsDoNotConcernKeys(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) {
		s.UserLimit, s.RefuseDisposableEmails, s.RefuseFreeEmails, s.RequireCanonicalEmails, s.RequireCorporateEmails = 1, true, true, true, true
	})
	b.person()
	b.answers(post("/v1/users", params{"userId": `"ada"`, "email": `"a.d.a+tag@gmail.com"`}), 201)
	b.answers(post("/v1/users", params{"userId": `"bob"`, "email": `"bob@mailinator.com"`}), 201)
}

// The table of contract section 4.1.
func TestAnEmailTellsOfItself(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	for _, test := range []struct {
		email, canonical                  string
		free, disposable, corporate, same bool
	}{
		{"mira@okafor-works.example", "mira@okafor-works.example", false, false, true, true},
		{"mira+news@okafor-works.example", "mira+news@okafor-works.example", false, false, true, true},
		{"mi.ra+news@gmail.com", "mira@gmail.com", true, false, false, false},
		{"mira@googlemail.com", "mira@gmail.com", true, false, false, false},
		{"+mira@gmail.com", "+mira@gmail.com", true, false, false, true},
		{"mi.ra+news@hotmail.com", "mi.ra@outlook.com", true, false, false, false},
		{"mira+news@me.com", "mira@icloud.com", true, false, false, false},
		{"mira-a-b@yahoo.de", "mira-a@yahoo.com", true, false, false, false},
		{"mi.ra+news@pm.me", "mi.ra+news@protonmail.com", true, false, false, false},
		{"mira@mailinator.com", "mira@mailinator.com", false, true, false, true},
	} {
		r := b.answers(patch(user(id, "email"), params{"email": quote(test.email)}), 200)
		want := map[string]any{
			"emailCanonical": test.canonical, "emailIsFree": test.free, "emailIsDisposable": test.disposable,
			"emailIsCorporate": test.corporate, "emailIsCanonical": test.same,
		}
		for field, value := range want {
			if got := r.at(field); got != value {
				t.Errorf("%s: %s = %v, want %v", test.email, field, got, value)
			}
		}
	}
}

func TestDeletingAUserDeletesAllThatIsTheirs(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	stays := b.person()
	before := b.dump()
	goes := b.person(func(p *person) { p.Labels = []string{"vip"} })
	b.withCodes(goes.ID)
	b.answers(post(user(goes.ID, "tokens"), params{}), 201)
	b.answers(del(user(goes.ID)), 204)
	var left []string
	for _, row := range strings.Split(b.dump(), "\n") {
		// The log is the project's and stays, and so does the team. On PostgreSQL a
		// part of the count may have become nothing.
		none := strings.HasPrefix(row, "user_tallies ") && strings.HasSuffix(row, " 0]")
		if !none && !strings.Contains(before, row) && !strings.HasPrefix(row, "events ") && !strings.HasPrefix(row, "teams ") {
			left = append(left, row)
		}
	}
	if left != nil {
		t.Errorf("left behind:\n%s", strings.Join(left, "\n"))
	}
	for _, path := range []string{user(goes.ID), user(goes.ID, "sessions"), user(goes.ID, "targets"), user(goes.ID, "logs"), user(goes.ID, "mfa", "recovery-codes")} {
		b.refuses(get(path, nil), roster.ErrUserNotFound)
	}
	b.refuses(del(user(goes.ID)), roster.ErrUserNotFound)
	b.answers(get("/v1/users/identities", nil), 200).is(map[string]string{"total": "1", "identities.0.userId": stays.ID})
	b.answers(get("/v1/users", params{"search": quote(goes.Name)}), 200).is(map[string]string{"total": "0"})
	b.answers(get("/v1/users", params{"queries": list(`{"method":"contains","attribute":"labels","values":["vip"]}`)}), 200).is(map[string]string{"total": "0"})
	b.answers(get("/v1/users", nil), 200).is(map[string]string{"total": "1"})
}

func TestTheIDAndAddressesOfADeletedUserAreFree(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	old := b.person()
	b.withCodes(old.ID)
	b.answers(del(user(old.ID)), 204)
	b.answers(post("/v1/users", params{"userId": quote(old.ID), "email": quote(old.identity.ProviderEmail), "phone": quote(old.Phone)}), 201).
		is(map[string]string{"$id": old.ID, "targets.0.identifier": old.identity.ProviderEmail, "targets.1.identifier": old.Phone})
	b.refuses(get(user(old.ID, "mfa", "recovery-codes"), nil), roster.ErrNoRecoveryCodes)
	b.answers(get(user(old.ID, "sessions"), nil), 200).is(map[string]string{"total": "0"})
	b.answers(get(user(old.ID, "logs"), nil), 200).is(map[string]string{"total": "1", "logs.0.event": "user.create"})
}
