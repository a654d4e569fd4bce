package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster"
)

const formKind = "application/x-www-form-urlencoded"

func form(method, path, body string) call { return sent(method, path, formKind, body) }

// multipartOf writes the fields of a form as multipart/form-data.
func multipartOf(method, path, body string) call {
	var b strings.Builder
	for field := range strings.SplitSeq(body, "&") {
		name, value, _ := strings.Cut(field, "=")
		fmt.Fprintf(&b, "--x\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", name, value)
	}
	return sent(method, path, "multipart/form-data; boundary=x", b.String()+"--x--\r\n")
}

// Forms know texts, lists and maps, as PHP reads them (contract section 1.2).
func TestFormsAreReadAsPHPDoes(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	labels := func(want ...any) func(*reply) {
		return func(r *reply) {
			r.b.t.Helper()
			if want == nil {
				want = []any{}
			}
			if diff := cmp.Diff(want, r.at("labels")); diff != "" {
				r.b.t.Errorf("labels (-want +got):\n%s", diff)
			}
		}
	}
	body := func(want string) func(*reply) {
		return func(r *reply) {
			r.b.t.Helper()
			if r.body != want {
				r.b.t.Errorf("%s, want %s", r.body, want)
			}
		}
	}
	name := func(want string) func(*reply) {
		return func(r *reply) { r.b.t.Helper(); r.is(map[string]string{"name": want}) }
	}
	for _, test := range []struct {
		method, path, form string
		check              func(*reply)
	}{
		{"PUT", "labels", "labels[]=a&labels[]=b", labels("a", "b")},
		{"PUT", "labels", "labels[0]=b&labels[1]=a", labels("b", "a")},
		{"PUT", "labels", "labels[]=a&labels[5]=b&labels[]=c", labels("a", "b", "c")},
		{"PUT", "labels", "labels[1]=b&labels[0]=a", labels("b", "a")},
		{"PUT", "labels", "labels[x]=a&labels[y]=b", labels("a", "b")},
		{"PUT", "labels", "labels[0]=a&labels[0]=b", labels("b")},
		{"PATCH", "prefs", "prefs[theme]=dark&prefs[size]=7", body(`{"theme":"dark","size":"7"}`)},
		{"PATCH", "prefs", "prefs[a][b][]=1&prefs[a][b][]=2&prefs[a][c]=3", body(`{"a":{"b":["1","2"],"c":"3"}}`)},
		{"PATCH", "prefs", "prefs[a.b c]=1", body(`{"a.b c":"1"}`)},
		{"PATCH", "name", "name=one&name=two", name("two")},
		{"PATCH", "name", "name=", name("")},
		{"PATCH", "name", "name", name("")},
		{"PATCH", "name", "other=1&name=x=y&", name("x=y")},
		{"PATCH", "status", "status=false", func(r *reply) { r.b.t.Helper(); r.is(map[string]string{"status": "false"}) }},
		{"PATCH", "status", "status=1", func(r *reply) { r.b.t.Helper(); r.is(map[string]string{"status": "true"}) }},
	} {
		b.run(test.form, func(b *bed) {
			for _, make := range []func(_, _, _ string) call{form, multipartOf} {
				test.check(b.answers(make(test.method, user(id, test.path), test.form), 200))
			}
		})
	}
	b.answers(form("PATCH", user(id, "name"), "name=M%C3%AFra+%26+%4f"), 200).is(map[string]string{"name": "Mïra & O"})
	b.answers(multipartOf("PATCH", user(id, "name"), "name=M%C3%AFra+x"), 200).is(map[string]string{"name": "M%C3%AFra+x"})
	token := b.answers(form("POST", user(id, "tokens"), "length=10&expire=+60+"), 201)
	if got := len(token.text("secret")); got != 10 {
		t.Errorf("a token of %d digits, want 10", got)
	}
}

func TestFormsCannotSayEverything(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	scrypt := "userId=unique()&email=a@x.com&password=12345678&passwordSalt=s&passwordMemory=1&passwordParallel=1&passwordLength=64&passwordCpu=8"
	for _, test := range []struct{ method, path, form, param string }{
		{"PATCH", user(id, "mfa"), "mfa=true", "mfa"},
		{"PATCH", user(id, "verification"), "emailVerification=1", "emailVerification"},
		{"POST", "/v1/users/scrypt", scrypt, "passwordCpu"},
		{"PUT", user(id, "labels"), "labels=a", "labels"},
		{"PUT", user(id, "labels"), "labels[0][0]=a", "labels"},
		{"PUT", user(id, "labels"), "labels.0=a", "labels"},
		{"PATCH", user(id, "prefs"), "prefs={}", "prefs"},
		{"PATCH", user(id, "prefs"), "prefs[]=a", "prefs"},
		{"PATCH", user(id, "prefs"), "prefs[0]=a&prefs[1]=b", "prefs"},
		{"PATCH", user(id, "name"), "name[]=x", "name"},
		{"PATCH", user(id, "name"), "name[x]=y", "name"},
		{"PATCH", user(id, "name"), "na.me=x", "name"},
	} {
		b.run(test.form, func(b *bed) {
			b.untouched(func() {
				b.blames(form(test.method, test.path, test.form), test.param)
				b.blames(multipartOf(test.method, test.path, test.form), test.param)
			})
		})
	}
	b.untouched(func() {
		b.blames(form("PATCH", user(id, "name"), "name=%ff"), "name")
		b.blames(form("PATCH", user(id, "name"), "name=%zz"), "name") // cannot be decoded, so it is missing
		b.blames(form("PATCH", user(id, "prefs"), "prefs[%ff]=a"), "prefs")
		b.blames(form("PATCH", user(id, "name"), "name=a%00b"), "name")
		b.blames(form("PATCH", user(id, "name"), "x=1"+repeat("&x=1", 9999)+"&name=late"), "name") // fields beyond 10,000 are not read
	})
	b.answers(form("PATCH", user(id, "name"), "x=1"+repeat("&x=1", 9998)+"&name=intime"), 200)
}

func TestQueryStringsKnowEverySpellingOfLists(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, id := range []string{"a", "b", "c"} {
		b.answers(post("/v1/users", params{"userId": quote(id)}), 201)
	}
	const last, one = `%7B%22method%22:%22orderDesc%22,%22attribute%22:%22$id%22%7D`, `%7B%22method%22:%22limit%22,%22values%22:%5B1%5D%7D`
	for _, spelling := range []string{
		"queries[]=" + last + "&queries[]=" + one, "queries[0]=" + last + "&queries[1]=" + one, "queries%5B0%5D=" + last + "&queries%5B1%5D=" + one,
		"queries%5B%5D=" + last + "&queries%5B%5D=" + one, "queries[]=" + last + "&queries[1]=" + one, "queries[7]=" + last + "&queries[3]=" + one,
		"queries[a]=" + last + "&queries[b]=" + one, "queries=lost&queries[]=" + last + "&queries[]=" + one, "queries[]=" + last + "&x=1&queries[]=" + one,
	} {
		r := b.answers(get("/v1/users?"+spelling, nil), http.StatusOK)
		if got := r.each("users", "$id"); len(got) != 1 || got[0] != "c" {
			t.Errorf("%s = %q", spelling, got)
		}
	}
	for _, spelling := range []string{
		"queries=" + one, "queries[]=" + one + "&queries=" + one, "queries[0][]=" + one, "queries[0][method]=limit", "queries=", "queries[]=", "queries[]=%ff",
		"search[]=x", "total[]=true", "total=%ff",
		"queries[]=" + one + repeat("&queries[]="+one, 9_999),
	} {
		b.refuses(get("/v1/users?"+spelling, nil), roster.ErrArgument)
	}
	for _, no := range []string{"false", "0"} {
		b.answers(get("/v1/users?total="+no, nil), 200).is(map[string]string{"total": "0", "users.2.$id": "c"})
	}
	for _, yes := range []string{"true", "1"} {
		b.answers(get("/v1/users?total="+yes, nil), 200).is(map[string]string{"total": "3"})
	}
}
