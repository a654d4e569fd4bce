package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"roster"
	"roster/internal/directory"
	"roster/internal/store"
)

// administer runs fn on the directory in the data folder, which must be there:
// a mistyped folder is no new directory. Projects and keys need no master key
// and no hashing, so the directory has neither.
func administer(ctx context.Context, c config, fn func(*directory.Directory) error) error {
	if err := checkPresent(c); err != nil {
		return err
	}
	return administerNew(ctx, c, fn)
}

// administerNew is administer for a folder that is made if it is not there.
func administerNew(ctx context.Context, c config, fn func(*directory.Directory) error) (err error) {
	s, err := store.Open(ctx, c.store(nil))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return fn(directory.New(s, nil, nil))
}

func checkPresent(c config) error {
	if c.database != "" {
		return nil
	}
	_, err := os.Stat(filepath.Join(c.data, store.FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return &failure{exitMissing, "Name its folder with --data, or start it with: roster serve", fmt.Errorf("there is no directory in %s", c.data)}
	}
	return err
}

// heard is how long a running server takes to hear of a change: it looks at its
// file ten times a second, and PostgreSQL tells it in milliseconds. Only one that
// is just being connected again hears later, as [store.Store.Patience] says.
const heard = 200 * time.Millisecond

// change is administer for what changes keys or projects. When it returns, a
// running server acts on the change.
func change(ctx context.Context, c config, fn func(*directory.Directory) error) error {
	err := administer(ctx, c, fn)
	if err == nil {
		time.Sleep(heard)
	}
	return err
}

func projectOf(ctx context.Context, d *directory.Directory, id string) (roster.Project, error) {
	p, err := d.Project(ctx, id)
	return p, namingProject(err, id)
}

// namingProject says which project it is that is missing.
func namingProject(err error, id string) error {
	if errors.Is(err, roster.ErrProjectNotFound) {
		return &failure{exitMissing, "See which there are: roster project list", fmt.Errorf("there is no project %q", id)}
	}
	return err
}

const maxName = 128 // characters, as names have in the contract

func checkName(name string) error {
	if n := len([]rune(name)); n == 0 || n > maxName {
		return usageError("--name must have 1 to %d characters", maxName)
	}
	if !utf8.ValidString(name) {
		return usageError("--name must be UTF-8")
	}
	return nil
}
