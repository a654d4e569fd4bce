// Command roster is a user directory server. See roster --help.
package main

import (
	"os"

	"roster/internal/cli"
)

func main() { os.Exit(cli.Main()) }
