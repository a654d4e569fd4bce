package roster

import "time"

// Time is a moment in milliseconds since 1970 UTC, the precision that is
// stored and sent (contract section 4). Zero means absent.
type Time int64

// TimeOf cuts t to milliseconds.
func TimeOf(t time.Time) Time { return Time(t.UnixMilli()) }

// Add returns the moment d later.
func (t Time) Add(d time.Duration) Time { return t + Time(d.Milliseconds()) }

// Time returns t in UTC.
func (t Time) Time() time.Time { return time.UnixMilli(int64(t)).UTC() }

const wireTime = "2006-01-02T15:04:05.000-07:00"

// AppendWire appends t as the contract writes it, always with milliseconds and
// +00:00; an absent time appends nothing.
func (t Time) AppendWire(b []byte) []byte {
	if t == 0 {
		return b
	}
	return t.Time().AppendFormat(b, wireTime)
}

// String returns the wire form.
func (t Time) String() string { return string(t.AppendWire(nil)) }
