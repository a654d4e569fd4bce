//go:build ignore

// Refresh rewrites the list of common passwords from a package of the npm
// registry: go generate ./internal/password
//
// To take a newer list, change version and integrity ("npm view <package>
// dist.integrity"). It needs npm.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	pkg       = "@zxcvbn-ts/language-common"
	version   = "4.1.3"
	integrity = "sha512-g2bg4skmlJG9aJqC/nWziZzgYpSe/f3rKeGobrkdFiOrfZVFqqzUgC6BUQWuX54Sua9j0Jxxt+1bf4f/Mal1Kg=="
	size      = 10_000
	folder    = "dictionary"
)

const source = `# Common passwords

` + "`common.txt`" + ` holds the first %d entries of ` + "`src/passwords.json`" + ` of the npm package
%s %s, which is sorted by frequency, the most common first.

Licence: MIT, see ` + "`LICENSE.txt`" + `.
Archive: %s

Refresh with ` + "`go generate ./internal/password`" + `; version and checksum stand in
` + "`refresh.go`" + `, which also writes this file.
`

func main() {
	log.SetFlags(0)
	if err := refresh(); err != nil {
		log.Fatal(err)
	}
}

func refresh() error {
	archive, err := fetch()
	if err != nil {
		return err
	}
	files, err := unpack(archive, "package/src/passwords.json", "package/LICENSE.txt")
	if err != nil {
		return err
	}
	var passwords []string
	if err := json.Unmarshal(files[0], &passwords); err != nil {
		return err
	}
	if len(passwords) < size {
		return fmt.Errorf("only %d passwords", len(passwords))
	}
	list := strings.Join(passwords[:size], "\n") + "\n"
	about := fmt.Sprintf(source, size, pkg, version, integrity)
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "common.txt"), []byte(list), 0o644),
		os.WriteFile(filepath.Join(folder, "LICENSE.txt"), files[1], 0o644),
		os.WriteFile(filepath.Join(folder, "SOURCE.md"), []byte(about), 0o644),
	)
}

// fetch has npm download the archive and checks it against integrity.
func fetch() ([]byte, error) {
	dir, err := os.MkdirTemp("", "passwords")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	npm := exec.Command("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", dir, pkg+"@"+version)
	npm.Stderr = os.Stderr
	name, err := npm.Output()
	if err != nil {
		return nil, err
	}
	archive, err := os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(name))))
	if err != nil {
		return nil, err
	}
	sum := sha512.Sum512(archive)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != integrity {
		return nil, fmt.Errorf("the archive is %s, not %s", got, integrity)
	}
	return archive, nil
}

// unpack returns the named files of a gzipped tar archive.
func unpack(archive []byte, names ...string) ([][]byte, error) {
	plain, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	found := map[string][]byte{}
	for entries := tar.NewReader(plain); ; {
		header, err := entries.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if found[header.Name], err = io.ReadAll(entries); err != nil {
			return nil, err
		}
	}
	files := make([][]byte, len(names))
	for i, name := range names {
		if files[i] = found[name]; files[i] == nil {
			return nil, fmt.Errorf("no %s in the archive", name)
		}
	}
	return files, nil
}
