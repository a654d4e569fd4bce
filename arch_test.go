package roster_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers says what each package may import of the others: the architecture.
// Leaves know at most the vocabulary.
var layers = map[string][]string{
	"roster": {},

	"roster/internal/emaildomain":   {},
	"roster/internal/fts5":          {},
	"roster/internal/geo":           {},
	"roster/internal/letter":        {},
	"roster/internal/mail":          {},
	"roster/internal/mail/inbox":    {},
	"roster/internal/secret":        {},
	"roster/internal/token":         {},
	"roster/internal/totp":          {},
	"roster/internal/twilio":        {},
	"roster/internal/useragent":     {},
	"roster/internal/oidc":          {"roster"},
	"roster/internal/oidc/oidctest": {},
	"roster/internal/password":      {"roster"},
	"roster/internal/people":        {"roster"},
	"roster/internal/query":         {"roster"},
	"roster/internal/wire":          {"roster"},

	"roster/internal/store": {"roster", "roster/internal/fts5", "roster/internal/query"},
	"roster/internal/directory": {
		"roster", "roster/internal/store",
		"roster/internal/emaildomain", "roster/internal/geo", "roster/internal/letter", "roster/internal/oidc", "roster/internal/password",
		"roster/internal/secret", "roster/internal/token", "roster/internal/totp", "roster/internal/useragent",
	},
	"roster/internal/api": {
		"roster", "roster/internal/directory",
		"roster/internal/store", // the page of a list
		"roster/internal/geo", "roster/internal/password", "roster/internal/query", "roster/internal/useragent", "roster/internal/wire",
	},
	"roster/internal/transfer": {"roster/internal/store"},
	"roster/internal/server":   {"roster/internal/secret"},
	"roster/internal/bench": {
		"roster", "roster/internal/directory", "roster/internal/store",
		"roster/internal/emaildomain", "roster/internal/people", "roster/internal/query",
	},
	"roster/internal/worker": {"roster", "roster/internal/directory", "roster/internal/mail", "roster/internal/twilio"},
	"roster/internal/cli": {
		"roster", "roster/internal/api", "roster/internal/directory", "roster/internal/server", "roster/internal/store", "roster/internal/transfer", "roster/internal/worker",
		"roster/internal/bench", "roster/internal/geo", "roster/internal/mail", "roster/internal/password", "roster/internal/secret",
	},
	"roster/cmd/roster":         {"roster/internal/cli"},
	"roster/test/postgres":      {},
	"roster/test/postgres/with": {"roster/test/postgres"},
	"roster/test/size":          {"roster", "roster/internal/secret", "roster/internal/store", "roster/test/postgres"},
	"roster/test/timing":        {"roster", "roster/internal/api", "roster/internal/directory", "roster/internal/password", "roster/internal/secret", "roster/internal/store"},
	"roster/test/bench":         {"roster", "roster/internal/directory", "roster/internal/password", "roster/internal/secret", "roster/internal/store", "roster/test/postgres"},
}

func TestImportsRunOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		allowed, known := layers[fields[0]]
		if !known && len(fields) > 1 {
			t.Errorf("%s has no row in the map of layers", fields[0])
		}
		for _, imported := range fields[1:] {
			if strings.HasPrefix(imported, "roster") && !slices.Contains(allowed, imported) {
				t.Errorf("%s must not import %s", fields[0], imported)
			}
		}
	}
}
