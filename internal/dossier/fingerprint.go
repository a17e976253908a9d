package dossier

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// fingerprintVersion changes when the encoding does; every dossier is then
// written once more.
const fingerprintVersion = "relais dossier 1\n"

// Fingerprint tells whether two readings of a dossier say the same: equal
// fingerprints mean that there is nothing to write. It is the start of the
// SHA-256, in 32 hexadecimal digits, of a canonical encoding of everything that
// is kept, with one exception: Champ.UpdatedAt. The platform makes that one up
// for a champ never filled, and for the others it adds nothing to the value and
// to DateDerniereModification, which is in.
//
// Zones do not count, only instants; nor does the difference between an empty
// list and none, or the order of Go's fields. A field added to a type changes
// nothing while it is empty.
func Fingerprint(d Dossier) string {
	b := append(make([]byte, 0, 16<<10), fingerprintVersion...)
	b = appendCanonical(b, reflect.ValueOf(&d).Elem())
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// meaningless are the fields that move without meaning.
var meaningless = map[reflect.Type]string{reflect.TypeFor[Champ](): "UpdatedAt"}

var instantType = reflect.TypeFor[time.Time]()

// Marks of the encoding. Every text and list is preceded by its length, so that
// two different values never give the same bytes.
const (
	markNone   = 0
	markField  = 1
	markEnd    = 2
	markValue  = 3
	markMoment = 4
)

// appendCanonical writes a value. Fields that hold nothing are left out; a
// pointer to nothing is not: "no" and "no answer" differ.
func appendCanonical(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return append(binary.AppendUvarint(b, uint64(v.Len())), v.String()...)
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Float32, reflect.Float64:
		return binary.BigEndian.AppendUint64(b, math.Float64bits(v.Float()+0)) // +0: no negative zero
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, markNone)
		}
		return appendCanonical(append(b, markValue), v.Elem())
	case reflect.Slice, reflect.Array:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		for i := range v.Len() {
			b = appendCanonical(b, v.Index(i))
		}
		return b
	case reflect.Struct:
		return appendStruct(b, v)
	}
	// A map, an interface, a function: none may be part of a Dossier, which a
	// test checks type by type.
	return b
}

func appendStruct(b []byte, v reflect.Value) []byte {
	if v.Type() == instantType {
		t := v.Addr().Interface().(*time.Time)
		b = binary.AppendVarint(append(b, markMoment), t.Unix())
		return binary.AppendVarint(b, int64(t.Nanosecond()))
	}
	for _, f := range fieldsOf(v.Type()) {
		value := v.Field(f.index)
		if isNothing(value) {
			continue
		}
		b = append(b, markField)
		b = append(binary.AppendUvarint(b, uint64(len(f.name))), f.name...)
		b = appendCanonical(b, value)
	}
	return append(b, markEnd)
}

func isNothing(v reflect.Value) bool {
	switch {
	case v.Kind() == reflect.Slice:
		return v.Len() == 0
	case v.Type() == instantType:
		return v.Addr().Interface().(*time.Time).IsZero()
	}
	return v.IsZero()
}

type field struct {
	name  string
	index int
}

var fieldsByType sync.Map // reflect.Type → []field

// fieldsOf lists the fields that count, in the order of their names.
func fieldsOf(t reflect.Type) []field {
	if known, ok := fieldsByType.Load(t); ok {
		return known.([]field)
	}
	var out []field
	for i := range t.NumField() {
		if name := t.Field(i).Name; name != meaningless[t] {
			out = append(out, field{name, i})
		}
	}
	slices.SortFunc(out, func(a, b field) int { return strings.Compare(a.name, b.name) })
	fieldsByType.Store(t, out)
	return out
}
