package api

import (
	"testing"
	"time"

	"roster"
)

func target(id, typ, identifier string) params {
	return params{"targetId": quote(id), "providerType": quote(typ), "identifier": quote(identifier)}
}

// The identifier must suit the type (contract section 3.15).
func TestATargetsIdentifierSuitsItsType(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	for _, test := range []struct {
		typ, identifier string
		want            *roster.Error
	}{
		{"email", "Ada@Example.COM", nil},
		{"email", "+12025550100", roster.ErrInvalidEmail},
		{"email", "ada@localhost", roster.ErrInvalidEmail},
		{"sms", "+12025550100", nil},
		{"sms", "12025550100", roster.ErrInvalidPhone},
		{"sms", "+9992025550100", roster.ErrInvalidPhone},
		{"sms", "ada@example.com", roster.ErrInvalidPhone},
		{"push", "whatever 😀", nil},
		{"EMAIL", "ada@example.com", roster.ErrProviderType},
		{"Push", "whatever", roster.ErrProviderType},
	} {
		b.run(test.typ+" "+test.identifier, func(b *bed) {
			c := post(user(p.ID, "targets"), target(b.fresh(), test.typ, test.identifier))
			if test.want != nil {
				b.untouched(func() {
					b.refuses(c, test.want)
					// It is looked at before the user.
					c.path = user("nobody", "targets")
					b.refuses(c, test.want)
				})
				return
			}
			b.answers(c, 201).is(map[string]string{"providerType": test.typ, "identifier": test.identifier, "userId": p.ID, "expired": "false"})
		})
	}
}

func TestNoTwoTargetsShareIDOrIdentifier(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	mine, theirs := b.person(), b.person()
	b.sameRows(func() {
		for _, owner := range []person{mine, theirs} {
			b.refuses(post(user(mine.ID, "targets"), target(owner.target.ID, "push", "x")), roster.ErrTargetExists)
			b.refuses(post(user(mine.ID, "targets"), target("TARGET-"+owner.ID, "push", "x")), roster.ErrTargetExists)
			b.refuses(post(user(mine.ID, "targets"), target("new", "email", owner.target.Identifier)), roster.ErrTargetExists)
			// Across types, too.
			b.refuses(post(user(mine.ID, "targets"), target("new", "push", owner.target.Identifier)), roster.ErrTargetExists)
		}
		b.refuses(patch(user(mine.ID, "targets", mine.target.ID), params{"identifier": quote(theirs.target.Identifier)}), roster.ErrTargetExists)
	})
	// Identifiers are not folded.
	b.answers(post(user(mine.ID, "targets"), target("upper", "email", "N"+mine.target.Identifier[1:])), 201)
}

// A new target keeps the provider that is there, whatever it sends, and is made
// without one that is not (contract section 3.15, and Q18).
func TestANewTargetKeepsAProviderThatIsThere(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.provider("fcm", "push")
	b.provider("twilio", "texts")
	b.beside("other").provider("fcm", "foreign")
	for _, test := range []struct{ given, kept string }{{"push", "push"}, {"texts", "texts"}, {"Push", ""}, {"foreign", ""}, {"nothing", ""}} {
		id := b.fresh()
		c := post(user(p.ID, "targets"), target(id, "push", "token "+id).with("providerId", quote(test.given)))
		b.answers(c, 201).is(map[string]string{"providerId": test.kept})
		b.answers(get(user(p.ID, "targets", id), nil), 200).is(map[string]string{"providerId": test.kept})
	}
}

func TestAnUpdatedTargetTakesAProviderThatSendsItsType(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	for id, kind := range map[string]string{"push": "fcm", "apple": "apns", "texts": "twilio", "mail": "smtp"} {
		b.provider(kind, id)
	}
	b.beside("other").provider("fcm", "foreign")
	b.answers(post(user(p.ID, "targets"), target("t", "push", "x").with("providerId", `"push"`).with("name", `"Phone"`)), 201)
	path, mail := user(p.ID, "targets", "t"), user(p.ID, "targets", p.target.ID)
	b.untouched(func() {
		for _, id := range []string{"other", "foreign", "PUSH"} {
			b.refuses(patch(path, params{"providerId": quote(id)}), roster.ErrProviderNotFound)
		}
		b.refuses(patch(path, params{"providerId": `"texts"`}), roster.ErrProviderType)
		b.refuses(patch(mail, params{"providerId": `"push"`}), roster.ErrProviderType)
		b.answers(patch(path, params{"providerId": `"push"`}), 200)
		// The identifier is looked at first, the target before it.
		b.refuses(patch(mail, params{"identifier": `"x"`, "providerId": `"push"`}), roster.ErrInvalidEmail)
		b.refuses(patch(user(p.ID, "targets", "none"), params{"identifier": `"x"`, "providerId": `"other"`}), roster.ErrTargetNotFound)
	})
	b.answers(patch(mail, params{"providerId": `"mail"`}), 200).is(map[string]string{"providerId": "mail"})
	b.clock.forward(time.Second)
	b.answers(patch(path, params{"name": `"Tablet"`, "identifier": `"y"`, "providerId": `"apple"`}), 200).
		is(map[string]string{"providerId": "apple", "name": "Tablet", "identifier": "y", "$updatedAt": b.now().String(), "$createdAt": p.CreatedAt.String()})
}

// Who deletes a provider may be about to make another one with its id.
func TestTargetsOutliveTheirProvider(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.provider("fcm", "push")
	b.answers(post(user(p.ID, "targets"), target("t", "push", "x").with("providerId", `"push"`)), 201)
	path := user(p.ID, "targets", "t")
	before := b.answers(get(path, nil), 200).body
	b.answers(del("/v1/messaging/providers/push"), 204)
	if after := b.answers(get(path, nil), 200).body; after != before {
		t.Errorf("the target became %s, was %s", after, before)
	}
	b.refuses(patch(path, params{"providerId": `"push"`}), roster.ErrProviderNotFound)
	b.answers(patch(path, params{"name": `"still"`}), 200).is(map[string]string{"providerId": "push", "name": "still"})
	b.provider("apns", "push")
	b.answers(patch(path, params{"providerId": `"push"`}), 200).is(map[string]string{"providerId": "push"})
}

func TestAnUpdatedTargetKeepsToItsType(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.answers(post(user(p.ID, "targets"), target("sms", "sms", "+12025550199")), 201)
	b.untouched(func() {
		b.refuses(patch(user(p.ID, "targets", p.target.ID), params{"identifier": `"+12025550198"`}), roster.ErrInvalidEmail)
		b.refuses(patch(user(p.ID, "targets", "sms"), params{"identifier": `"ada@example.com"`}), roster.ErrInvalidPhone)
	})
	b.answers(patch(user(p.ID, "targets", "sms"), params{"identifier": `"+12025550198"`}), 200).is(map[string]string{"identifier": "+12025550198"})
}

func TestATargetUpdateWithoutNewsChangesNothing(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.answers(patch(user(p.ID, "targets", p.target.ID), params{"name": `"Home"`}), 200)
	before := b.answers(get(user(p.ID, "targets", p.target.ID), nil), 200).body
	b.clock.forward(time.Second)
	b.untouched(func() {
		for _, same := range []params{{}, {"name": `"Home"`}, {"identifier": quote(p.target.Identifier)}, {"name": "null", "identifier": "null", "providerId": "null"}} {
			if got := b.answers(patch(user(p.ID, "targets", p.target.ID), same), 200).body; got != before {
				t.Errorf("%v = %s, want %s", same, got, before)
			}
		}
		// An unparsed body is no parameters (contract section 1.2).
		b.answers(call{method: "PATCH", path: user(p.ID, "targets", p.target.ID), body: "name=x", header: header{"Content-Type": "text/plain"}}, 200)
	})
}

// A new identifier may be reachable again.
func TestANewIdentifierIsNotExpired(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(func(p *person) { p.target.Expired = true })
	path := user(p.ID, "targets", p.target.ID)
	b.answers(get(path, nil), 200).is(map[string]string{"expired": "true"})
	b.answers(patch(path, params{"name": `"still"`}), 200).is(map[string]string{"expired": "true"})
	b.answers(patch(path, params{"identifier": `"new@elsewhere.example"`}), 200).is(map[string]string{"expired": "false"})
}

// The target of the user's own address is a target like others: what happens
// to it does not reach the user.
func TestATargetsChangesDoNotReachTheUser(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.signedUp()
	ids, _ := b.targetsOf(p.ID, "email")
	b.answers(patch(user(p.ID, "targets", ids[0]), params{"identifier": `"else@elsewhere.example"`}), 200)
	b.answers(get(user(p.ID), nil), 200).is(map[string]string{"email": p.Email, "targets.0.identifier": "else@elsewhere.example"})
	b.answers(del(user(p.ID, "targets", ids[0])), 204)
	b.refuses(del(user(p.ID, "targets", ids[0])), roster.ErrTargetNotFound)
	b.answers(get(user(p.ID), nil), 200).is(map[string]string{"email": p.Email, "targets.0.providerType": "sms", "targets.1": ""})
}

// A user shows a thousand targets, the oldest; the list pages through all.
func TestAUserShowsAThousandTargets(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.manyTargets(p.ID, 1000)
	ids := b.answers(get(user(p.ID), nil), 200).each("targets", "$id")
	if len(ids) != 1000 || ids[0] != p.target.ID {
		t.Errorf("%d targets, the first %s", len(ids), ids[0])
	}
	if ids := b.answers(get("/v1/users", nil), 200).each("users.0.targets", "$id"); len(ids) != 1000 {
		t.Errorf("%d targets in the list", len(ids))
	}
	r := b.answers(get(user(p.ID, "targets"), nil), 200).is(map[string]string{"total": "1001"})
	if got := len(r.each("targets", "$id")); got != 25 {
		t.Errorf("%d targets on a page", got)
	}
}
