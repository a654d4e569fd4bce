package password

import (
	_ "embed"
	"strings"
	"sync"
)

//go:generate go run dictionary/refresh.go

// commonText holds one password per line, the most frequent first. Source and
// licence stand beside it.
//
//go:embed dictionary/common.txt
var commonText string

var common = sync.OnceValue(func() map[string]struct{} {
	set := make(map[string]struct{}, 10_000)
	for line := range strings.Lines(commonText) {
		set[strings.TrimSuffix(line, "\n")] = struct{}{}
	}
	return set
})

// Common reports whether password is exactly, case included, one of the 10,000
// most common passwords.
func Common(password string) bool {
	_, found := common()[password]
	return found
}
