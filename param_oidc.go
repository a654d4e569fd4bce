package roster

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// ProviderURL is where a provider is asked, or asks the user. It may be empty.
type ProviderURL string

// maxProviderURL is how many bytes such a URL may have.
const maxProviderURL = 2048

// Parse implements [Kind].
func (p *ProviderURL) Parse(v Value, _ Bounds) error {
	if v.Kind != String {
		return mustBe("a URL", v)
	}
	if v.Text != "" && !validProviderURL(v.Text) {
		return problem("must be a URL of https, such as https://login.example.com/token, or of http on localhost.")
	}
	*p = ProviderURL(v.Text)
	return nil
}

func validProviderURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && len(text) <= maxProviderURL && SecureURL(u) && !strings.Contains(text, "#")
}

// Schema implements [Kind].
func (ProviderURL) Schema(Bounds) Schema {
	return Schema{"type": "string", "maxLength": maxProviderURL}
}

// WellKnownPath ends the URL of every discovery document; what stands before it
// is the issuer (OpenID Connect Discovery 1.0, section 4).
const WellKnownPath = "/.well-known/openid-configuration"

// WellKnownURL is where a provider's discovery document is. It may be empty.
type WellKnownURL string

// Parse implements [Kind].
func (w *WellKnownURL) Parse(v Value, b Bounds) error {
	if v.Text != "" && !strings.HasSuffix(v.Text, WellKnownPath) {
		return problem("must be a URL that ends in " + WellKnownPath + ".")
	}
	return (*ProviderURL)(w).Parse(v, b)
}

// Schema implements [Kind].
func (WellKnownURL) Schema(b Bounds) Schema { return ProviderURL("").Schema(b) }

// Prompts say what a provider shall ask the user, whoever has signed in there
// already (OpenID Connect Core 1.0, section 3.1.2.1). "none" stands alone.
type Prompts []string

var prompts = []string{"none", "login", "consent", "select_account"}

// Parse implements [Kind].
func (p *Prompts) Parse(v Value, _ Bounds) error {
	if v.Kind != List && v.Kind != Map {
		return mustBe("a list of prompts", v)
	}
	list := Prompts{}
	for _, word := range v.List {
		if word.Kind != String || !slices.Contains(prompts, word.Text) {
			return problem("must be a list of: " + strings.Join(prompts, ", ") + ".")
		}
		if !slices.Contains(list, word.Text) {
			list = append(list, word.Text)
		}
	}
	if len(list) > 1 && slices.Contains(list, "none") {
		return problem(`must not have other prompts beside "none".`)
	}
	*p = list
	return nil
}

// Schema implements [Kind].
func (Prompts) Schema(Bounds) Schema {
	return Schema{"type": "array", "items": Schema{"type": "string", "enum": prompts}}
}

// How many scopes a sign-in may ask the provider for, and how many characters
// each may have (companion section 8.3).
const (
	maxProviderScopes = 100
	maxProviderScope  = 4096
)

// ProviderScopes are what a product wants to do at the provider on behalf of
// the user.
type ProviderScopes []string

// Parse implements [Kind].
func (p *ProviderScopes) Parse(v Value, _ Bounds) error {
	if v.Kind != List && v.Kind != Map {
		return mustBe("a list of scopes", v)
	}
	if len(v.List) > maxProviderScopes {
		return problem(fmt.Sprintf("must have at most %d scopes.", maxProviderScopes))
	}
	list := make(ProviderScopes, len(v.List))
	for i, scope := range v.List {
		if n := utf8.RuneCountInString(scope.Text); scope.Kind != String || n == 0 || n > maxProviderScope {
			return problem(fmt.Sprintf("has a bad scope at position %d: a scope has 1 to %d characters.", i, maxProviderScope))
		}
		list[i] = scope.Text
	}
	*p = list
	return nil
}

// Schema implements [Kind].
func (ProviderScopes) Schema(Bounds) Schema {
	return Schema{"type": "array", "maxItems": maxProviderScopes, "items": Schema{"type": "string", "minLength": 1, "maxLength": maxProviderScope}}
}
