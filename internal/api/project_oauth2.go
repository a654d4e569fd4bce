package api

import (
	"net/http"

	"roster"
	"roster/internal/directory"
)

func projectOAuth2Endpoints() []Endpoint {
	return []Endpoint{
		on(Endpoint{
			Name: "projectUpdateOAuth2Oidc", Method: http.MethodPatch, Path: "/project/oauth2/oidc", Scopes: []roster.Scope{roster.ProjectOAuth2Write}, Status: 200,
			Summary: "Set the provider that users sign in with by OpenID Connect. Users are known by their ids there: before another provider takes its place, delete the identities.",
			Event:   roster.OIDCUpdated,
		}, (*API).updateOIDC),
	}
}

// oidcParams change what they give and leave the rest.
type oidcParams struct {
	ClientID         *roster.TextParam    `param:"clientId" default:"" max:"256" doc:"The project's id as a client of the provider."`
	ClientSecret     *roster.TextParam    `param:"clientSecret" default:"" max:"2048" doc:"The client's secret, which is never shown."`
	WellKnownURL     *roster.WellKnownURL `param:"wellKnownURL" default:"" doc:"Where the provider describes itself, with /.well-known/openid-configuration at the end."`
	AuthorizationURL *roster.ProviderURL  `param:"authorizationURL" default:"" doc:"Where users sign in, if not where the discovery document says."`
	TokenURL         *roster.ProviderURL  `param:"tokenURL" default:"" doc:"Where codes are exchanged, if not where the discovery document says."`
	UserInfoURL      *roster.ProviderURL  `param:"userInfoURL" default:"" doc:"Where it is told who has signed in, if not where the discovery document says."`
	Prompt           *roster.Prompts      `param:"prompt" default:"" doc:"What the provider shall ask for, whoever has signed in there already."`
	MaxAge           *roster.Range        `param:"maxAge" default:"" min:"0" max:"2147483647" doc:"Seconds after which the provider shall ask users to sign in again."`
	Enabled          *roster.BoolParam    `param:"enabled" default:"" doc:"Whether users may sign in so."`
}

func (a *API) updateOIDC(r *Request, in oidcParams) (oidcModel, error) {
	o, err := a.Directory.UpdateOIDC(r, r.By, (*string)(in.ClientSecret), func(o *roster.OIDC) {
		change(&o.ClientID, in.ClientID)
		change(&o.WellKnownURL, in.WellKnownURL)
		change(&o.AuthorizationURL, in.AuthorizationURL)
		change(&o.TokenURL, in.TokenURL)
		change(&o.UserInfoURL, in.UserInfoURL)
		if in.Prompt != nil {
			o.Prompt = *in.Prompt
		}
		if in.MaxAge != nil {
			o.MaxAge = (*int64)(in.MaxAge)
		}
		if in.Enabled != nil {
			o.Enabled = bool(*in.Enabled)
		}
	})
	return newOIDC(o), err
}

// change sets a text that is given.
func change[T ~string](to *string, given *T) {
	if given != nil {
		*to = string(*given)
	}
}

type oidcModel struct {
	ID               string   `json:"$id"`
	Enabled          bool     `json:"enabled"`
	ClientID         string   `json:"clientId"`
	ClientSecret     string   `json:"clientSecret"` // always empty
	WellKnownURL     string   `json:"wellKnownURL"`
	AuthorizationURL string   `json:"authorizationURL"`
	TokenURL         string   `json:"tokenURL"`
	UserInfoURL      string   `json:"userInfoURL"`
	Prompt           []string `json:"prompt"`
	MaxAge           *int64   `json:"maxAge"`
}

func newOIDC(o roster.OIDC) oidcModel {
	return oidcModel{
		ID: directory.OIDCProvider, Enabled: o.Enabled, ClientID: o.ClientID, WellKnownURL: o.WellKnownURL, AuthorizationURL: o.AuthorizationURL,
		TokenURL: o.TokenURL, UserInfoURL: o.UserInfoURL, Prompt: append([]string{}, o.Prompt...), MaxAge: o.MaxAge,
	}
}
