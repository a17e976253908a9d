package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/truora/minidyn/aws-v2/client"

	"relais/internal/dossier"
	"relais/internal/dynamo"
	"relais/internal/notify"
)

var (
	noon     = time.Date(2026, time.March, 2, 11, 0, 0, 0, time.UTC)
	errDeath = errors.New("the process died here")
)

// table is an emulator whose clients die, each at a call of its own.
type table struct {
	t      testing.TB
	client *client.Client
	now    time.Time
}

func newTable(t testing.TB) *table {
	tb := &table{t: t, client: client.NewClient(), now: noon}
	created(t, tb.client, "relais")
	return tb
}

// dying is the store of a process that dies before its n-th writing call, or
// when late, just after it, without knowing.
func (tb *table) dying(n int, late bool) *dynamo.Store {
	left := n
	return tb.with(func(_ context.Context, in any, call func() (any, error)) (any, error) {
		switch in.(type) {
		case *dynamodb.GetItemInput, *dynamodb.BatchGetItemInput, *dynamodb.QueryInput, *dynamodb.ScanInput:
			if left > 0 {
				return call()
			}
			return nil, errDeath
		}
		left--
		if left == 0 && late {
			_, _ = call()
		}
		if left <= 0 {
			return nil, errDeath
		}
		return call()
	})
}

func (tb *table) with(around func(context.Context, any, func() (any, error)) (any, error)) *dynamo.Store {
	tb.t.Helper()
	s, err := dynamo.NewWith(hooked{tb.client, around}, "relais", dynamo.Options{Now: func() time.Time { return tb.now }})
	if err != nil {
		tb.t.Fatal(err)
	}
	return s
}

func (tb *table) living() *dynamo.Store {
	return tb.with(func(_ context.Context, _ any, call func() (any, error)) (any, error) { return call() })
}

// payloads counts the payload rows of a dossier.
func (tb *table) payloads(number int) int {
	tb.t.Helper()
	out, err := tb.client.Query(context.Background(), &dynamodb.QueryInput{
		TableName: aws.String("relais"), KeyConditionExpression: aws.String("pk = :pk"),
		ExpressionAttributeValues: row{":pk": &types.AttributeValueMemberS{Value: fmt.Sprint("payload#", number)}},
	})
	if err != nil {
		tb.t.Fatal(err)
	}
	return len(out.Items)
}

// everyDeath runs a story once for each call that a process can die at, until it
// survives.
func everyDeath(t *testing.T, story func(t *testing.T, tb *table, dying *dynamo.Store) error) {
	t.Helper()
	for _, late := range []bool{false, true} {
		for n := 1; ; n++ {
			tb := newTable(t)
			err := story(t, tb, tb.dying(n, late))
			if err == nil {
				break
			}
			if !errors.Is(err, errDeath) || n > 40 {
				t.Fatalf("death %d: %v", n, err)
			}
		}
	}
}

func aRecord(number int, version int64, content string) dossier.Record {
	return dossier.Record{
		Head: dossier.Head{
			Number: number, Demarche: 1, Version: version, Modified: noon,
			Judgement: dossier.Judgement{JudgedWith: "s", Deadlines: []dossier.Deadline{{
				Kind: "D14", Steps: []dossier.Step{{Name: "J", At: noon}},
			}}},
		},
		Dossier: &dossier.Dossier{Number: number, Demarche: 1, Champs: []dossier.Champ{{ID: "c", Text: content}}},
	}
}

func read(t testing.TB, s *dynamo.Store, number int) dossier.Record {
	t.Helper()
	r, _, err := s.Record(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func contentOf(r dossier.Record) string {
	if r.Dossier == nil {
		return ""
	}
	return r.Dossier.Champs[0].Text
}

func TestDeathWhileWritingADossier(t *testing.T) {
	long := strings.Repeat("é", 10)
	everyDeath(t, func(t *testing.T, tb *table, dying *dynamo.Store) error {
		s := tb.living()
		put(t, s, aRecord(1, 0, "avant"))
		_, err := dying.Put(t.Context(), []dossier.Record{aRecord(1, 1, long)})
		got := read(t, s, 1)
		if c := contentOf(got); c != []string{"", "avant", long}[got.Version] {
			t.Fatalf("version %d says %q", got.Version, c)
		}
		put(t, s, aRecord(1, got.Version, "après"))
		if contentOf(read(t, s, 1)) != "après" || tb.payloads(1) != 1 {
			t.Fatalf("%d payloads after the next write", tb.payloads(1))
		}
		return err
	})
}

func TestDeathWhilePurging(t *testing.T) {
	everyDeath(t, func(t *testing.T, tb *table, dying *dynamo.Store) error {
		s := tb.living()
		put(t, s, aRecord(1, 0, "secret"))
		gone := aRecord(1, 1, "secret")
		gone.Removed = dossier.Purged
		_, err := dying.Put(t.Context(), []dossier.Record{gone})
		if got := read(t, s, 1); got.Removed == dossier.Purged && tb.payloads(1) > 0 {
			t.Fatal("purged, and the payload is there")
		} else if got.Removed != dossier.Purged && contentOf(got) != "secret" {
			t.Fatal("not purged, and the payload is gone")
		}
		return err
	})
}

// TestWhatIsErasedHasNoPayloadAtAll, though a writer died before the first head.
func TestWhatIsErasedHasNoPayloadAtAll(t *testing.T) {
	tb := newTable(t)
	if _, err := tb.dying(2, false).Put(t.Context(), []dossier.Record{aRecord(1, 0, "secret")}); !errors.Is(err, errDeath) {
		t.Fatal(err)
	}
	elsewhere := aRecord(1, 0, "secret")
	elsewhere.Foreign = true
	put(t, tb.living(), elsewhere)
	if n := tb.payloads(1); n != 0 {
		t.Errorf("%d payloads", n)
	}
}

// TestOrphansAreErased: a writer dies between its payload and its head, after
// the dossier was purged.
func TestOrphansAreErased(t *testing.T) {
	tb := newTable(t)
	s := tb.living()
	put(t, s, aRecord(1, 0, "gardé"), aRecord(2, 0, "purgé"))
	gone := aRecord(2, 1, "")
	gone.Dossier, gone.Removed = nil, dossier.Purged
	put(t, s, gone)
	if _, err := tb.dying(2, false).Put(t.Context(), []dossier.Record{aRecord(2, 1, "trop tard")}); !errors.Is(err, errDeath) {
		t.Fatal(err)
	}
	for _, c := range []struct {
		age        time.Duration
		want, left int
	}{{time.Minute, 0, 1}, {2 * time.Hour, 1, 0}, {2 * time.Hour, 0, 0}} {
		tb.now = noon.Add(c.age)
		erased, err := s.EraseOrphans(t.Context())
		if err != nil || erased != c.want || tb.payloads(2) != c.left {
			t.Errorf("after %v: %d erased, %d left, error %v", c.age, erased, tb.payloads(2), err)
		}
	}
	if contentOf(read(t, s, 1)) != "gardé" {
		t.Error("a payload that is pointed to was erased")
	}
}

// TestPayloadReplacedMeanwhile: between the head and its payload, a writer
// supersedes both.
func TestPayloadReplacedMeanwhile(t *testing.T) {
	tb := newTable(t)
	writer := tb.living()
	put(t, writer, aRecord(1, 0, "0"))
	version := int64(1)
	reader := tb.with(func(_ context.Context, in any, call func() (any, error)) (any, error) {
		out, err := call()
		if get, ok := in.(*dynamodb.BatchGetItemInput); ok && version < 4 {
			if pk := get.RequestItems["relais"].Keys[0]["pk"].(*types.AttributeValueMemberS).Value; pk == "dossier" {
				put(t, writer, aRecord(1, version, fmt.Sprint(version)))
				version++
			}
		}
		return out, err
	})
	got := read(t, reader, 1)
	if contentOf(got) != fmt.Sprint(got.Version-1) || got.Version != 4 {
		t.Errorf("version %d says %q", got.Version, contentOf(got))
	}
}

func TestPayloadThatIsMissingIsAnError(t *testing.T) {
	tb := newTable(t)
	put(t, tb.living(), aRecord(1, 0, "0"))
	s := tb.with(func(_ context.Context, in any, call func() (any, error)) (any, error) {
		out, err := call()
		if got, ok := out.(*dynamodb.BatchGetItemOutput); ok {
			got.Responses["relais"] = slices.DeleteFunc(got.Responses["relais"], func(it map[string]types.AttributeValue) bool {
				return it["pk"].(*types.AttributeValueMemberS).Value == "payload#1"
			})
		}
		return out, err
	})
	if _, _, err := s.Record(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "payload is missing") {
		t.Errorf("error %v", err)
	}
}

func someIntentions(count int) (list []notify.Intention, keys []string) {
	for n := range count {
		i := notify.Intention{
			Key: fmt.Sprintf("dossier:%d/D14/2026-04-01/J-7/p", n), Person: "p", Kind: notify.Reminder,
			CreatedAt: noon, Status: notify.Pending,
		}
		list, keys = append(list, i), append(keys, i.Key)
	}
	return list, keys
}

// TestCleaningLeavesWhatAnotherWrites: while a writer is about to clean up, the
// next version is written.
func TestCleaningLeavesWhatAnotherWrites(t *testing.T) {
	tb := newTable(t)
	other := tb.living()
	put(t, other, aRecord(1, 0, "un"))
	s := tb.with(func(_ context.Context, in any, call func() (any, error)) (any, error) {
		if _, cleaning := in.(*dynamodb.QueryInput); cleaning {
			put(t, other, aRecord(1, 2, "trois"))
		}
		return call()
	})
	put(t, s, aRecord(1, 1, "deux"))
	if got := contentOf(read(t, other, 1)); got != "trois" || tb.payloads(1) != 1 {
		t.Errorf("%q, %d payloads", got, tb.payloads(1))
	}
}

func TestALoserLeavesNothing(t *testing.T) {
	tb := newTable(t)
	s := tb.living()
	put(t, s, aRecord(1, 0, "un"))
	for _, version := range []int64{0, 2} {
		conflicts, err := s.Put(t.Context(), []dossier.Record{aRecord(1, version, "perdu")})
		if err != nil || len(conflicts) != 1 || tb.payloads(1) != 1 {
			t.Errorf("version %d: conflicts %v, error %v, %d payloads", version, conflicts, err, tb.payloads(1))
		}
	}
}
