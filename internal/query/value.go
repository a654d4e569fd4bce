package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// typed checks that values suit an attribute of type t and returns them as
// [Filter] describes.
func typed(values []any, t Type) ([]any, error) {
	out := make([]any, len(values))
	for i, v := range values {
		var err error
		if out[i], err = value(v, t); err != nil {
			return nil, fmt.Errorf("value %d must be %w", i+1, err)
		}
	}
	return out, nil
}

// value returns an error that says what v must be.
func value(v any, t Type) (any, error) {
	switch t {
	case Boolean:
		return boolean(v)
	case Datetime:
		return datetime(v)
	case Integer: // the range of the row numbers that clients may name (contract section 5.3)
		return integer(v, 1)
	case Number:
		return integer(v, math.MinInt32)
	default:
		return str(v)
	}
}

func boolean(v any) (any, error) {
	if b, ok := v.(bool); ok {
		return b, nil
	}
	return nil, errors.New("true or false, without quotes")
}

func datetime(v any) (any, error) {
	s, _ := v.(string)
	if ms, ok := parseDatetime(s); ok {
		return ms, nil
	}
	return nil, errors.New("a date or time of ISO 8601, such as \"2030-01-31\" or \"2030-01-31T23:59:59.000+00:00\"")
}

func integer(v any, least int64) (any, error) {
	number, _ := v.(json.Number)
	if n, err := strconv.ParseInt(number.String(), 10, 64); err == nil && n >= least && n <= math.MaxInt32 {
		return n, nil
	}
	return nil, fmt.Errorf("an integer from %d to %d, without quotes", least, math.MaxInt32)
}

func str(v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		return nil, errors.New("a string")
	}
	// PostgreSQL cannot hold NUL, and would refuse the whole statement.
	if strings.IndexByte(s, 0) >= 0 {
		return nil, errors.New("a string without NUL characters")
	}
	return s, nil
}
