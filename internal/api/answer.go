package api

import (
	"net/http"
	"strconv"
	"strings"
)

// notJSON is a result that is sent as something else than JSON.
type notJSON interface {
	write(w http.ResponseWriter, status int)
	media() string // its type; empty: it has no body
}

// mediaType is the type without its parameters.
func mediaType(n notJSON) string {
	kind, _, _ := strings.Cut(n.media(), ";")
	return kind
}

// redirect sends the client on to a URL.
type redirect string

func (redirect) media() string { return "" }

func (to redirect) write(w http.ResponseWriter, status int) {
	w.Header().Set("Location", string(to))
	w.Header().Set("Cache-Control", "no-cache, no-store, must-revalidate")
	w.WriteHeader(status)
}

// picture is a PNG.
type picture []byte

func (picture) media() string { return "image/png" }

func (p picture) write(w http.ResponseWriter, status int) { writeContent(w, status, p.media(), p) }

// plainText is text for people and programs that read none of JSON.
type plainText string

func (plainText) media() string { return "text/plain; charset=UTF-8" }

func (t plainText) write(w http.ResponseWriter, status int) {
	writeContent(w, status, t.media(), []byte(t))
}

// webPage is a page for people.
type webPage []byte

func (webPage) media() string { return "text/html; charset=UTF-8" }

func (p webPage) write(w http.ResponseWriter, status int) { writeContent(w, status, p.media(), p) }

func writeContent(w http.ResponseWriter, status int, media string, body []byte) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}
