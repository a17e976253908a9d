package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"relais/internal/sandbox"
	"relais/internal/stage"
)

// platformLatency is added to each answer of the platform. Its true one is not
// known; GB-seconds of poll and ingest are little else than the wait for it.
const platformLatency = 300 * time.Millisecond

// BenchmarkCosts fills the first table. Run it with -benchtime 1x.
func BenchmarkCosts(b *testing.B) {
	const n = 1000
	w := stand(b, n, platformLatency)
	poll := w.function("poll")
	begun := time.Now()

	p, first := w.poll("1,000 dossiers first seen", poll, "")
	w.want(p, n, n, 0, 0)
	w.newIsCheap(first, n)
	eachNew, newText := first.itemised(n)

	w.changeAll()
	p, changed := w.poll("1,000 dossiers changed", poll, "")
	w.want(p, n, 0, n, 0)
	eachChanged, changedText := changed.itemised(n)

	p, again := w.poll("1,000 unchanged, listed again", poll, "")
	w.want(p, n, 0, 0, n)
	w.unchangedIsFree(again)

	idlePoll := w.unread()
	p, idle := w.poll("an idle poll", idlePoll, "")
	w.want(p, 0, 0, 0, 0)
	w.idleIsCheap(idle)
	_, puts := idle.writes()
	p, swept := w.poll("1,000 unchanged, full comparison", idlePoll, "sweep")
	w.want(p, n, 0, 0, n)
	w.unchangedIsFree(swept)

	taken, followed := w.webhooks(100)
	spent, calls := w.tap.pace()
	costs := []cost{first, changed, again, swept, idle, taken.times(10), followed.times(10)}
	table("Costs of poll, webhook and ingest", costHead, rows(costs...))
	say("  A new dossier costs %.2f write units: %s.", eachNew, newText)
	say("  A changed one %.2f: %s (its payload is written, the former one erased).", eachChanged, changedText)
	say("  An unchanged one none; an idle poll writes %d times: its lease, twice.", puts)
	say("  GB-s at the memory of template.yaml (%s), as billed: whole milliseconds, with the start of the process.", memories(w))
	say("  The rest of a pass are the positions, written after each page. Webhooks: measured on 100, times 10.")
	say("  SQS calls of ingest are Lambda's own, one to receive and one to delete per batch of ten; an empty")
	say("  queue costs Lambda's long polling besides. The platform takes %v and DynamoDB %v to answer here.", platformLatency, (spent / time.Duration(max(calls, 1))).Round(100*time.Microsecond))
	b.ReportMetric(time.Since(begun).Seconds(), "s")
	b.ReportMetric(0, "ns/op")
}

// webhooks tells the platform's webhooks of n decisions to the functions.
func (w *world) webhooks(n int) (taken, followed cost) {
	w.Helper()
	var bodies []string
	w.platform.Webhooks(func(c sandbox.WebhookCall) { bodies = append(bodies, c.Body) })
	for _, d := range w.platform.Truth(w.form.Number) {
		if d.Listed && d.State == "en_construction" && len(bodies) < n {
			if err := w.platform.Decide(d.Number, "en_instruction"); err != nil {
				w.Fatal(err)
			}
		}
	}
	if len(bodies) != n {
		w.Fatalf("%d webhooks, want %d", len(bodies), n)
	}
	webhook, ingest := w.function("webhook"), w.function("ingest")
	taken = w.during("1,000 webhooks taken", func() (all []stage.Result) {
		for _, body := range bodies {
			event := stage.Request{
				Path: "/webhook/" + secret, Route: "POST /webhook/{secret}", Body: []byte(body), At: time.Now(),
				Header: map[string][]string{"Content-Type": {sandbox.WebhookType}},
			}.Event()
			all = append(all, w.run(webhook, event))
		}
		return all
	})
	if visible, _ := w.queue.Len(); visible != n {
		w.Fatalf("%d hints in the queue, want %d", visible, n)
	}
	followed = w.during("1,000 webhooks followed (ingest)", func() (all []stage.Result) {
		mapping := stage.Mapping{Queue: w.queue, Function: ingest, ReportBatchItemFailures: true}
		batches, err := mapping.Drain(w.Context(), n)
		if err != nil {
			w.Fatal(err)
		}
		for _, one := range batches {
			if one.Deleted != one.Received {
				w.Fatalf("ingest: %s\n%s", one.Result.Payload, one.Result.Logs)
			}
			all = append(all, one.Result)
			peaks["ingest"] = max(peaks["ingest"], one.Result.MaxRSS)
		}
		return all
	})
	followed.sqs += 2 * followed.invocations
	return taken, followed
}

// pace is how long DynamoDB took over how many requests, since the last forget.
func (p *tap) pace() (time.Duration, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.spent, p.calls
}

// BenchmarkRemind shows that remind costs the same whatever is stored. STORED
// says how many dossiers are in place of 20,000: the emulator under the stand-in
// sorts all its keys anew for each row, so that 100,000 take a quarter of an hour.
func BenchmarkRemind(b *testing.B) {
	stored := 20_000
	if n, err := strconv.Atoi(os.Getenv("STORED")); err == nil && n > 100 {
		stored = n
	}
	var idle, busy, mails []cost
	var filled time.Duration
	for _, n := range []int{100, stored} {
		w := stand(b, 100, 0)
		w.run(w.function("poll"), map[string]string{})
		at := w.schedule(10)
		begun := time.Now()
		w.pad(n - 100)
		filled = time.Since(begun)
		remind, deliver := w.function("remind"), w.function("deliver")
		name := fmt.Sprintf(", %s stored", grouped(n))
		w.tick("", remind, at.Add(-2*time.Hour)) // the plans of the calls are made once
		idle = append(idle, w.tick("remind, nothing due"+name, remind, at.Add(-time.Hour)))
		busy = append(busy, w.tick("remind, 10 due"+name, remind, at))
		mails = append(mails, w.tick("deliver after it"+name, deliver, at))
	}
	counted := mails[1].read - mails[0].read // the heads of all, once a tick that writes
	mails[1].read = mails[0].read
	for _, pair := range [][]cost{idle, busy, mails} {
		alike(b, pair[0], pair[1])
	}
	if len(busy) != 2 || busy[0].write < 10 || mails[0].mails == 0 {
		b.Fatalf("nothing was due: %+v, %+v", busy, mails)
	}
	table("Costs of an hourly remind, and of deliver after it", costHead, rows(idle[0], idle[1], busy[0], busy[1], mails[0], mails[1]))
	say("  The same within 10 %%, but for GB-s: the stand-in looks through all its rows to answer. All but 100 of")
	say("  the stored dossiers are heads alone, each with a later step. (It took %v to write them.)", filled.Round(time.Second))
	say("  A committee is ahead: deliver counts the dossiers that expire before it, and so reads every head once a")
	say("  tick in which it writes, one a morning: %.0f read units more for %s stored, left out above.", counted, grouped(stored))
	b.ReportMetric(0, "ns/op")
}

// tick runs remind or deliver at an instant.
func (w *world) tick(name string, f *stage.Function, at time.Time) cost {
	w.Helper()
	return w.during(name, func() []stage.Result {
		res := w.run(f, map[string]string{"at": at.Format(time.RFC3339)})
		peaks[f.Name] = max(peaks[f.Name], res.MaxRSS)
		return []stage.Result{res}
	})
}

// alike wants two costs to be the same within 10 %, mails exactly.
func alike(t testing.TB, few, many cost) {
	t.Helper()
	for _, v := range [][2]float64{{few.dynamo, many.dynamo}, {few.read, many.read}, {few.write, many.write}} {
		if v[1] > 1.1*v[0] || v[1] < 0.9*v[0] {
			t.Errorf("%s: %+v; %s: %+v: the cost follows what is stored", few.name, few, many.name, many)
			return
		}
	}
	if few.mails != many.mails {
		t.Errorf("%s: %v mails, %s: %v", few.name, few.mails, many.name, many.mails)
	}
}

// grouped writes a number with commas.
func grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return grouped(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// BenchmarkFirstPass measures the memory of a first pass of 10,000 dossiers.
func BenchmarkFirstPass(b *testing.B) {
	n := 10_000
	w := stand(b, n, 0)
	f := w.function("poll")
	var res stage.Result
	c := w.during("", func() []stage.Result {
		res = w.run(f, map[string]string{})
		return []stage.Result{res}
	})
	var p polled
	if err := json.Unmarshal(res.Payload, &p); err != nil {
		b.Fatal(err)
	}
	w.want(p, n, n, 0, 0)
	if res.MaxRSS > mostMemory || res.MaxRSS == 0 {
		b.Errorf("a first pass of %d dossiers takes %d bytes of memory, want less than %d", n, res.MaxRSS, mostMemory)
	}
	say("\nFirst pass of 10,000 dossiers by poll: peak memory %.1f MB (at most 128), %.0f requests to the platform,", mb(res.MaxRSS), c.platform)
	say("  %.0f to DynamoDB, %.0f write units, in %s on this machine.", c.dynamo, c.write, res.Duration.Round(time.Second))
	b.ReportMetric(0, "ns/op")
}

// mb is bytes as MB of 2^20, as Lambda counts memory.
func mb(n int64) float64 { return float64(n) / (1 << 20) }

// memories lists what the template gives each function, in MB.
func memories(t testing.TB) string {
	var all []string
	for _, name := range functionNames {
		all = append(all, fmt.Sprintf("%s %d", name, memoryMB(t, name)))
	}
	return strings.Join(all, ", ")
}
