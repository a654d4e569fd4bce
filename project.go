package roster

import (
	"slices"
	"strings"
)

// ProjectNumber is the short key that every row of a project begins with.
type ProjectNumber int32

// Project is a directory of its own: nothing in it is visible to another.
type Project struct {
	Number               ProjectNumber
	ID                   string
	Name                 string
	Settings             Settings
	OIDC                 OIDC
	CreatedAt, UpdatedAt Time
}

// Key is an API key without its secret, of which only a digest is kept.
type Key struct {
	ID                   string
	Name                 string
	Scopes               []Scope
	SDKs                 []string
	Digest               string
	CreatedAt, UpdatedAt Time
	ExpiresAt            Time // zero: never
	AccessedAt           Time
}

// Scope is a permission that a credential carries (contract section 2.3).
type Scope string

// The scopes of the contract that keys carry.
const (
	UsersRead            Scope = "users.read"
	UsersWrite           Scope = "users.write"
	SessionsRead         Scope = "sessions.read"
	SessionsWrite        Scope = "sessions.write"
	TeamsRead            Scope = "teams.read"
	TeamsWrite           Scope = "teams.write"
	ProvidersRead        Scope = "providers.read"
	ProvidersWrite       Scope = "providers.write"
	PoliciesWrite        Scope = "policies.write"
	ProjectPoliciesWrite Scope = "project.policies.write"
	ProjectOAuth2Write   Scope = "project.oauth2.write"
)

// The scopes that callers hold by being who they are (companion section 3.2):
// everybody is public, every key may ask for the server's health, and who is
// signed in has an account.
const (
	Public     Scope = "public"
	HealthRead Scope = "health.read"
	Account    Scope = "account"
)

// Scopes lists the scopes that a key can be given.
func Scopes() []Scope {
	return []Scope{
		UsersRead, UsersWrite, SessionsRead, SessionsWrite, TeamsRead, TeamsWrite, ProvidersRead, ProvidersWrite,
		PoliciesWrite, ProjectPoliciesWrite, ProjectOAuth2Write,
	}
}

// ParseScope returns the scope called s.
func ParseScope(s string) (Scope, error) {
	if slices.Contains(Scopes(), Scope(s)) {
		return Scope(s), nil
	}
	return "", ErrArgument.With("There is no scope " + s + ". Scopes are: " + joinScopes() + ".")
}

func joinScopes() string {
	var names []string
	for _, s := range Scopes() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}
