package emaildomain

import (
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

var (
	//go:embed data/disposable.txt.gz
	disposablePacked string
	//go:embed data/wildcard.txt.gz
	wildcardPacked string
	//go:embed data/free.txt.gz
	freePacked string
)

// The lists are unpacked at their first use: 2.5 MB that a program which asks
// nothing here does not pay for.
var (
	disposable = sync.OnceValue(func() list { return unpack(disposablePacked) })
	wildcards  = sync.OnceValue(func() list { return unpack(wildcardPacked) })
	free       = sync.OnceValue(func() list { return unpack(freePacked) })
)

// list is domains in lower case, in byte order, each ended by "\n". As one
// string it costs the collector nothing; a map of it would take twice as much
// memory and 130,000 pointers.
type list string

// unpack panics where it fails: the lists are part of the program.
func unpack(packed string) list {
	zip, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		panic(err)
	}
	content, err := io.ReadAll(zip)
	if err != nil {
		panic(err)
	}
	return list(content)
}

// has reports whether domain is one of the list.
func (l list) has(domain string) bool {
	for len(l) > 0 {
		middle := len(l) / 2
		start := strings.LastIndexByte(string(l[:middle]), '\n') + 1
		end := middle + strings.IndexByte(string(l[middle:]), '\n')
		switch strings.Compare(domain, string(l[start:end])) {
		case 0:
			return true
		case -1:
			l = l[:start]
		default:
			l = l[end+1:]
		}
	}
	return false
}

// hasParent reports whether domain is below one of the list, which has no
// top-level domains.
func (l list) hasParent(domain string) bool {
	for {
		_, domain, _ = strings.Cut(domain, ".")
		if !strings.Contains(domain, ".") {
			return false
		}
		if l.has(domain) {
			return true
		}
	}
}
