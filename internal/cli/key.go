package cli

import (
	"github.com/spf13/cobra"

	"roster"
)

func newKey() *cobra.Command {
	return group("key", "Create, list and revoke API keys",
		"An API key lets a program act in one project, within the key's scopes.\nWhat these commands change is in force at a running server when they return.",
		newKeyCreate(), newKeyList(), newKeyRevoke())
}

// keyJSON is a key in the output of --json. Times are those of the API, empty
// if there is none.
type keyJSON struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Project    string         `json:"project"`
	Scopes     []roster.Scope `json:"scopes"`
	Expire     string         `json:"expire"`
	CreatedAt  string         `json:"createdAt"`
	AccessedAt string         `json:"accessedAt"`
	SDKs       []string       `json:"sdks"`
	Secret     string         `json:"secret,omitempty"` // only when it is made
}

func keyView(p roster.Project, k roster.Key) keyJSON {
	return keyJSON{
		ID: k.ID, Name: k.Name, Project: p.ID, Scopes: append([]roster.Scope{}, k.Scopes...), Expire: k.ExpiresAt.String(),
		CreatedAt: k.CreatedAt.String(), AccessedAt: k.AccessedAt.String(), SDKs: append([]string{}, k.SDKs...),
	}
}
