package api

import (
	"strings"
	"testing"

	"roster"
	"roster/internal/oidc/oidctest"
)

const configuring = "/v1/project/oauth2/oidc"

func TestTheProviderIsConfiguredBitByBit(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.must(b.trust(roster.OIDC{}))
	b.configure(roster.OIDC{})
	b.answers(patch(configuring, params{"enabled": "false", "clientId": `""`, "clientSecret": `""`}), 200).is(map[string]string{
		"$id": "oidc", "enabled": "false", "clientId": "", "clientSecret": "", "wellKnownURL": "", "authorizationURL": "", "tokenURL": "", "userInfoURL": "", "prompt": "[]", "maxAge": "",
	})
	places := params{"authorizationURL": `"https://a.example/"`, "tokenURL": `"https://b.example/"`, "userInfoURL": `"https://c.example/"`}
	b.blamesNobody(patch(configuring, places.with("enabled", "true")))
	b.answers(patch(configuring, params{"clientId": `"us"`}), 200).is(map[string]string{"clientId": "us", "enabled": "false"})
	b.blamesNobody(patch(configuring, places.with("enabled", "true")))
	b.answers(patch(configuring, params{"clientSecret": `"of ours"`}), 200).is(map[string]string{"clientId": "us", "clientSecret": ""})
	for name := range places {
		b.blamesNobody(patch(configuring, places.without(name).with("enabled", "true")))
	}
	b.answers(patch(configuring, places.with("enabled", "true")), 200).is(map[string]string{
		"enabled": "true", "clientId": "us", "authorizationURL": "https://a.example/", "tokenURL": "https://b.example/", "userInfoURL": "https://c.example/",
	})
	// What is enabled stays complete.
	for _, name := range []string{"clientId", "clientSecret", "tokenURL"} {
		b.blamesNobody(patch(configuring, params{name: `""`}))
	}
	b.answers(patch(configuring, params{"tokenURL": `""`, "wellKnownURL": `"https://d.example/.well-known/openid-configuration"`}), 200).is(map[string]string{"enabled": "true", "tokenURL": ""})
	b.answers(patch(configuring, params{"prompt": `["login"]`, "maxAge": "0"}), 200).is(map[string]string{"prompt": "[login]", "maxAge": "0"})
	b.untouched(func() {
		b.answers(patch(configuring, params{}), 200).is(map[string]string{"clientId": "us", "prompt": "[login]", "maxAge": "0", "enabled": "true"})
		b.answers(patch(configuring, params{"prompt": "null", "clientId": "null", "enabled": "null", "maxAge": "null"}), 200).is(map[string]string{"clientId": "us"})
	})
	b.answers(patch(configuring, params{"prompt": "[]", "enabled": "false"}), 200).is(map[string]string{"prompt": "[]", "enabled": "false"})
	if stored := b.dump(); strings.Contains(stored, "of ours") {
		t.Error("the secret is stored in clear, or in the log")
	}
}

// blamesNobody wants parameters to be refused together.
func (b *bed) blamesNobody(c call) {
	b.t.Helper()
	b.untouched(func() {
		if r := b.refuses(c, roster.ErrArgument); !strings.Contains(r.text("message"), "wellKnownURL or all of") {
			b.t.Errorf("%s %v says %s", c, c.params, r.body)
		}
	})
}

func TestTheLogTellsWhatChangedOfTheProvider(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(patch(configuring, params{"clientId": `"us"`, "clientSecret": `"of ours"`, "prompt": `["login"]`}), 200)
	var changes, event, who string
	b.must(b.file.QueryRow("select event, actor_name, changes from events order by seq desc limit 1").Scan(&event, &who, &changes))
	if want := `{"clientId":["` + oidctest.ClientID + `","us"],"prompt":[null,["login"]]}`; event != roster.OIDCUpdated.Suffix || who != "all" || changes != want {
		t.Errorf("%s by %s: %s, want %s", event, who, changes, want)
	}
}

// The next sign-in goes where the provider is now.
func TestAnotherProviderCountsAtOnce(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	one, other := oidctest.New(t), oidctest.New(t)
	for _, p := range []*oidctest.Provider{one, other, one} {
		p.Clock = b.clock.Now
		b.answers(patch(configuring, params{
			"wellKnownURL": quote(p.WellKnown()), "authorizationURL": `""`, "tokenURL": `""`, "userInfoURL": `""`, "clientSecret": quote(oidctest.ClientSecret), "enabled": "true",
		}), 200)
		j := b.setsOff("sessions", nil, guest)
		if !strings.HasPrefix(j.to.String(), p.URL) {
			t.Errorf("it leads to %s, want %s", j.to, p.URL)
		}
		j.signsIn(p).landed()
	}
}

func TestTheProviderIsTheProjectsOwn(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	other := b.beside("other")
	b.answers(patch(configuring, params{"clientId": `"us"`}), 200)
	other.answers(patch(configuring, params{"clientId": `"them"`}), 200).is(map[string]string{"clientId": "them", "enabled": "false", "tokenURL": ""})
	b.answers(patch(configuring, nil), 200).is(map[string]string{"clientId": "us", "enabled": "true"})
	other.refuses(get("/v1/account/tokens/oauth2/oidc", nil).as(guest), roster.ErrOAuthDisabled)
}
