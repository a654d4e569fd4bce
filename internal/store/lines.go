package store

import (
	"context"
	"net"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

// lines are the open connections to PostgreSQL. When its machine does not
// answer any more, all of them are cut: each would otherwise be found out by a
// request that waits for it in vain.
type lines struct {
	mu   sync.Mutex
	open map[*line]bool
}

type line struct {
	net.Conn
	of *lines
}

// through keeps the connections that dial makes.
func (l *lines) through(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		kept := &line{conn, l}
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.open == nil {
			l.open = make(map[*line]bool)
		}
		l.open[kept] = true
		return kept, nil
	}
}

// Close closes the connection and forgets it.
func (l *line) Close() error {
	l.of.mu.Lock()
	delete(l.of.open, l)
	l.of.mu.Unlock()
	return l.Conn.Close()
}

// cut closes all that are open; whoever uses one of them learns that at once.
func (l *lines) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for each := range l.open {
		each.Conn.Close()
	}
	clear(l.open)
}
