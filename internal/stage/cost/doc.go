// Package cost works out the monthly bill of a deployment, and proves that it is
// one a small office accepts. `make cost` prints it.
//
// Prices are those of infra/prices.yaml, what is done that of infra/counts.yaml:
// figures of a year, and what each act costs, as the benches of package bench
// measured it. What is fixed (schedules, alarms, metrics) is compared with the
// templates, and sizes with a run of the compiled poll.
//
// It has tests only.
package cost
