// Package journal is what a Lambda function writes to its log: lines for people
// (New) and metrics for alarms (Metrics), both JSON on the standard output.
//
// # Lines
//
// Lambda filters the lines of a custom runtime by two keys: "level", one of TRACE,
// DEBUG, INFO, WARN, ERROR and FATAL, and "timestamp", in RFC 3339. A line that
// lacks one, or has it wrong, counts as INFO. The text is under "message", the
// other fields stay as they are.
//
// Nothing that looks like an e-mail address leaves: it is replaced by a word, in
// every string of a line, however deep. This is a second guard; the first is that
// no package of ours writes an address.
//
// # Metrics
//
// Metrics go through the embedded metric format of CloudWatch: no request, no
// right to give. They are few and have no démarche dimension, since each name and
// dimension is a metric to pay for: what concerns one démarche is a field of a
// line.
package journal
