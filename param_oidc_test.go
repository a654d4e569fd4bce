package roster_test

import (
	"net/url"
	"strings"
	"testing"

	"roster"
)

// What Roster asks a provider, nobody in between may read or change.
func TestOnlyURLsThatNobodyCanListenToAreSecure(t *testing.T) {
	for text, want := range map[string]bool{
		"https://login.example.com":       true,
		"https://login.example.com:8443/": true,
		"HTTPS://login.example.com":       true,
		"https://10.0.0.7/":               true,
		"http://localhost:8080/x":         true,
		"http://127.0.0.1/":               true,
		"http://127.1.2.3/":               true,
		"http://[::1]:80/":                true,
		"http://login.example.com":        false,
		"http://10.0.0.7/":                false,
		"http://localhost.example.com":    false,
		"http://127.0.0.1.example.com":    false,
		"http://2130706433/":              false,
		"http://0.0.0.0/":                 false,
		"https://user@login.example.com":  false,
		"http://localhost@evil.example":   false,
		"https:login.example.com":         false,
		"https:///login":                  false,
		"//login.example.com":             false,
		"ftp://login.example.com":         false,
		"file:///etc/passwd":              false,
		"javascript:alert(1)":             false,
		"":                                false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := roster.SecureURL(u); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestAProviderIsCompleteWithAClientAndItsPlaces(t *testing.T) {
	client := roster.OIDC{ClientID: "id", ClientSecret: "sealed"}
	discovered, explicit := client, client
	discovered.WellKnownURL = "https://a.example"
	explicit.AuthorizationURL, explicit.TokenURL, explicit.UserInfoURL = "https://a.example", "https://b.example", "https://c.example"
	for _, o := range []roster.OIDC{discovered, explicit} {
		if !o.Complete() {
			t.Errorf("%+v is not complete", o)
		}
		for name, take := range map[string]func(*roster.OIDC){
			"id": func(o *roster.OIDC) { o.ClientID = "" }, "secret": func(o *roster.OIDC) { o.ClientSecret = "" },
			"URLs":               func(o *roster.OIDC) { o.WellKnownURL, o.TokenURL = "", "" },
			"place to sign in":   func(o *roster.OIDC) { o.WellKnownURL, o.AuthorizationURL = "", "" },
			"place of user info": func(o *roster.OIDC) { o.WellKnownURL, o.UserInfoURL = "", "" },
		} {
			lacking := o
			if take(&lacking); lacking.Complete() {
				t.Errorf("it is complete without %s: %+v", name, lacking)
			}
		}
	}
}

func listOf(words ...string) roster.Value {
	v := roster.Value{Kind: roster.List}
	for _, word := range words {
		v.List = append(v.List, roster.Text(word))
	}
	return v
}

func TestPromptsAreThoseOfTheProtocol(t *testing.T) {
	var p roster.Prompts
	if err := p.Parse(listOf("login", "consent", "login"), roster.Bounds{}); err != nil || strings.Join(p, " ") != "login consent" {
		t.Errorf("%q (%v)", p, err)
	}
	for _, bad := range [][]string{{"none", "login"}, {"login", "none"}, {"Login"}, {""}, {"create"}} {
		if err := p.Parse(listOf(bad...), roster.Bounds{}); err == nil {
			t.Errorf("%q are prompts", bad)
		}
	}
}
