package bench

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// found is the report; TestMain prints it.
var found strings.Builder

// say adds a paragraph to the report.
func say(format string, args ...any) { fmt.Fprintf(&found, format+"\n", args...) }

// table adds a table to the report: its head, then its rows, of cells between
// tabs. Columns after the first are aligned on the right.
func table(title, head string, rows []string) {
	say("\n%s", title)
	// A tabwriter aligns all columns alike: the first is filled up by hand.
	width := 0
	for _, r := range append(rows, head) {
		first, _, _ := strings.Cut(r, "\t")
		width = max(width, len([]rune(first)))
	}
	w := tabwriter.NewWriter(&found, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, r := range append([]string{head}, rows...) {
		first, rest, _ := strings.Cut(r, "\t")
		fmt.Fprintf(w, "  %s%s\t%s\t\n", first, strings.Repeat(" ", width-len([]rune(first))), rest)
	}
	_ = w.Flush() // to memory
}

const costHead = "\tplatform\tDynamoDB\tread units\twrite units\tSQS calls\tGB-s\tmails\tinvocations"

func (c cost) row() string {
	return fmt.Sprintf("%s\t%.0f\t%.0f\t%.1f\t%.0f\t%.0f\t%.3f\t%.0f\t%.0f",
		c.name, c.platform, c.dynamo, c.read, c.write, c.sqs, c.gbs, c.mails, c.invocations)
}

func rows(costs ...cost) (out []string) {
	for _, c := range costs {
		out = append(out, c.row())
	}
	return out
}
