package api

import (
	"strings"
	"testing"
	"time"

	"roster"
)

// found are the users that contract section 5.6 speaks of, and some more.
func (b *bed) found() {
	b.t.Helper()
	for _, p := range []params{
		{"userId": `"cr7"`, "email": `"cristiano.ronaldo@manchester-united.co.uk"`, "name": `"Cristiano Ronaldo"`, "phone": `"+351912345678"`},
		{"userId": `"lm10"`, "email": `"lionel.messi@psg.fr"`, "name": `"Lionel Messi"`},
		{"userId": `"65f1a2b3c4d5e6f7a8b9"`, "email": `"jose@mourinho.pt"`, "name": `"José MOURINHO dos Santos"`},
		{"userId": `"Ar.n-o_ld"`, "name": `"Arnold Müller-Straße 李小龙"`},
		{"userId": `"zero"`, "name": `"0 7"`},
	} {
		b.answers(post("/v1/users", p), 201)
	}
	b.answers(put(user("lm10", "labels"), params{"labels": `["goat","leftfoot"]`}), 200)
}

func TestUsersAreSearched(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.found()
	b.beside("other").found()
	for _, test := range []struct{ search, want string }{
		{"Ronaldo", "cr7"},
		{"cristiano", "cr7"},
		{"MANCHESTER", "cr7"},
		{"united", "cr7"},
		{"cr7", "cr7"},
		{"CR7", "cr7"},
		{"65f1a2b3c4d5e6f7a8b9", "65f1a2b3c4d5e6f7a8b9"},
		{"Ar.n-o_ld", "Ar.n-o_ld"},
		{"cristiano.ronaldo@manchester-united.co.uk", "cr7"},
		{"united.co.uk", "cr7"},
		{"cristiano.ronaldo", "cr7"},
		{"Cristiano Ronaldo", "cr7"},
		{"ronaldo cristiano", "cr7"},
		{"cristiano messi", ""}, // all words are wanted
		{`"Cristiano Ronaldo"`, "cr7"},
		{`"Ronaldo Cristiano"`, ""},
		{`"lionel messi" goat`, "lm10"},
		{`"lionel messi" cr7`, ""},
		{`"cristiano`, "cr7"}, // a quote that does not end
		{`"cristian"`, ""},    // a phrase has whole words
		{`"dos santos"`, "65f1a2b3c4d5e6f7a8b9"},
		{"+351912345678", "cr7"},
		{"351912345678", "cr7"},
		{"351", "cr7"},
		{"man", "cr7"},       // the last word is a prefix
		{"cris ronaldo", ""}, // only the last
		{"ronaldo cris", "cr7"},
		{"nald", ""}, // not the middle
		{"goat", "lm10"},
		{"label:goat", "lm10"},
		{"leftfoot messi", "lm10"},
		{"jose", "65f1a2b3c4d5e6f7a8b9"},
		{"JOSÉ mourinho", "65f1a2b3c4d5e6f7a8b9"},
		{"jose\u0301", "65f1a2b3c4d5e6f7a8b9"},
		{"muller", "Ar.n-o_ld"},
		{"MÜLLER", "Ar.n-o_ld"},
		{"李小龙", "Ar.n-o_ld"},
		{"李", "Ar.n-o_ld"},
		{"0", "zero"},
		{"7", "zero"},
		{"nobody", ""},
		{">", ""},
		{"@", ""},
		{`""`, ""},
		{`"`, ""},
		{"*", ""},
		{" ", ""},
		{"😀", ""},
		{"cr7 >", "cr7"},
		{"messi*", "lm10"},
		{"messi OR ronaldo", ""},
		{"messi AND lionel", ""},
		{"NOT messi", ""},
		{"-messi", "lm10"},
		{"messi)", "lm10"},
		{"'; drop table users; --", ""},
		{`name:messi`, ""},
		{`^lionel`, "lm10"},
		{"lionel NEAR messi", ""},
		{"co uk fr", ""},
		{repeat("messi ", 42) + "mess", "lm10"},
		{repeat("x", 256), ""},
	} {
		b.run(test.search, func(b *bed) {
			b.lists(get("/v1/users", params{"search": quote(test.search)}), "users", strings.Fields(test.want)...)
		})
	}
}

// The words follow every change of the user.
func TestSearchFollowsTheUser(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(post("/v1/users", params{"userId": `"ada"`, "email": `"first@example.com"`, "phone": `"+12025550100"`, "name": `"Augusta"`}), 201)
	search := func(words, want string) {
		t.Helper()
		b.lists(get("/v1/users", params{"search": quote(words)}), "users", strings.Fields(want)...)
	}
	for _, test := range []struct {
		call     call
		old, new string
	}{
		{patch(user("ada", "name"), params{"name": `"Lovelace"`}), "augusta", "lovelace"},
		{patch(user("ada", "email"), params{"email": `"second@example.com"`}), "first", "second"},
		{patch(user("ada", "phone"), params{"number": `"+4930123456"`}), "+12025550100", "+4930123456"},
		{put(user("ada", "labels"), params{"labels": `["countess"]`}), "nothing", "countess"},
		{put(user("ada", "labels"), params{"labels": `[]`}), "countess", "lovelace"},
	} {
		b.answers(test.call, 200)
		search(test.old, "")
		search(test.new, "ada")
	}
	b.answers(patch(user("ada", "prefs"), params{"prefs": `{"a":"secretword"}`}), 200)
	search("secretword", "")
	b.answers(del(user("ada")), 204)
	search("lovelace", "")
}

// Search goes together with filters, orders and pages.
func TestSearchIsOneFilterAmongOthers(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, id := range []string{"a", "b", "c", "d"} {
		b.answers(post("/v1/users", params{"userId": quote(id), "name": quote("Twin " + id)}), 201)
		b.clock.forward(time.Second)
	}
	b.answers(patch(user("b", "status"), params{"status": "false"}), 200)
	twins := func(queries ...string) call { return get("/v1/users", pick(queries...).with("search", `"twin"`)) }
	b.lists(twins(`equal status true`), "users", "a", "c", "d")
	b.lists(twins(`orderDesc`), "users", "d", "c", "b", "a")
	b.answers(twins(`limit - 1`, `cursorAfter - "b"`), 200).is(map[string]string{"total": "4", "users.0.$id": "c", "users.1": ""})
	b.answers(twins(`orderDesc name`, `cursorBefore - "b"`), 200).is(map[string]string{"total": "4", "users.0.$id": "d", "users.1.$id": "c"})
	b.refuses(twins(`cursorAfter - "nobody"`), roster.ErrCursorNotFound)
}
