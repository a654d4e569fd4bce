package store

import (
	"context"
	"strings"

	"roster"
	"roster/internal/query"
)

// standing is what must be known before a page is asked for.
type standing struct {
	cursor []any // of the cursor's row, what the page is ordered by
	spread spread
}

// find looks up the cursor's row and how frequent words are, in one statement.
func (s *Store) find(ctx context.Context, l *list, p roster.ProjectNumber, page Page, orders []query.Order) (st standing, err error) {
	sel := &selection{list: l, engine: s.engine}
	from := sel.arg(p)
	var columns []string
	if page.Cursor != nil {
		for _, o := range orders {
			columns = append(columns, l.columns[o.Attribute.Name].name)
		}
	}
	n := len(columns)
	columns = append(columns, sel.weights(p, page.Search)...)
	if len(columns) == 0 {
		return st, nil
	}
	text, missing := "select "+strings.Join(columns, ", "), error(nil)
	if page.Cursor != nil {
		text, missing = text+" from "+l.table+" where project = "+from+" and "+l.idIs(sel.arg(page.Cursor.ID)), roster.ErrCursorNotFound
	}
	rows, err := s.lists.query(ctx, text, sel.args...)
	values, err := first(rows, err, missing, func(r row) ([]any, error) {
		values, pointers := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			pointers[i] = &values[i]
		}
		return values, r.Scan(pointers...)
	})
	if err != nil {
		return st, err
	}
	return standing{cursor: values[:n:n], spread: spreadOf(values[n:])}, nil
}
