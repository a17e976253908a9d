package dossier

import (
	"fmt"
	"time"
)

// Day is a calendar day without a zone, as the law counts and as the platform's
// ISO8601Date writes. The zero Day means none and marshals as an empty string.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf is the calendar day of an instant in a zone.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Day{y, m, d}
}

// ParseDay reads YYYY-MM-DD; anything else, an impossible day included, is an
// error that shows the shape expected and not the value.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("a day must be written YYYY-MM-DD (got %d characters)", len(s))
	}
	return DayOf(t, time.UTC), nil
}

// IsZero tells that there is no day.
func (d Day) IsZero() bool { return d == Day{} }

// At is the instant of a wall-clock time on that day in a zone. In the hole of
// a spring night it is the instant one hour later, as time.Date does.
func (d Day) At(hour, minute int, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, zone)
}

// AddDays moves by calendar days.
func (d Day) AddDays(n int) Day {
	return DayOf(time.Date(d.Year, d.Month, d.Day+n, 12, 0, 0, 0, time.UTC), time.UTC)
}

// AddMonths moves from date to date and clamps to the last day of the month:
// 30 December plus two months is 28 or 29 February.
func (d Day) AddMonths(n int) Day {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 12, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Day{first.Year(), first.Month(), min(d.Day, last)}
}

// Before compares two days; a zero Day is before all others.
func (d Day) Before(o Day) bool { return d.Compare(o) < 0 }

// After compares two days.
func (d Day) After(o Day) bool { return d.Compare(o) > 0 }

// Compare orders days for slices.SortFunc.
func (d Day) Compare(o Day) int {
	a, b := d.ordinal(), o.ordinal()
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Sub counts the calendar days from o to d.
func (d Day) Sub(o Day) int {
	a := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	b := time.Date(o.Year, o.Month, o.Day, 0, 0, 0, 0, time.UTC)
	return int(a.Sub(b) / (24 * time.Hour))
}

// Weekday tells the day of the week.
func (d Day) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC).Weekday()
}

func (d Day) ordinal() int { return (d.Year*100+int(d.Month))*100 + d.Day }

// String writes YYYY-MM-DD, or nothing for the zero Day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText implements encoding.TextMarshaler.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	v, err := ParseDay(string(b))
	if err == nil {
		*d = v
	}
	return err
}
