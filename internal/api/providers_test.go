package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roster"
	"roster/internal/store"
)

const messaging = "/v1/messaging/providers/"

// filledProvider has a value for each field of a kind, as JSON; what may be
// secret holds the word, by which it is found where it must not be.
func filledProvider(k *roster.ProviderKind, word string) params {
	p := params{}
	for _, f := range slices.Concat(k.Credentials, k.Options) {
		switch f.Kind.(type) {
		case *roster.BoolParam:
			p[f.Name] = "false"
		case *roster.Range:
			p[f.Name] = "2525"
		case *roster.EmailParam:
			p[f.Name] = `"hello@okafor.example"`
		case *roster.PhoneParam:
			p[f.Name] = `"+4915112345678"`
		case *roster.Encryption:
			p[f.Name] = `"tls"`
		case *roster.Object:
			p[f.Name] = `{"private_key":` + quote(word+f.Name) + `}`
		default:
			p[f.Name] = quote(word + f.Name)
		}
	}
	return p
}

// TestEveryKindKeepsWhatItIsGiven and shows it, credentials in clear.
func TestEveryKindKeepsWhatItIsGiven(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, k := range roster.ProviderKinds() {
		b.run(k.Name, func(b *bed) {
			given := filledProvider(k, "word of ")
			c := post(messaging+k.Name, given.with("providerId", quote(k.Name)).with("name", `"Name"`))
			r := b.answers(c, 201).is(map[string]string{
				"$id": k.Name, "name": "Name", "provider": k.Name, "type": k.Type, "enabled": "false", "$createdAt": b.now().String(), "$updatedAt": b.now().String(),
			})
			for part, fields := range map[string][]roster.ProviderField{"credentials": k.Credentials, "options": k.Options} {
				want := make(map[string]any)
				for _, f := range fields {
					want[f.Name] = decodedJSON(b.t, given[f.Name])
				}
				if got := within(decodedJSON(b.t, r.body), part); fmt.Sprint(got) != fmt.Sprint(want) {
					b.t.Errorf("%s = %v, want %v", part, got, want)
				}
			}
			if got := b.answers(get(messaging+k.Name, nil), 200).body; got != r.body {
				b.t.Errorf("it is read as %s, was made as %s", got, r.body)
			}
			listed := b.answers(get("/v1/messaging/providers", pick(`equal $id `+quote(k.Name))), 200).body
			if want := `{"total":1,"providers":[` + r.body + `]}`; listed != want {
				b.t.Errorf("it is listed as %s, want %s", listed, want)
			}
		})
	}
}

// A kind is enabled with what it needs and nothing less, when it is made and
// later (companion section 11).
func TestEveryKindNeedsWhatItNeeds(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, k := range roster.ProviderKinds() {
		b.run(k.Name, func(b *bed) {
			needed := params{}
			for name, value := range filledProvider(k, "w") {
				if slices.Contains(k.Needs, name) {
					needed[name] = value
				}
			}
			create := func(p params) (string, bool) {
				id := b.fresh()
				r := b.answers(post(messaging+k.Name, p.with("providerId", quote(id)).with("name", `"N"`)), 201)
				return messaging + k.Name + "/" + id, r.text("enabled") == "true"
			}
			if _, enabled := create(needed.with("enabled", "true")); !enabled {
				b.t.Error("it is not enabled with all that it needs")
			}
			if _, enabled := create(needed); enabled {
				b.t.Error("it is enabled unasked")
			}
			for name := range needed {
				if name == "host" {
					continue // which no provider is made without
				}
				path, enabled := create(needed.without(name).with("enabled", "true"))
				if enabled {
					b.t.Errorf("it is enabled without %s", name)
				}
				b.untouched(func() {
					r := b.refuses(patch(path, params{"enabled": "true"}), roster.ErrMissingCredential)
					if !strings.HasSuffix(r.text("message"), "without "+name+".") {
						b.t.Errorf("without %s: %s", name, r.text("message"))
					}
				})
				b.answers(patch(path, params{"enabled": "true", name: needed[name]}), 200).is(map[string]string{"enabled": "true"})
				b.answers(patch(path, params{"enabled": "false"}), 200).is(map[string]string{"enabled": "false"})
				b.answers(patch(path, params{"enabled": "true"}), 200).is(map[string]string{"enabled": "true"})
			}
		})
	}
}

// Of an update, only what is not empty changes anything; alone, nothing else.
func TestAnUpdateOfAProviderChangesWhatIsGiven(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, k := range roster.ProviderKinds() {
		b.run(k.Name, func(b *bed) {
			path := messaging + k.Name + "/" + k.Name
			b.answers(post(messaging+k.Name, filledProvider(k, "old ").with("providerId", quote(k.Name)).with("name", `"Name"`)), 201)
			b.clock.forward(time.Second)
			news := filledProvider(k, "new ")
			maps.Copy(news, params{"name": `"Post"`})
			for name := range news {
				switch news[name] {
				case "false":
					news[name] = "true"
				case "2525":
					news[name] = "25"
				case `"tls"`:
					news[name] = `"none"`
				case `"hello@okafor.example"`, `"+4915112345678"`:
					news[name] = quote("new@okafor.example")
				}
			}
			for name, value := range news {
				before := b.answers(get(messaging+k.Name, nil), 200)
				b.untouched(func() {
					empties := params{name: "null"}
					if value[0] == '"' && name != "name" && name != "encryption" {
						b.answers(patch(path, params{name: `""`}), 200)
					}
					b.answers(patch(path, empties), 200)
				})
				after := b.answers(patch(path, params{name: value}), 200).is(map[string]string{"$updatedAt": b.now().String()})
				if changed := changedIn(before, after); !slices.Equal(changed, []string{name}) {
					b.t.Errorf("%s = %s changes %q", name, value, changed)
				}
				b.untouched(func() { b.answers(patch(path, params{name: value}), 200) })
			}
		})
	}
}

// changedIn lists the names, credentials and options that differ.
func changedIn(before, after *reply) (changed []string) {
	for _, part := range []string{"", "credentials", "options"} {
		was, is := before.decoded().(map[string]any), after.decoded().(map[string]any)
		if part != "" {
			was, is = was[part].(map[string]any), is[part].(map[string]any)
		}
		for name := range is {
			if name != "$updatedAt" && name != "credentials" && name != "options" && fmt.Sprint(was[name]) != fmt.Sprint(is[name]) {
				changed = append(changed, name)
			}
		}
	}
	return changed
}

func TestAProviderOfAnotherKindIsNotUpdated(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	kinds := roster.ProviderKinds()
	for _, k := range kinds {
		b.provider(k.Name, "a-"+k.Name)
	}
	b.untouched(func() {
		for _, k := range kinds {
			for _, other := range kinds {
				if c := patch(messaging+other.Name+"/a-"+k.Name, params{"name": `"N"`, "enabled": "true"}); other != k {
					b.refuses(c, roster.ErrProviderType)
				}
			}
			b.refuses(patch(messaging+k.Name+"/A-"+k.Name, params{"name": `"N"`}), roster.ErrProviderNotFound)
		}
	})
}

func TestProviderIDsAreUniqueWithinTheProject(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.provider("twilio", "one")
	b.untouched(func() {
		for _, k := range roster.ProviderKinds() {
			for _, id := range []string{"one", "ONE"} {
				b.refuses(post(messaging+k.Name, params{"providerId": quote(id), "name": `"N"`, "host": `"h"`}), roster.ErrProviderExists)
			}
		}
	})
	other := b.beside("other")
	other.provider("fcm", "one")
	other.answers(get(messaging+"one", nil), 200).is(map[string]string{"provider": "fcm"})
	b.answers(get(messaging+"one", nil), 200).is(map[string]string{"provider": "twilio"})
	b.answers(del(messaging+"one"), 204)
	other.answers(get("/v1/messaging/providers", nil), 200).is(map[string]string{"total": "1"})
	b.provider("fcm", "one")
}

// Of many who make a provider with one id at once, one does.
func TestOneOfManyMakesTheProvider(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	const many = 16
	var made, refused int
	var counting sync.Mutex
	var all sync.WaitGroup
	kinds := roster.ProviderKinds()
	for i := range many {
		r := b.request(post(messaging+kinds[i%len(kinds)].Name, params{"providerId": `"one"`, "name": `"N"`, "host": `"h"`}))
		all.Go(func() {
			w := httptest.NewRecorder()
			b.api.ServeHTTP(w, r)
			counting.Lock()
			defer counting.Unlock()
			switch w.Code {
			case http.StatusCreated:
				made++
			case http.StatusConflict:
				refused++
			}
		})
	}
	all.Wait()
	if made != 1 || refused != many-1 {
		t.Errorf("%d are made and %d refused", made, refused)
	}
	if events := b.recorded(); len(events) != 1 {
		t.Errorf("%d records: %q", len(events), events)
	}
}

// What a provider is trusted with stands nowhere in the folder in clear, also
// after it has changed and gone.
func TestCredentialsAreSealedAtRest(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	const mark, public = "k33p-th1s-", "sh0wn-"
	for _, k := range roster.ProviderKinds() {
		given := filledProvider(k, mark)
		for _, f := range k.Options {
			given[f.Name] = strings.Replace(given[f.Name], mark, public, 1)
		}
		b.answers(post(messaging+k.Name, given.with("providerId", quote(k.Name)).with("name", quote(public+k.Name))), 201)
		for name, value := range given {
			if strings.Contains(value, mark) {
				b.answers(patch(messaging+k.Name+"/"+k.Name, params{name: strings.Replace(value, mark, mark+"2-", 1)}), 200)
			}
		}
	}
	b.answers(del(messaging+"ses"), 204)
	b.refuses(get(messaging+"ses", nil), roster.ErrProviderNotFound)
	if onPostgres {
		return // whose files are not here
	}
	var all strings.Builder
	files, err := filepath.Glob(filepath.Join(b.folder, "*"))
	b.must(err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		b.must(err)
		all.Write(content)
	}
	if !strings.Contains(all.String(), public) {
		t.Fatal("the folder does not even hold what is no secret: the test looks in the wrong place")
	}
	if strings.Contains(all.String(), mark) {
		t.Error("a credential stands in the folder in clear")
	}
}

// A row's credentials open for that row only.
func TestSealedCredentialsAreBoundToTheirRow(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(post(messaging+"vonage", params{"providerId": `"a"`, "name": `"A"`, "apiKey": `"k"`}), 201)
	stored, err := b.store.Provider(t.Context(), b.project.Number, "a")
	b.must(err)
	other := b.beside("other")
	for _, to := range []struct {
		*bed
		id string
	}{{b, "b"}, {other, "a"}} {
		p := stored
		p.ID = to.id
		to.write(func(tx store.Tx) error { return tx.CreateProvider(to.project.Number, &p) })
		to.refuses(get(messaging+to.id, nil), roster.ErrInternal)
		to.refuses(get("/v1/messaging/providers", nil), roster.ErrInternal)
		to.refuses(patch(messaging+"vonage/"+to.id, params{"name": `"N"`}), roster.ErrInternal)
		to.answers(del(messaging+to.id), 204)
	}
}

// The log tells what has changed, but for credentials.
func TestAProvidersRecordsTellNoCredentials(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	created := b.now().String()
	b.answers(post(messaging+"twilio", params{"providerId": `"sms"`, "name": `"SMS"`, "authToken": `"hunter2"`, "accountSid": `"hunter2"`}), 201)
	b.answers(patch(messaging+"twilio/sms", params{"name": `"Texts"`, "authToken": `"hunter3"`, "from": `"+4915112345678"`, "enabled": "true"}), 200)
	b.answers(patch(messaging+"twilio/sms", params{"authToken": `"hunter4"`}), 200)
	b.answers(del(messaging+"sms"), 204)
	var got []string
	rows, err := b.file.Query("select event, audit, user_id, resource, actor_id, coalesce(changes, '') from events order by seq")
	b.must(err)
	defer rows.Close()
	for rows.Next() {
		var event, audit, user, resource, actor, changes string
		b.must(rows.Scan(&event, &audit, &user, &resource, &actor, &changes))
		got = append(got, strings.Join([]string{event, audit, user, resource, actor, changes}, " | "))
	}
	want := []string{
		"providers.[providerId].create | provider.create |  | sms | key-of-demo | ",
		`providers.[providerId].update | provider.update |  | sms | key-of-demo | {"enabled":[false,true],"name":["SMS","Texts"],"options":[{},{"from":"+4915112345678"}]}`,
		"providers.[providerId].update | provider.update |  | sms | key-of-demo | ",
		`providers.[providerId].delete | provider.delete |  | sms | key-of-demo | {"$createdAt":"` + created + `","$id":"sms","enabled":true,"name":"Texts","options":{"from":"+4915112345678"}}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestProvidersAreFilteredAndPaged(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for i, kind := range []string{"smtp", "twilio", "fcm", "ses"} {
		b.provider(kind, fmt.Sprint("p", i))
		b.clock.forward(time.Second)
	}
	b.answers(patch(messaging+"smtp/p0", params{"enabled": "true", "fromEmail": `"hello@okafor.example"`, "name": `"Letters"`}), 200)
	b.cases("/v1/messaging/providers", "providers", []listCase{
		{nil, "p0 p1 p2 p3"},
		one(`equal type "email"`, "p0 p3"),
		one(`equal provider "twilio","fcm"`, "p1 p2"),
		one(`equal enabled true`, "p0"),
		one(`startsWith name "lett"`, "p0"),
		one(`orderDesc name`, "p1 p3 p2 p0"),
		one(`orderDesc $createdAt`, "p3 p2 p1 p0"),
		one(`greaterThan $createdAt "2026-03-04T00:00:00.000+00:00"`, "p0 p1 p2 p3"),
		one(`notEqual $id "p1"`, "p0 p2 p3"),
	})
	whole := []string{"p0", "p1", "p2", "p3"}
	for _, order := range [][]string{nil, {"orderAsc type"}, {"orderDesc enabled"}, {"orderDesc $updatedAt"}} {
		want := b.answers(get("/v1/messaging/providers", pick(order...)), 200).each("providers", "$id")
		if got := b.walk("/v1/messaging/providers", "providers", order, "cursorAfter"); !slices.Equal(got, want) || len(got) != len(whole) {
			t.Errorf("%q: page by page %q, want %q", order, got, want)
		}
	}
	b.lists(get("/v1/messaging/providers", params{"search": `"LETT"`}), "providers", "p0")
	b.lists(get("/v1/messaging/providers", params{"search": `"hello@okafor"`}), "providers")
	b.answers(get("/v1/messaging/providers", params{"total": "false"}), 200).is(map[string]string{"total": "0", "providers.3.$id": "p3"})
	b.refuses(get("/v1/messaging/providers", pick(`cursorAfter - "p4"`)), roster.ErrCursorNotFound)
	b.refuses(get("/v1/messaging/providers", pick(`search name "x"`)), roster.ErrQuery)
	b.blames(get("/v1/messaging/providers", pick(`equal credentials "x"`)), "queries")
}

// What clients send in forms is text, which some fields take and some do not.
func TestProvidersAreMadeFromForms(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	form := header{"Content-Type": "application/x-www-form-urlencoded"}
	c := call{method: "POST", path: messaging + "smtp", body: "providerId=a&name=A&host=h&port=25", header: form}
	b.answers(c, 201).is(map[string]string{"credentials.port": "25", "options.autoTLS": "true"})
	c.body = "providerId=b&name=A&host=h&autoTLS=true"
	b.blames(c, "autoTLS")
	c.path, c.body = messaging+"fcm", "providerId=c&name=A&serviceAccountJSON[project_id]=okafor"
	b.answers(c, 201).is(map[string]string{"credentials.serviceAccountJSON.project_id": "okafor"})
}

// FuzzProvidersAreReadAsTheyWereWritten sends texts and wants each back.
func FuzzProvidersAreReadAsTheyWereWritten(f *testing.F) {
	for _, text := range []string{"", "a", `"`, `\`, "<&>", "é😀", "\n\x00", "\u2028", strings.Repeat("x", 16385)} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, token, name string) {
		b := newAPI(t)
		r := b.send(post(messaging+"twilio", params{"providerId": `"sms"`, "name": `"SMS"`, "authToken": quote(token)}))
		fits := len([]rune(token)) <= 16384 && !strings.ContainsRune(token, 0)
		if (r.status == http.StatusCreated) != fits {
			t.Fatalf("%q: %d %s", token, r.status, r.body)
		}
		b.provider("mailgun", "mail")
		changed := b.send(patch(messaging+"mailgun/mail", params{"fromName": quote(name)}))
		for _, want := range []struct {
			reply *reply
			at    string
			text  string
		}{{r, "credentials.authToken", token}, {changed, "options.fromName", name}} {
			var sent string
			if json.Unmarshal([]byte(quote(want.text)), &sent); want.reply.status < http.StatusBadRequest && want.reply.text(want.at) != sent {
				t.Fatalf("%s is %q, want %q", want.at, want.reply.text(want.at), sent)
			}
		}
	})
}
