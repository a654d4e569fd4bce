package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roster"
	"roster/internal/directory"
)

type keyCreateOptions struct {
	config
	directory.NewKey
	json bool
}

func newKeyCreate() *cobra.Command {
	var o keyCreateOptions
	var scopes []string
	var expire string
	cmd := &cobra.Command{
		Use: "create --name NAME", Short: "Create an API key and print its secret", Args: arguments(),
		Long: `Create an API key and print its secret. Only a digest of it is stored: the secret
is never shown again.

Scopes are ` + scopeList() + `.
Without --scope, the key has all of them.`,
		Example: `  roster key create --name "my app"
  roster key create --project shop --name reports --scope users.read --expire 30d
  roster key create --name deploy --expire 2030-01-01T00:00:00Z --json | jq -r .secret`,
	}
	s := take(cmd, "data", "database", "project")
	cmd.Flags().StringVar(&o.Name, "name", "", "`NAME` of the key in lists and in the activity log")
	cmd.Flags().StringSliceVar(&scopes, "scope", nil, "a `SCOPE` of the key; may be repeated (default all)")
	cmd.Flags().StringVar(&expire, "expire", "", "the `TIME` when it ends, such as 2030-01-01T00:00:00Z, or how long it lasts, such as 24h or 30d (default for ever)")
	cmd.RegisterFlagCompletionFunc("scope", completeScope)
	jsonFlag(cmd, &o.json)
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		if o.config, err = s.resolve(os.Environ()); err != nil {
			return err
		}
		if err := checkName(o.Name); err != nil {
			return err
		}
		if o.Scopes, err = parseScopes(scopes, cmd.Flags().Changed("scope")); err != nil {
			return err
		}
		if cmd.Flags().Changed("expire") {
			if o.ExpiresAt, err = parseExpire(expire, time.Now()); err != nil {
				return err
			}
		}
		return createKey(cmd.Context(), o, cmd.OutOrStdout())
	}
	return cmd
}

func createKey(ctx context.Context, o keyCreateOptions, out io.Writer) error {
	return change(ctx, o.config, func(d *directory.Directory) error {
		p, err := projectOf(ctx, d, o.project)
		if err != nil {
			return err
		}
		k, secret, err := d.CreateKey(ctx, p, o.NewKey)
		if err != nil {
			return err
		}
		view := keyView(p, k)
		view.Secret = secret
		if o.json {
			return printJSON(out, view)
		}
		_, err = fmt.Fprintf(out, "Key %s of project %s, valid %s. Its secret, shown only this once:\n%s\n", k.ID, p.ID, validity(k), secret)
		return err
	})
}

func validity(k roster.Key) string {
	if k.ExpiresAt == 0 {
		return "for ever"
	}
	return "until " + moment(k.ExpiresAt, "")
}

func scopeList() string {
	var names []string
	for _, s := range roster.Scopes() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

// parseScopes returns each scope once. An empty --scope, as a script's unset
// variable makes it, must not mean all of them.
func parseScopes(words []string, given bool) ([]roster.Scope, error) {
	if !given {
		return roster.Scopes(), nil
	}
	if len(words) == 0 {
		return nil, usageError("--scope must not be empty; scopes are %s", scopeList())
	}
	var scopes []roster.Scope
	for _, word := range words {
		scope, err := roster.ParseScope(word)
		if err != nil {
			return nil, usageError("there is no scope %q; scopes are %s", word, scopeList())
		}
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, nil
}

// parseExpire reads a time (RFC 3339) or how long from now: days such as 30d,
// or a duration as Go writes it. It must lie ahead.
func parseExpire(text string, now time.Time) (roster.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		span, ok := parseSpan(text)
		if !ok {
			return 0, usageError("--expire: %q is neither a time such as 2030-01-01T00:00:00Z nor a duration such as 24h or 30d", text)
		}
		at = now.Add(span)
	}
	if !at.After(now) {
		return 0, usageError("--expire: %s is over already", text)
	}
	return roster.TimeOf(at), nil
}

func parseSpan(text string) (time.Duration, bool) {
	if digits, inDays := strings.CutSuffix(text, "d"); inDays {
		days, err := strconv.ParseUint(digits, 10, 16) // 65,535 days still are a time.Duration
		return time.Duration(days) * 24 * time.Hour, err == nil
	}
	span, err := time.ParseDuration(text)
	return span, err == nil
}
