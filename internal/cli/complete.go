package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"roster"
	"roster/internal/directory"
)

// projectIDs are the ids to complete with. A shell shows no errors.
func projectIDs(ctx context.Context, s *settings) (ids []string) {
	c, err := s.resolve(os.Environ())
	if err != nil {
		return nil
	}
	administer(ctx, c, func(d *directory.Directory) error {
		projects, err := d.Projects(ctx)
		for _, p := range projects {
			ids = append(ids, p.ID)
		}
		return err
	})
	return ids
}

type completion = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeProject completes a first argument that is a project's id.
func completeProject(s *settings) completion {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return projectIDs(cmd.Context(), s), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeSetting completes a project's id and then settings.
func completeSetting(s *settings) completion {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return projectIDs(cmd.Context(), s), cobra.ShellCompDirectiveNoFileComp
		}
		var words []string
		usual := roster.DefaultSettings()
		for _, setting := range usual.List() {
			words = append(words, setting.Name+"=\t"+setting.Doc)
		}
		return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

func completeScope(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var words []string
	for _, s := range roster.Scopes() {
		words = append(words, string(s))
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}
