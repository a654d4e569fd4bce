package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"roster"
)

// version tells what this program is.
type version struct {
	Version  string `json:"version"`
	Revision string `json:"revision"` // of the source; empty if the build does not know
	Contract string `json:"contract"` // of the API
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func versionOf() version {
	v := version{Version: "(devel)", Contract: roster.ContractVersion, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Revision = s.Value
		}
	}
	return v
}

func (v version) String() string {
	return fmt.Sprintf("roster %s, API %s, %s %s", v.Version, v.Contract, v.Go, v.Platform)
}

func newVersion() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "Print the versions of Roster and of the API", Args: arguments(),
		Example: "  roster version --json",
	}
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if asJSON {
			return printJSON(cmd.OutOrStdout(), versionOf())
		}
		_, err := fmt.Fprintln(cmd.OutOrStdout(), versionOf())
		return err
	}
	return cmd
}
