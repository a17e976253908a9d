package stage

import "sync/atomic"

// Nth counts calls, from any goroutine and any number of hooks, and runs do at
// the nth, once. The function returned tells whether that was it.
//
//	tick := stage.Nth(7, func() { poll.Kill() })
//	db.Before(func(standin.Call) *standin.Fault {
//		if tick() {
//			return &standin.Cut // the seventh call never arrives
//		}
//		return nil
//	})
func Nth(n int64, do func()) func() bool {
	var count atomic.Int64
	return func() bool {
		if count.Add(1) != n {
			return false
		}
		do()
		return true
	}
}
