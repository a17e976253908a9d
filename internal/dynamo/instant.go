package dynamo

import (
	"reflect"
	"time"
)

var instantType = reflect.TypeFor[time.Time]()

// cut is a deep copy of a value in which every instant is what the table keeps:
// in UTC, cut to the microsecond. A time that is not set stays so.
func cut[T any](v T) T {
	return cutValue(reflect.ValueOf(&v).Elem()).Interface().(T)
}

func cutInstant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMicro(t.UnixMicro()).UTC()
}

func cutValue(v reflect.Value) reflect.Value {
	if v.Type() == instantType {
		return reflect.ValueOf(cutInstant(v.Interface().(time.Time)))
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := out.Field(i); f.CanSet() {
				f.Set(cutValue(v.Field(i)))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(cutValue(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(cutValue(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
			for it := v.MapRange(); it.Next(); {
				out.SetMapIndex(it.Key(), cutValue(it.Value()))
			}
		}
	}
	return out
}
