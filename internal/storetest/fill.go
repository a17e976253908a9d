package storetest

import (
	"fmt"
	"reflect"
	"time"

	"relais/internal/dossier"
)

// fill gives every exported field at p a value of its own, so that a store that
// forgets a field, a new one included, is found out.
func fill(p any) {
	f := filler{}
	f.value(reflect.ValueOf(p).Elem(), 0)
}

type filler struct{ n int }

// deepest bounds the rows of champs of rows of champs.
const deepest = 9

func (f *filler) value(v reflect.Value, depth int) {
	f.n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(noon.Add(time.Duration(f.n)*time.Hour + time.Duration(f.n)*time.Microsecond)))
		return
	case dossier.Day:
		v.Set(reflect.ValueOf(dossier.Day{Year: 2026, Month: time.May, Day: 1}.AddDays(f.n)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("é%d", f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Float64:
		v.SetFloat(float64(f.n) + 0.25)
	case reflect.Struct:
		f.fields(v, depth)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.value(v.Elem(), depth+1)
	case reflect.Slice:
		f.slice(v, depth)
	case reflect.Map:
		f.entries(v, depth)
	default:
		panic("storetest cannot fill a " + v.Kind().String())
	}
}

func (f *filler) fields(v reflect.Value, depth int) {
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			f.value(v.Field(i), depth+1)
		}
	}
}

func (f *filler) slice(v reflect.Value, depth int) {
	if depth > deepest {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), 2, 2))
	for i := range v.Len() {
		f.value(v.Index(i), depth+1)
	}
}

func (f *filler) entries(v reflect.Value, depth int) {
	v.Set(reflect.MakeMap(v.Type()))
	for range 2 {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.value(key, depth+1)
		f.value(value, depth+1)
		v.SetMapIndex(key, value)
	}
}

// instants calls fn with every time.Time in v, and the path to it.
func instants(v reflect.Value, path string, fn func(path string, at time.Time)) {
	if v.CanInterface() {
		if at, isTime := v.Interface().(time.Time); isTime {
			fn(path, at)
			return
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				instants(v.Field(i), path+"."+f.Name, fn)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			instants(v.Elem(), path, fn)
		}
	case reflect.Slice:
		for i := range v.Len() {
			instants(v.Index(i), fmt.Sprintf("%s[%d]", path, i), fn)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			instants(it.Value(), fmt.Sprintf("%s[%v]", path, it.Key()), fn)
		}
	}
}
