package api

import (
	"net/http"
	"strconv"
)

// notJSON is a result that is sent as something else than JSON.
type notJSON interface {
	write(w http.ResponseWriter, status int)
}

// redirect sends the client on to a URL.
type redirect string

func (to redirect) write(w http.ResponseWriter, status int) {
	w.Header().Set("Location", string(to))
	w.Header().Set("Cache-Control", "no-cache, no-store, must-revalidate")
	w.WriteHeader(status)
}

// content is text, a picture or a page.
type content struct {
	kind string // the media type
	body []byte
}

func (c content) write(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", c.kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(c.body)))
	w.WriteHeader(status)
	w.Write(c.body)
}

// picture is a PNG.
type picture []byte

func (p picture) write(w http.ResponseWriter, status int) {
	content{"image/png", p}.write(w, status)
}
