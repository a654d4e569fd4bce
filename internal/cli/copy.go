package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"roster/internal/store"
	"roster/internal/transfer"
)

func newCopy() *cobra.Command {
	var from, to string
	var verify, asJSON bool
	cmd := &cobra.Command{
		Use: "copy --from DIRECTORY --to DIRECTORY", Short: "Copy a whole directory into another database", Args: arguments(),
		Long: `Copy a directory with all that is in it, projects, keys, users, sessions and
activity log, from a data folder to PostgreSQL or the other way. Nobody is signed
out, and every key and password stays good.

A directory is sqlite:PATH, a data folder or its roster.db, or the URL of a
PostgreSQL database. Give a password with PGPASSWORD or in ~/.pgpass, since
command lines can be seen by others.

Stop the servers first: while the copy is made, the source can be read, but who
wants to change it waits and fails, and what is changed afterwards is not in the
copy. The target must be empty. If the copy is interrupted, run the same command
again: it goes on where it was, unless the source has changed. Before it is
finished, no server and no other command uses the target.

At the end the target is read back and compared with the source, and the exit
code is 0 only if all is equal. --verify compares two directories and changes
neither.

Servers on the target need the master key that those on the source had: put
master.key into their data folder, or use ROSTER_MASTER_KEY or --master-key-file.`,
		Example: `  roster copy --from sqlite:/var/lib/roster --to postgres://roster@db.example/roster
  roster copy --from postgres://roster@db.example/roster --to sqlite:./data
  roster copy --verify --from sqlite:./data --to postgres://roster@db.example/roster --json | jq .equal`,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&from, "from", "", "the `DIRECTORY` to copy")
	flags.StringVar(&to, "to", "", "the `DIRECTORY` to make; a data folder is made if it is not there")
	flags.BoolVar(&verify, "verify", false, "only compare")
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		source, err := directoryAt("--from", from)
		if err != nil {
			return err
		}
		target, err := directoryAt("--to", to)
		if err != nil {
			return err
		}
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		return copyDirectory(ctx, source, target, verify, asJSON, cmd.OutOrStdout())
	}
	return cmd
}

// directoryAt reads where a directory is. What is wrong is told without the
// text, which may hold a password.
func directoryAt(flag, text string) (c config, err error) {
	kind, path, found := strings.Cut(text, ":")
	switch {
	case text == "":
		err = errors.New("it is missing")
	case !found:
		err = errors.New("it does not say what is there")
	case kind == "sqlite":
		c.data, err = dataFolder(strings.TrimPrefix(path, "//"))
	case kind == "postgres", kind == "postgresql":
		c.database, err = databaseURL(text)
	default:
		err = fmt.Errorf("%q is no kind of database%s", kind, suggestion(kind, []string{"sqlite", "postgres"}, ""))
	}
	if err != nil {
		return c, helped(usageError("%s: %w", flag, err), "A directory is sqlite:PATH, a data folder, or postgres://user@host/name.")
	}
	return c, nil
}

// dataFolder reads the path of a data folder or of the database in it.
func dataFolder(text string) (string, error) {
	path, err := folder(text)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	isFile := err == nil && !info.IsDir()
	switch {
	case filepath.Base(path) == store.FileName && (isFile || err != nil):
		return filepath.Dir(path), nil
	case isFile:
		return "", fmt.Errorf("%s is neither a data folder nor a %s", path, store.FileName)
	}
	return path, nil
}

func copyDirectory(ctx context.Context, source, target config, verify, asJSON bool, out io.Writer) (err error) {
	if source.same(target) {
		return usageError("--from and --to are the same directory")
	}
	from, err := existing(ctx, source, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := targetOf(ctx, target, verify)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	work := transfer.Copy
	if verify {
		work = transfer.Compare
	}
	bar := newProgress(asJSON)
	r, err := work(ctx, from, to, bar.show)
	bar.end()
	if err != nil {
		return explained(err)
	}
	return printReport(out, r, verify, asJSON)
}

// same reports whether both are one file, whatever its names are. Two URLs of
// one database need no care: a target that is empty is no source.
func (c config) same(other config) bool {
	a, err := os.Stat(filepath.Join(c.data, store.FileName))
	b, err2 := os.Stat(filepath.Join(other.data, store.FileName))
	return c.data != "" && other.data != "" && err == nil && err2 == nil && os.SameFile(a, b)
}

func targetOf(ctx context.Context, c config, verify bool) (transfer.Directory, error) {
	if verify {
		return existing(ctx, c, true)
	}
	return opened(ctx, c, true)
}

// existing opens a directory that must be there: a mistyped name is no new one.
func existing(ctx context.Context, c config, unfinished bool) (transfer.Directory, error) {
	there, err := store.Exists(ctx, c.store(nil))
	if err == nil && !there {
		err = &failure{exitMissing, "", errors.New("there is no directory in it")}
	}
	if err != nil {
		return transfer.Directory{}, fmt.Errorf("%s: %w", c.place(), err)
	}
	return opened(ctx, c, unfinished)
}

func opened(ctx context.Context, c config, unfinished bool) (transfer.Directory, error) {
	o := c.store(nil)
	o.Copying = unfinished
	s, err := store.Open(ctx, o)
	if err != nil {
		err = fmt.Errorf("%s: %w", c.place(), err)
	}
	return transfer.Directory{Store: s, Place: c.place()}, err
}

// explained adds to an error what to do.
func explained(err error) error {
	var unfit *transfer.UnfitError
	switch {
	case errors.Is(err, context.Canceled):
		return helped(errors.New("interrupted"), "The same command goes on where this one was, as long as nobody changes the source.")
	case errors.Is(err, store.ErrNotEmpty):
		return &failure{exitExists, "If it is a finished copy, compare it with roster copy --verify; else name a database that no server has used.", err}
	case errors.Is(err, store.ErrInUse):
		return helped(err, "Stop the servers and commands that use it.")
	case errors.Is(err, transfer.ErrChanged):
		return helped(err, "Empty the target (make the database anew, or delete roster.db, roster.db-wal and roster.db-shm) and copy again.")
	case errors.As(err, &unfit):
		return helped(err, "Change these values in the source, or delete the rows, and copy again.")
	}
	return err
}

// shortDigest is how much of a digest people are shown.
const shortDigest = 16

func printReport(w io.Writer, r transfer.Report, verify, asJSON bool) error {
	err := error(nil)
	if asJSON {
		err = printJSON(w, r)
	} else {
		err = printComparison(w, r)
	}
	switch {
	case err != nil:
		return err
	case !r.Equal:
		return errors.New("the two directories are not equal")
	case !verify && !asJSON:
		_, err = fmt.Fprintf(w, "\nThe copy in %s is complete. Servers need the same master key there.\n", r.Target)
	}
	return err
}

func printComparison(w io.Writer, r transfer.Report) error {
	var rows [][]string
	for _, t := range r.Tables {
		verdict := "equal"
		if !t.Equal {
			verdict = "DIFFERENT"
		}
		rows = append(rows, []string{t.Name, fmt.Sprint(t.Source.Rows), fmt.Sprint(t.Target.Rows), t.Source.Digest[:shortDigest], t.Target.Digest[:shortDigest], verdict})
	}
	return printTable(w, "TABLE ROWS COPIED DIGEST OF-COPY RESULT", rows)
}
