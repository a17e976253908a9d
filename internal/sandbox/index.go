package sandbox

import (
	"cmp"
	"slices"
	"time"
)

// row is one line of a listing, ordered by (at, number).
type row struct {
	at      time.Time
	number  int
	dossier *dossier
	grave   *grave
}

// index is a sorted listing. Rows are found by binary search: a page costs what
// it shows, not what is stored.
type index []row

func compareRows(a, b row) int {
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.number, b.number))
}

// from is the place of the first row at or after (at, number).
func (x index) from(at time.Time, number int) int {
	i, _ := slices.BinarySearchFunc(x, row{at: at, number: number}, compareRows)
	return i
}

func (x *index) put(r row) {
	i := x.from(r.at, r.number)
	*x = slices.Insert(*x, i, r)
}

func (x *index) drop(at time.Time, number int) {
	i := x.from(at, number)
	if i < len(*x) && (*x)[i].number == number && (*x)[i].at.Equal(at) {
		*x = slices.Delete(*x, i, i+1)
	}
}
