package useragent

import (
	"strings"
	"unicode/utf8"
)

const (
	// maxAgent is how much of an agent is read, in bytes: as much as is
	// stored with a session (contract section 11).
	maxAgent = 16384
	// maxValue bounds what is cut out of an agent, in bytes. It is a quarter
	// of what a session stores, and far more than an honest version needs.
	maxValue = 64
)

// Agent is what a user agent tells about itself. What it does not tell is
// empty. Every field is valid UTF-8 of at most 64 bytes without control
// characters, whatever the header held.
type Agent struct {
	OSCode    string // three letters, such as "WIN"
	OSName    string
	OSVersion string

	ClientType          string // "browser", "library" or "desktop"
	ClientCode          string // two letters for browsers, "cli" for Appwrite's CLI, else empty
	ClientName          string
	ClientVersion       string // two components at most
	ClientEngine        string
	ClientEngineVersion string // as long as the agent gives it

	DeviceName  string // the class: "desktop", "smartphone", "tablet", "tv", "console", ...
	DeviceBrand string
	DeviceModel string
}

// Parse reads a User-Agent header by the rules of contract section 8. It never
// fails and takes time linear in the length of ua, of which it reads the first
// 16,384 bytes.
func Parse(ua string) Agent {
	t := newText(ua[:min(len(ua), maxAgent)])
	var a Agent
	a.readOS(t)
	if !a.readCLI(t) {
		a.readClient(t)
	}
	a.readDevice(t)
	return a
}

// readCLI recognises Appwrite's command line, which no table row could: its
// version is that of the first word, whichever word that is.
func (a *Agent) readCLI(t text) bool {
	if !strings.Contains(t.raw, "AppwriteCLI") {
		return false
	}
	word, _, _ := strings.Cut(t.raw, " ")
	_, version, _ := strings.Cut(word, "/")
	a.ClientType, a.ClientCode, a.ClientName = "desktop", "cli", "Appwrite CLI"
	a.ClientVersion = clean(version)
	return true
}

// clean makes a piece of a header fit to be stored and shown, or empty.
// PostgreSQL refuses invalid UTF-8, and a terminal obeys control characters.
func clean(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxValue || !utf8.ValidString(s) || strings.ContainsFunc(s, isControl) {
		return ""
	}
	return s
}

func isControl(r rune) bool { return r < ' ' || 0x7f <= r && r < 0xa0 }
