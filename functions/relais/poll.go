package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime/debug"

	"github.com/spf13/cobra"

	"relais/internal/app"
	"relais/internal/desk"
)

func pollCommand(g *globals) *cobra.Command {
	var callID string
	var asJSON, sweep bool
	cmd := &cobra.Command{
		Use:   "poll",
		Short: "read what is new on the platform, once",
		Long: `poll makes one pass over the démarches of the call files: new, changed and
removed dossiers are read, judged and stored page by page. A pass cut short is
resumed by the next one. Nothing is mailed: see remind and deliver.`,
		Example: "  relais poll\n  relais poll --call o2r-bretagne --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, _, err := g.open(cmd.Context(), desk.Calls|desk.Store|desk.Platform)
			if err != nil {
				return err
			}
			defer d.Close()
			boundMemory()
			meter := newMeter(g.err)
			report, err := d.World.Poll(cmd.Context(), app.PollOptions{Call: callID, Sweep: sweep, Progress: meter.pass})
			meter.done()
			if err == nil || exitCode(err) != exitUsage {
				printPoll(g.out, report, asJSON)
			}
			if err == nil && report.Quarantined > 0 {
				return errQuarantined
			}
			return err
		},
	}
	cmd.Flags().StringVar(&callID, "call", "", "only the démarche of this call")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the counts as one JSON line")
	cmd.Flags().BoolVar(&sweep, "sweep", false, "compare all we have with the platform, and try the quarantine again now")
	g.networkFlag(cmd)
	return cmd
}

// heapGoal keeps the peak of a poll well under 80 MB, program and store included.
const heapGoal = 48 << 20

// boundMemory makes the collector work harder rather than let the pages of a
// fast platform pile up. GOMEMLIMIT wins.
func boundMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(heapGoal)
	}
}

func printPoll(w io.Writer, r app.PollReport, asJSON bool) {
	if asJSON {
		_ = json.NewEncoder(w).Encode(r)
		return
	}
	state := "complete"
	if !r.Complete {
		state = "not complete: the next poll goes on from here"
	}
	if s := r.Sweep; s.Made {
		fmt.Fprintf(w, "compared: %s on the platform, %d here; %d had changed unseen, %d were in no list\n", count(s.Listed, "dossier"), s.Stored, s.Drifted, s.Missing)
	}
	if r.Quarantined > 0 {
		fmt.Fprintf(w, "%s in quarantine: see relais quarantine\n", count(r.Quarantined, "dossier"))
	}
	fmt.Fprintf(w, "%s read in %s: %d created, %d updated, %d unchanged, %d removed, %d judged again (%d ms, %s)\n",
		count(r.DossiersRead, "dossier"), count(int(r.Requests), "request"), r.Created, r.Updated, r.Unchanged, r.Removed, r.Rejudged, r.DurationMS, state)
}
