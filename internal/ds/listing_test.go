package ds

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"relais/internal/dossier"
)

func listingAnswer(info object, edges ...any) object {
	return object{"data": object{"demarche": object{
		"number": 62515, "dossiers": object{"pageInfo": info, "edges": edges},
	}}}
}

func edge(cursor string, node any) object {
	return object{"cursor": cursor, "node": node}
}

func row(number int) object {
	return object{"number": number, "dateDerniereModification": "2026-10-05T11:00:00+02:00"}
}

func TestAListingNamesEvenWhatCannotBeShown(t *testing.T) {
	tail := base64.RawURLEncoding.EncodeToString([]byte("2026-10-05 09:00:00.123456000 UTC;77"))
	body := listingAnswer(pageInfo(true, "c9"), edge("c1", row(7)), edge(tail, nil), edge("opaque", nil), nil)
	body["errors"] = []any{object{"message": "x", "path": []any{"demarche", "dossiers", "edges", 1, "node"}, "extensions": object{"code": "invalid_null"}}}
	client := newClient(t, answeringJSON(t, body))
	l, err := client.Listing(inContext(t), 62515, dossier.Position{Since: moment, Cursor: "c0"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for _, r := range l.Rows {
		numbers = append(numbers, r.Number)
	}
	if len(numbers) != 4 || numbers[0] != 7 || numbers[1] != 77 || numbers[2] != 0 || numbers[3] != 0 {
		t.Errorf("numbers %v, want 7, 77 by its cursor, and two of 0", numbers)
	}
	if !l.Rows[0].Modified.Equal(time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)) || !l.Rows[1].Modified.IsZero() {
		t.Errorf("dates %v, %v", l.Rows[0].Modified, l.Rows[1].Modified)
	}
	if l.EndCursor != "c9" || !l.HasNextPage || l.ReadAt.IsZero() || l.PlatformAt.IsZero() {
		t.Errorf("listing %+v", l)
	}
}

func TestAListingWithoutRowsIsAnError(t *testing.T) {
	for name, tt := range map[string]struct {
		body any
		want Kind
	}{
		"no list":        {object{"data": object{"demarche": nil}, "errors": []any{object{"message": "Timeout on x"}}}, Timeout},
		"null démarche":  {object{"data": object{"demarche": nil}}, NoData},
		"another shape":  {object{"data": object{"demarche": []any{}}}, NotUnderstood},
		"a stuck cursor": {listingAnswer(pageInfo(true, "c0"), edge("c0", row(7))), StuckCursor},
	} {
		client := newClient(t, answeringJSON(t, tt.body))
		_, err := client.Listing(inContext(t), 62515, dossier.Position{Since: moment, Cursor: "c0"}, 100)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}
