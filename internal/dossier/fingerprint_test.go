package dossier

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"
)

// full is a dossier in which everything is set, by reflection, so that a field
// added later is in the test at once.
func full() Dossier {
	var d Dossier
	n := 0
	fillValue(reflect.ValueOf(&d).Elem(), &n, 0)
	return d
}

const deepest = 6 // champs within rows within champs

func fillValue(v reflect.Value, n *int, depth int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(1 + *n%12))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), n, depth+1)
	case reflect.Slice:
		if depth >= deepest {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillValue(v.Index(0), n, depth+1)
		fillValue(v.Index(1), n, depth+1)
	case reflect.Struct:
		if v.Type() == instantType {
			v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 12, *n%60, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			fillValue(v.Field(i), n, depth+1)
		}
	default:
		panic(fmt.Sprintf("a %s inside a Dossier: the fingerprint does not know how to write it", v.Kind()))
	}
}

// leaves calls f on every value of a dossier that can be changed alone.
func leaves(v reflect.Value, path string, f func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		leaves(v.Elem(), path, f)
	case reflect.Slice:
		for i := range v.Len() {
			leaves(v.Index(i), fmt.Sprintf("%s[%d]", path, i), f)
		}
		f(path, v)
	case reflect.Struct:
		if v.Type() == instantType {
			f(path, v)
			return
		}
		for i := range v.NumField() {
			leaves(v.Field(i), path+"."+v.Type().Field(i).Name, f)
		}
	default:
		f(path, v)
	}
}

// change gives a leaf another value.
func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "'")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	case reflect.Slice:
		v.Set(v.Slice(0, max(0, v.Len()-1)))
	case reflect.Struct:
		v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(time.Second)))
	}
}

func TestEveryStoredFieldIsInTheFingerprint(t *testing.T) {
	d := full()
	before := Fingerprint(d)
	var changed, same int
	leaves(reflect.ValueOf(&d).Elem(), "", func(path string, v reflect.Value) {
		if v.Kind() == reflect.Slice && v.Len() == 0 {
			return
		}
		kept := reflect.New(v.Type()).Elem()
		kept.Set(v)
		change(v)
		after := Fingerprint(d)
		v.Set(kept)
		moves := len(path) > 10 && path[len(path)-10:] == ".UpdatedAt"
		switch {
		case moves && after != before:
			t.Errorf("%s moves without meaning, and changed the fingerprint", path)
		case moves:
			same++
		case after == before:
			t.Errorf("%s changed, and not the fingerprint", path)
		default:
			changed++
		}
	})
	if Fingerprint(d) != before || changed < 300 || same == 0 {
		t.Errorf("%d fields changed it, %d did not", changed, same)
	}
}

func TestNothingAndSomethingEmptyDiffer(t *testing.T) {
	no, zero := false, 0.0
	champs := []Champ{
		{}, {Bool: &no}, {Decimal: &zero}, {Place: &Place{}}, {Text: "0"}, {Integer: "0"}, {Values: []string{""}},
		{Values: []string{"", ""}}, {Values: []string{"a", "b"}}, {Values: []string{"ab"}}, {Text: "a", Secondary: "b"}, {Text: "ab"},
	}
	seen := map[string]Champ{}
	for _, c := range champs {
		f := Fingerprint(Dossier{Champs: []Champ{c}})
		if other, ok := seen[f]; ok {
			t.Errorf("%+v and %+v have one fingerprint", c, other)
		}
		seen[f] = c
	}
}

func TestWhatSaysTheSameHasOneFingerprint(t *testing.T) {
	d := full()
	want := Fingerprint(d)
	if len(want) != 32 {
		t.Errorf("%d characters", len(want))
	}
	paris := time.FixedZone("", 3600)
	moved := full()
	moved.DateDepot = moved.DateDepot.In(paris)
	*moved.DateTraitement = moved.DateTraitement.In(paris)
	if Fingerprint(moved) != want {
		t.Error("the same instant in another zone counts as a change")
	}
	if Fingerprint(Dossier{Champs: []Champ{}, Labels: []Label{}}) != Fingerprint(Dossier{}) {
		t.Error("an empty list counts as a change")
	}

	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var stored Dossier
	if err := json.Unmarshal(text, &stored); err != nil {
		t.Fatal(err)
	}
	if Fingerprint(stored) != want {
		t.Error("storing and reading back counts as a change")
	}
}

// TestTheFingerprintIsPinned: a change here rewrites every stored dossier once,
// which must be wanted.
func TestTheFingerprintIsPinned(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	d := Dossier{Number: 1, State: EnConstruction, DateDepot: at, Champs: []Champ{{ID: "C", Text: "été"}}}
	if got, want := Fingerprint(d), "8e4ed3d37b461bfeb6827d906ea64819"; got != want {
		t.Errorf("Fingerprint = %s, want %s", got, want)
	}
}

func BenchmarkFingerprint(b *testing.B) {
	d := full()
	d.Champs = make([]Champ, 60)
	for i := range d.Champs {
		d.Champs[i] = Champ{ID: "Q2hhbXAtMTIz", DescriptorID: "Q2hhbXAtMTIz", Type: TextChamp, Label: "Intitulé", StringValue: "texte", Text: "texte"}
	}
	b.ReportAllocs()
	for b.Loop() {
		Fingerprint(d)
	}
}
