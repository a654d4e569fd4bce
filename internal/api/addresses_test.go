package api

import (
	"testing"
	"time"

	"roster"
	"roster/internal/store"
)

// addressKind is what email and phone have in common (contract sections 3.11
// and 3.12).
type addressKind struct {
	path, param, verified, target string
	of                            func(person) string
	fresh                         string // a sample that is nobody's
	taken                         *roster.Error
}

var addressKinds = []addressKind{
	{"email", "email", "emailVerification", "email", func(p person) string { return p.Email }, "{n}@moved.example", roster.ErrEmailExists},
	{"phone", "number", "phoneVerification", "sms", func(p person) string { return p.Phone }, "+4930{5}", roster.ErrPhoneExists},
}

func (k addressKind) set(id, value string) call {
	return patch(user(id, k.path), params{k.param: quote(value)})
}

// signedUp is a user made through the API, so that its addresses have targets.
func (b *bed) signedUp() person {
	b.t.Helper()
	p := person{User: roster.User{ID: b.fresh()}}
	p.Email, p.Phone = p.ID+"@made.example", b.filled("+4940{5}")
	b.answers(post("/v1/users", params{"userId": quote(p.ID), "email": quote(p.Email), "phone": quote(p.Phone)}), 201)
	b.answers(patch(user(p.ID, "verification"), params{"emailVerification": "true"}), 200)
	b.answers(patch(user(p.ID, "verification/phone"), params{"phoneVerification": "true"}), 200)
	return p
}

func (b *bed) eachAddress(test func(*bed, addressKind)) {
	for _, k := range addressKinds {
		b.run(k.path, func(b *bed) { test(b, k) })
	}
}

// targetOf returns the ids and identifiers of the user's targets of a type.
func (b *bed) targetsOf(id, typ string) (ids, identifiers []string) {
	b.t.Helper()
	r := b.answers(get(user(id, "targets"), params{"queries": list(`{"method":"equal","attribute":"providerType","values":["` + typ + `"]}`)}), 200)
	return r.each("targets", "$id"), r.each("targets", "identifier")
}

func TestAMovedAddressTakesItsTargetAlong(t *testing.T) {
	t.Parallel()
	newAPI(t).eachAddress(func(b *bed, k addressKind) {
		p := b.signedUp()
		before, _ := b.targetsOf(p.ID, k.target)
		b.clock.forward(time.Second)
		moved := b.filled(k.fresh)
		b.answers(k.set(p.ID, moved), 200).is(map[string]string{k.path: moved, k.verified: "false", "$updatedAt": b.now().String()})
		after, identifiers := b.targetsOf(p.ID, k.target)
		if len(after) != 1 || after[0] != before[0] || identifiers[0] != moved {
			b.t.Errorf("the target is %q %q, was %q", after, identifiers, before)
		}
		b.answers(k.set(b.signedUp().ID, k.of(p)), 200) // the old one is free
	})
}

func TestAnAddressCanBeRemovedAndSetAgain(t *testing.T) {
	t.Parallel()
	newAPI(t).eachAddress(func(b *bed, k addressKind) {
		p, q := b.signedUp(), b.signedUp()
		for _, id := range []string{p.ID, q.ID} { // two users may have none (Q10)
			r := b.answers(k.set(id, ""), 200).is(map[string]string{k.path: "", k.verified: "false", "targets.1": ""})
			if k.path == "email" && r.at("emailCanonical") != nil {
				b.t.Errorf("the facts stay: %s", r.body)
			}
			if ids, _ := b.targetsOf(id, k.target); len(ids) != 0 {
				b.t.Errorf("the target stays: %q", ids)
			}
		}
		b.untouched(func() { b.answers(k.set(p.ID, ""), 200) })
		b.answers(k.set(q.ID, k.of(p)), 200)
		if _, identifiers := b.targetsOf(q.ID, k.target); len(identifiers) != 1 || identifiers[0] != k.of(p) {
			b.t.Errorf("the targets are %q", identifiers)
		}
	})
}

// The address that the user has already is no change, verified or not (Q17).
func TestTheSameAddressAgainIsNoChange(t *testing.T) {
	t.Parallel()
	newAPI(t).eachAddress(func(b *bed, k addressKind) {
		p := b.signedUp()
		b.clock.forward(time.Second)
		b.untouched(func() { b.answers(k.set(p.ID, k.of(p)), 200).is(map[string]string{k.verified: "true"}) })
		if k.path == "email" {
			b.untouched(func() {
				b.answers(patch(user(p.ID, "email"), params{"email": quote(" N" + p.Email[1:] + " ")}), 200).is(map[string]string{k.verified: "true"})
			})
		}
	})
}

func TestATakenAddressIsRefused(t *testing.T) {
	t.Parallel()
	newAPI(t).eachAddress(func(b *bed, k addressKind) {
		p, other := b.signedUp(), b.signedUp()
		b.answers(post(user(p.ID, "targets"), params{"targetId": `"` + k.path + `"`, "providerType": `"push"`, "identifier": quote(b.filled(k.fresh))}), 201)
		own := b.answers(get(user(p.ID, "targets", k.path), nil), 200).text("identifier")
		b.sameRows(func() {
			b.refuses(k.set(p.ID, k.of(other)), roster.ErrTargetExists)
			b.refuses(k.set(p.ID, own), roster.ErrTargetExists)
		})
		// Without its target the address is still the other user's.
		ids, _ := b.targetsOf(other.ID, k.target)
		b.answers(del(user(other.ID, "targets", ids[0])), 204)
		b.sameRows(func() { b.refuses(k.set(p.ID, k.of(other)), k.taken) })
	})
}

// A target that was deleted comes back with the next change of the address.
func TestADeletedTargetIsMadeAnewWithTheNextAddress(t *testing.T) {
	t.Parallel()
	newAPI(t).eachAddress(func(b *bed, k addressKind) {
		p := b.signedUp()
		ids, _ := b.targetsOf(p.ID, k.target)
		b.answers(del(user(p.ID, "targets", ids[0])), 204)
		moved := b.filled(k.fresh)
		b.answers(k.set(p.ID, moved), 200)
		if again, identifiers := b.targetsOf(p.ID, k.target); len(again) != 1 || again[0] == ids[0] || identifiers[0] != moved {
			b.t.Errorf("the targets are %q %q", again, identifiers)
		}
	})
}

func TestAnEmailOfAnIdentityIsThatUsers(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	owner, other := b.person(), b.person()
	c := patch(user(other.ID, "email"), params{"email": quote(owner.identity.ProviderEmail)})
	b.sameRows(func() { b.refuses(c, roster.ErrEmailExists) })
	// The identity is looked at before the targets (contract section 3.11).
	b.write(func(tx store.Tx) error {
		return tx.CreateTarget(b.project.Number, &roster.Target{ID: "t", UserID: owner.ID, ProviderType: "email", Identifier: owner.identity.ProviderEmail})
	})
	b.sameRows(func() { b.refuses(c, roster.ErrEmailExists) })
	b.answers(del(user(owner.ID, "targets", "t")), 204)
	b.answers(patch(user(owner.ID, "email"), params{"email": quote(owner.identity.ProviderEmail)}), 200)
}
