package roster

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// BoolParam is true or false and nothing else (contract section 1.4, BOOL).
type BoolParam bool

// Parse implements [Kind].
func (p *BoolParam) Parse(v Value, _ Bounds) error {
	if v.Kind != Bool {
		return mustBe("true or false", v)
	}
	*p = v.Text == "true"
	return nil
}

// Schema implements [Kind].
func (BoolParam) Schema(Bounds) Schema { return Schema{"type": "boolean"} }

// LooseBool is a boolean that may also be written "true", "false", "1", "0", 1
// or 0, each meaning what it says (contract section 1.4, BOOL*, and Q4).
type LooseBool bool

// Parse implements [Kind].
func (p *LooseBool) Parse(v Value, _ Bounds) error {
	switch v.Kind {
	case Bool, String, Number:
		switch v.Text {
		case "true", "1":
			*p = true
			return nil
		case "false", "0":
			*p = false
			return nil
		}
	}
	return problem("must be true or false.")
}

// Schema implements [Kind].
func (LooseBool) Schema(Bounds) Schema { return Schema{"type": "boolean"} }

// Int32 is a JSON integer of 32 bits (contract section 1.4, INT32).
type Int32 int32

// Parse implements [Kind].
func (p *Int32) Parse(v Value, _ Bounds) error {
	n, err := strconv.ParseInt(v.Text, 10, 32)
	if v.Kind != Number || err != nil {
		return problem(fmt.Sprintf("must be an integer from %d to %d.", math.MinInt32, math.MaxInt32))
	}
	*p = Int32(n)
	return nil
}

// Schema implements [Kind].
func (Int32) Schema(Bounds) Schema { return Schema{"type": "integer", "format": "int32"} }

// Range is an integer within its bounds, as a number or a string of digits
// (contract section 1.4, RANGE).
type Range int64

// Parse implements [Kind].
func (p *Range) Parse(v Value, b Bounds) error {
	text := v.Text
	if v.Kind == String {
		text = strings.TrimSpace(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if v.Kind != Number && v.Kind != String || err != nil || n < b.Min || n > b.Max {
		return problem(fmt.Sprintf("must be an integer from %d to %d.", b.Min, b.Max))
	}
	*p = Range(n)
	return nil
}

// Schema implements [Kind].
func (Range) Schema(b Bounds) Schema {
	return Schema{"type": "integer", "minimum": b.Min, "maximum": b.Max}
}
