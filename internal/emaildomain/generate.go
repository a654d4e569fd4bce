//go:build ignore

// Generate makes the lists in data from the npm packages named below. It needs
// npm and its registry.
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// sources are the lists: a package with its version, a file in it that is a
// JSON array of domains, and the name of the list made from it.
var sources = []struct{ pkg, file, list string }{
	{"disposable-email-domains@1.0.62", "package/index.json", "disposable"},
	{"disposable-email-domains@1.0.62", "package/wildcard.json", "wildcard"},
	{"free-email-domains@1.12.6", "package/domains.json", "free"},
}

func main() {
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "emaildomain")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, s := range sources {
		n, err := generate(dir, s.pkg, s.file, filepath.Join("data", s.list+".txt.gz"))
		if err != nil {
			log.Fatalf("%s: %v", s.list, err)
		}
		log.Printf("%s: %d domains of %s", s.list, n, s.pkg)
	}
}

func generate(dir, pkg, file, out string) (int, error) {
	archive, err := pack(dir, pkg)
	if err != nil {
		return 0, err
	}
	content, err := extract(archive, file)
	if err != nil {
		return 0, err
	}
	var domains []string
	if err := json.Unmarshal(content, &domains); err != nil {
		return 0, err
	}
	for i, d := range domains {
		domains[i] = strings.ToLower(d)
	}
	slices.Sort(domains)
	domains = slices.Compact(domains)
	return len(domains), write(out, domains)
}

// pack downloads a package without running anything of it. npm compares the
// archive with the checksum that the registry gives.
func pack(dir, pkg string) (string, error) {
	cmd := exec.Command("npm", "pack", "--json", "--ignore-scripts", "--pack-destination", dir, pkg)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	var packed []struct{ Filename string }
	if err := json.Unmarshal(out, &packed); err != nil {
		return "", err
	}
	if len(packed) != 1 {
		return "", fmt.Errorf("npm pack made %d archives of %s", len(packed), pkg)
	}
	return filepath.Join(dir, filepath.Base(packed[0].Filename)), nil
}

func extract(archive, name string) ([]byte, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	zip, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := tar.NewReader(zip)
	for {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("there is no %s in the package", name)
		}
		if err != nil {
			return nil, err
		}
		if header.Name == name {
			return io.ReadAll(files)
		}
	}
}

// write leaves time and name out of the gzip header, so that the same lists
// give the same bytes.
func write(out string, domains []string) error {
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	zip, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, err = io.WriteString(zip, strings.Join(domains, "\n")+"\n")
	return errors.Join(err, zip.Close(), f.Close())
}
