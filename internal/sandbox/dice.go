package sandbox

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// dice is the source of chance of one subject. Two subjects never share one, so
// that adding a throw to one story changes no other.
func dice(seed uint64, subject string, numbers ...int64) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(subject))
	for _, n := range numbers {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// between is a duration of microseconds, as the platform's columns hold.
func between(r *rand.Rand, lo, hi time.Duration) time.Duration {
	return (lo + time.Duration(r.Int64N(int64(hi-lo)+1))).Truncate(time.Microsecond)
}

// officeHour moves an instant to between 8:00 and 20:00 of its Paris day.
func officeHour(r *rand.Rand, t time.Time) time.Time {
	y, m, d := t.In(paris).Date()
	return time.Date(y, m, d, 8, 0, 0, 0, paris).Add(between(r, 0, 12*time.Hour))
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ulid is the shape of the platform's row ids: a time, then chance.
func ulid(r *rand.Rand, t time.Time) string {
	var out [26]byte
	ms := uint64(t.UnixMilli())
	for i := 9; i >= 0; i-- {
		out[i] = crockford[ms&31]
		ms >>= 5
	}
	for i := 10; i < len(out); i++ {
		out[i] = crockford[r.IntN(32)]
	}
	return string(out[:])
}
