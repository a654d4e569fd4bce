package cli

import (
	"errors"
	"fmt"

	"roster"
	"roster/internal/store"
)

// The exit codes.
const (
	exitOK = iota
	exitFailed
	exitUsage
	exitMissing
	exitExists
)

var exitMeanings = []string{
	exitOK:      "done",
	exitFailed:  "failed; for doctor: something is wrong",
	exitUsage:   "wrong usage: a command, flag, argument, setting or the configuration",
	exitMissing: "there is no such data folder, project, key or mail",
	exitExists:  "a project with that id exists already; for copy: the target is not empty",
}

// failure is an error that knows its exit code and what may help.
type failure struct {
	code int
	hint string
	err  error
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

func usageError(format string, args ...any) error {
	return &failure{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// helped adds a hint to an error and leaves its exit code as it is.
func helped(err error, hint string) error {
	return &failure{code: exitCode(err), hint: hint, err: err}
}

func exitCode(err error) int {
	var f *failure
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &f):
		return f.code
	case errors.Is(err, roster.ErrArgument):
		return exitUsage
	case errors.Is(err, roster.ErrProjectNotFound), errors.Is(err, store.ErrKeyNotFound):
		return exitMissing
	case errors.Is(err, store.ErrProjectExists):
		return exitExists
	}
	return exitFailed
}
