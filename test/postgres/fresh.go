package postgres

import (
	"fmt"
	"sync"
)

// Fresh databases of one server, which this process shares. The server is to be
// quick, so it does not sync.
var shared struct {
	once   sync.Once
	server *Server
	err    error

	mu    sync.Mutex // PostgreSQL copies a database for one at a time
	count int
}

// Fresh makes a database whose tables migrate has made, once for all, and
// returns its URL.
func Fresh(migrate func(url string) error) (string, error) {
	shared.once.Do(func() { shared.server, shared.err = withTemplate(migrate) })
	if shared.err != nil {
		return "", shared.err
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	shared.count++
	name := fmt.Sprint("fresh", shared.count)
	return shared.server.URL(name), shared.server.Create(name, template)
}

// template is the database that fresh ones are copies of.
const template = "template"

func withTemplate(migrate func(url string) error) (*Server, error) {
	s, err := Start("fsync=off", "max_connections=400")
	if err != nil {
		return nil, err
	}
	if err = s.Create(template, ""); err == nil {
		err = migrate(s.URL(template))
	}
	return s, err
}

// Shutdown removes the server of fresh databases. Tests call it at their end.
func Shutdown() {
	if shared.server != nil {
		shared.server.Remove()
	}
}
