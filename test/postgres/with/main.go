// With starts a PostgreSQL server for a command and removes it when the command
// ends:
//
//	go run ./test/postgres/with npm test
//
// The command finds the URL of the server's database in ROSTER_TEST_POSTGRES and
// may make others beside it.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"roster/test/postgres"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(args []string) (int, error) {
	if len(args) == 0 {
		return 0, errors.New("which command?")
	}
	signal.Ignore(os.Interrupt) // the command gets it, too, and ends
	server, err := postgres.Start("fsync=off", "max_connections=400")
	if err != nil {
		return 0, err
	}
	defer server.Remove()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "ROSTER_TEST_POSTGRES="+server.URL("roster"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
