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

// AppendWire appends t as the contract writes it, always with milliseconds and
// +00:00; an absent time appends nothing.
func (t Time) AppendWire(b []byte) []byte {
	if t == 0 {
		return b
	}
	at := t.Time()
	year, month, day := at.Date()
	hour, minute, second := at.Clock()
	b = append(appendDigits(b, year, 1000), '-')
	b = append(appendDigits(b, int(month), 10), '-')
	b = append(appendDigits(b, day, 10), 'T')
	b = append(appendDigits(b, hour, 10), ':')
	b = append(appendDigits(b, minute, 10), ':')
	b = append(appendDigits(b, second, 10), '.')
	b = appendDigits(b, at.Nanosecond()/int(time.Millisecond), 100)
	return append(b, "+00:00"...)
}

// appendDigits writes n with as many digits as unit has.
func appendDigits(b []byte, n, unit int) []byte {
	for ; unit > 0; unit /= 10 {
		b = append(b, byte('0'+n/unit%10))
	}
	return b
}

// String returns the wire form.
func (t Time) String() string { return string(t.AppendWire(nil)) }
