package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/directory"
	"roster/internal/secret"
	"roster/internal/store"
)

func newDoctor() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Examine the data folder", Args: arguments(),
		Long: `Open the data folder, check the database and the master key, and count what is
in each project. It may be run beside a server; checking a large database takes
a while. The exit code is 1 if something is wrong.`,
		Example: "  roster doctor\n  roster doctor --data /var/lib/roster --json | jq .ok",
	}
	s := take(cmd, "data", "database", "master-key", "master-key-file")
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := s.resolve(os.Environ())
		if err != nil {
			return err
		}
		if err := checkPresent(c); err != nil {
			return err
		}
		return examine(cmd.Context(), c).print(cmd.OutOrStdout(), asJSON)
	}
	return cmd
}

// examination is what doctor found.
type examination struct {
	OK            bool           `json:"ok"`
	Data          string         `json:"data"`
	SchemaVersion int64          `json:"schemaVersion"` // of the tables; 0 if unknown
	Checks        []check        `json:"checks"`
	Projects      []projectCount `json:"projects"`
}

type check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

type projectCount struct {
	ID       string `json:"id"`
	Users    int64  `json:"users"`
	Sessions int64  `json:"sessions"`
	Keys     int    `json:"keys"`
}

func examine(ctx context.Context, c config) *examination {
	e := &examination{OK: true, Data: c.data, Projects: []projectCount{}}
	e.masterKey(c)
	version, err := store.Version(ctx, c.store(nil))
	e.SchemaVersion = version
	e.add("tables", "version "+strconv.FormatInt(version, 10), err)
	err = administer(ctx, c, func(d *directory.Directory) error {
		damage, err := d.Store.Check(ctx)
		if err == nil && len(damage) > 0 {
			err = errors.New(strings.Join(damage, "; "))
		}
		e.add("integrity", "no damage found", err)
		return e.count(ctx, d)
	})
	e.add("database", c.place(), err)
	return e
}

// place names the database, without a password.
func (c config) place() string {
	if c.database == "" {
		return filepath.Join(c.data, store.FileName)
	}
	u, err := url.Parse(c.database)
	if err != nil {
		return "PostgreSQL"
	}
	u.RawQuery = "" // may hold a password, too
	return u.Redacted()
}

func (e *examination) add(name, detail string, err error) {
	if err != nil {
		e.OK, detail = false, err.Error()
	}
	e.Checks = append(e.Checks, check{name, err == nil, detail})
}

// masterKey reads the key without making one.
func (e *examination) masterKey(c config) {
	if c.masterKey != "" || c.masterKeyFile != "" {
		_, err := givenSecrets(c)
		e.add("master key", "given by the configuration", err)
		return
	}
	file := filepath.Join(c.data, secret.FileName)
	e.add("master key", file, checkKeyFile(file))
}

func checkKeyFile(file string) error {
	info, err := os.Stat(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil // the first start makes it
	}
	if err != nil {
		return err
	}
	if others := info.Mode().Perm() &^ 0o700; others != 0 {
		return fmt.Errorf("%s can be used by others (mode %o): chmod 600 it, and replace the key if they are not trusted", file, info.Mode().Perm())
	}
	text, err := os.ReadFile(file)
	if err == nil {
		_, err = secret.Parse(string(text))
	}
	return err
}

func (e *examination) count(ctx context.Context, d *directory.Directory) error {
	projects, err := d.Projects(ctx)
	if err != nil {
		return err
	}
	for _, p := range projects {
		users, errUsers := d.Store.UserCount(ctx, p.Number)
		sessions, errSessions := d.Store.CountSessions(ctx, p.Number)
		keys, errKeys := d.Keys(ctx, p)
		if err := errors.Join(errUsers, errSessions, errKeys); err != nil {
			return err
		}
		e.Projects = append(e.Projects, projectCount{p.ID, users, sessions, len(keys)})
	}
	return nil
}

func (e *examination) print(w io.Writer, asJSON bool) error {
	err := error(nil)
	if asJSON {
		err = printJSON(w, e)
	} else {
		err = e.printText(w)
	}
	if err == nil && !e.OK {
		err = errors.New("something is wrong, see above")
	}
	return err
}

func (e *examination) printText(w io.Writer) error {
	var rows [][]string
	for _, c := range e.Checks {
		verdict := "ok"
		if !c.OK {
			verdict = "WRONG"
		}
		rows = append(rows, []string{c.Name, verdict, c.Detail})
	}
	if err := printTable(w, "CHECK RESULT DETAIL", rows); err != nil {
		return err
	}
	rows = nil
	for _, p := range e.Projects {
		rows = append(rows, []string{p.ID, fmt.Sprint(p.Users), fmt.Sprint(p.Sessions), fmt.Sprint(p.Keys)})
	}
	fmt.Fprintln(w)
	return printTable(w, "PROJECT USERS SESSIONS KEYS", rows)
}
