package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"roster/internal/directory"
	"roster/internal/store"
)

func newKeyRevoke() *cobra.Command {
	cmd := &cobra.Command{
		Use: "revoke ID", Short: "Revoke an API key", Args: arguments("ID"),
		Long:    "Delete an API key. When the command returns, a running server refuses the key.",
		Example: "  roster key revoke 674a1e5b0006cf81d2a9",
	}
	s := take(cmd, "data", "database", "project")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := s.resolve(os.Environ())
		if err != nil {
			return err
		}
		return revokeKey(cmd.Context(), c, args[0])
	}
	return cmd
}

func revokeKey(ctx context.Context, c config, id string) error {
	return change(ctx, c, func(d *directory.Directory) error {
		p, err := projectOf(ctx, d, c.project)
		if err != nil {
			return err
		}
		err = d.RevokeKey(ctx, p, id)
		if errors.Is(err, store.ErrKeyNotFound) {
			return &failure{exitMissing, "See which there are: roster key list --project " + p.ID, fmt.Errorf("project %q has no key %q", p.ID, id)}
		}
		return err
	})
}
