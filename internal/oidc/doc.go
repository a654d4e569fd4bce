// Package oidc signs people in with another provider by OpenID Connect: the
// authorization code flow with PKCE, and whatever must be true of the answers.
//
// It knows the protocol only: whom a person is here, and whether they may come
// in, is the directory's business. It keeps no state but discovery documents,
// and asks nobody but the providers that projects have configured.
package oidc
