package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/bench"
)

// newBench measures. It is hidden: those who run a directory never need it.
func newBench() *cobra.Command {
	var plan bench.Plan
	var sizes, file, picture string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "bench", Short: "Measure how lists, searches and writes answer at different sizes", Args: arguments(), Hidden: true,
		Long: `Load made-up users, ask classes of queries through the rules and the store, and
print latencies, the pages that were looked at and how the load went. Everything
is made in folders of its own below --dir (or in databases of their own beside
the one of --database) and removed afterwards.`,
		Example: "  roster bench --users 10k,100k\n  roster bench --users 1M --picture scale.svg --file scale.json --dir /var/tmp",
	}
	cmd.Flags().StringVar(&sizes, "users", "10k", "numbers of users, separated by commas; k and M are thousands and millions")
	cmd.Flags().Uint64Var(&plan.Seed, "seed", 1, "the seed that the users are made from")
	cmd.Flags().StringVar(&plan.Dir, "dir", os.TempDir(), "where the data folders are made: 2.5 kB for each user")
	cmd.Flags().BoolVar(&plan.Keep, "keep", false, "leave the data there, and take what is there from the last time")
	cmd.Flags().DurationVar(&plan.Span, "span", time.Second, "how long each class is asked at most")
	cmd.Flags().StringVar(&plan.Only, "only", "", "ask only classes whose name has this part; writes: only those")
	cmd.Flags().StringVar(&file, "file", "", "write a JSON file with the plans of all queries")
	cmd.Flags().StringVar(&picture, "picture", "", "write an SVG picture of latency against users")
	jsonFlag(cmd, &asJSON)
	s := take(cmd, "database")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := s.resolve(os.Environ())
		if err != nil {
			return err
		}
		plan.Database = c.database
		if plan.Sizes, err = numbers(sizes); err != nil {
			return usageError("--users: %w", err)
		}
		plan.Tell = func(text string) { fmt.Fprintln(cmd.ErrOrStderr(), text) }
		collectSeldom() // as serve does
		report, err := bench.Measure(cmd.Context(), plan)
		if err != nil {
			return err
		}
		return writeReport(cmd.OutOrStdout(), report, asJSON, file, picture)
	}
	return cmd
}

func writeReport(out io.Writer, r bench.Report, asJSON bool, file, picture string) error {
	for name, write := range map[string]func(io.Writer) error{
		file:    r.JSON,
		picture: func(w io.Writer) error { r.Picture(w); return nil },
	} {
		if name == "" {
			continue
		}
		var b strings.Builder
		if err := write(&b); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			return err
		}
	}
	if asJSON {
		return r.JSON(out)
	}
	r.Table(out)
	return nil
}

// numbers reads "10k,1M".
func numbers(text string) (list []int64, err error) {
	for part := range strings.SplitSeq(text, ",") {
		digits, times := part, int64(1)
		for suffix, value := range map[string]int64{"k": 1000, "M": 1_000_000} {
			if rest, ok := strings.CutSuffix(part, suffix); ok {
				digits, times = rest, value
			}
		}
		n, err := strconv.ParseInt(digits, 10, 32)
		if err != nil || n < 100/times || n < 1 || n*times > 100_000_000 {
			return nil, fmt.Errorf("%q is not a number from 100 to 100M", part)
		}
		list = append(list, n*times)
	}
	return list, nil
}
