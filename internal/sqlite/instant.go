package sqlite

import (
	"database/sql/driver"
	"errors"
	"reflect"
	"strconv"
	"time"
)

// instant is a time.Time as we store it, in columns and in JSON: an integer of
// microseconds since 1970 in UTC, cut, not rounded. The zero Time is NULL in a
// column and absent in JSON (omitzero).
type instant struct{ time.Time }

func (i instant) micros() int64 { return i.UnixMicro() }

func (i *instant) set(micros int64) { i.Time = time.UnixMicro(micros).UTC() }

// MarshalJSON implements json.Marshaler.
func (i instant) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, i.micros(), 10), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (i *instant) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil {
		return errors.New("a stored instant is not an integer of microseconds")
	}
	i.set(n)
	return nil
}

// Value implements driver.Valuer.
func (i instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i.micros(), nil
}

// Scan implements sql.Scanner.
func (i *instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		i.Time = time.Time{}
	case int64:
		i.set(v)
	default:
		return errors.New("a stored instant is not an integer of microseconds")
	}
	return nil
}

// cutInstants brings every time.Time below v, which must be settable, to what an
// instant holds: UTC, cut to the microsecond. It is for what was just decoded.
func cutInstants(v reflect.Value) {
	if at, isTime := v.Addr().Interface().(*time.Time); isTime {
		if !at.IsZero() {
			*at = time.UnixMicro(at.UnixMicro()).UTC()
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				cutInstants(f)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			cutInstants(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			cutInstants(v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(it.Value())
			cutInstants(value)
			v.SetMapIndex(it.Key(), value)
		}
	}
}
