package cost

import "fmt"

// hours of a month, as AWS counts them.
const hours = 730

const gb = 1 << 30

// logDays is how long logs are kept by default, and functions how many are deployed.
const (
	logDays   = 90
	functions = 6
)

// item is a line of the bill.
type item struct {
	what     string
	price    string // its name in the price file
	quantity float64
}

// month is what a deployment does in a month. A name that the counts lack is
// noted in wrong.
type month struct {
	counts counts
	volume volume
	wrong  []string
}

func (m *month) act(name string) act {
	a, ok := m.counts.Acts[name]
	if !ok {
		m.wrong = append(m.wrong, "no act "+name)
	}
	return a
}

func (m *month) number(group map[string]float64, name string) float64 {
	n, ok := group[name]
	if !ok {
		m.wrong = append(m.wrong, "no figure "+name)
	}
	return n
}

func (m *month) bytes(name string) float64 { return m.number(m.counts.Bytes, name) }
func (m *month) fixed(name string) float64 { return m.number(m.counts.Fixed, name) }

func (m *month) runs(name string) float64 {
	e, ok := m.counts.Schedule[name]
	if !ok || e.Minutes <= 0 {
		m.wrong = append(m.wrong, "no schedule "+name)
		return 0
	}
	return hours * 60 / e.Minutes
}

// work is how often each act is done.
func (m *month) work() map[string]float64 {
	dossiers := m.volume.Dossiers / 12
	each := m.counts.EachDossier
	changes, webhooks := dossiers*each.Changes, dossiers*each.Webhooks
	return map[string]float64{
		"poll":     (m.runs("poll") + m.runs("sweep")) * m.volume.Demarches,
		"new":      dossiers,
		"changed":  changes,
		"again":    dossiers + changes, // the overlap
		"swept":    m.runs("sweep") * m.volume.Dossiers * m.counts.ListedYears,
		"taken":    webhooks + m.counts.Refused,
		"followed": webhooks, // though most changes are then read already
		"tick":     m.runs("remind") + m.runs("deliver"),
		"due":      dossiers * each.Reminders,
		"mail":     m.mails(),
		"bounced":  m.mails() * m.counts.Bounces,
	}
}

func (m *month) mails() float64 { return m.volume.Dossiers / 12 * m.counts.EachDossier.Mails }

// total is all work, in one act.
func (m *month) total() (t act) {
	for name, n := range m.work() {
		a := m.act(name)
		t.Platform += n * a.Platform
		t.Read += n * a.Read
		t.Write += n * a.Write
		t.GBS += n * a.GBS * m.counts.Slower
	}
	return t
}

// invocations of functions; those inside the network call the platform.
func (m *month) invocations() (all, inside float64) {
	w := m.work()
	inside = m.runs("poll") + m.runs("sweep") + w["followed"] // batches of one
	return inside + w["taken"] + w["tick"] + w["bounced"], inside
}

// wire is how many GB go to the platform and come from it.
func (m *month) wire() float64 {
	w := m.work()
	dossiers := w["new"] + w["changed"] + w["again"] + w["swept"] + w["followed"]
	return (m.sent()*gb + m.total().Platform*m.bytes("answer") + dossiers*m.bytes("dossier")) / gb
}

// sent is how much of it goes out.
func (m *month) sent() float64 {
	_, inside := m.invocations()
	return (m.total().Platform*m.bytes("question") + inside*m.bytes("connection")) / gb
}

// metrics is how many months of metrics are measured: those that are measured for
// an hour are billed for an hour.
func (m *month) metrics() float64 {
	of := func(name string) float64 { return m.number(m.counts.Metrics, name) }
	return of("always") + of("ses") + of("nightly")*m.runs("sweep")/hours + of("seldom")*of("seldom_hours")/hours
}

// bill is what every deployment pays for.
func (m *month) bill() []item {
	t, w := m.total(), m.work()
	all, inside := m.invocations()
	stored := m.volume.Dossiers * m.counts.KeptYears * m.bytes("row") / gb
	logs := (all*m.bytes("lines") + w["taken"]*m.bytes("access")) / gb
	return []item{
		{"Lambda, requests", "lambda-requests", all},
		{"Lambda, time on arm64", "lambda-arm64", t.GBS},
		{"DynamoDB, writing", "dynamodb-write", t.Write},
		{"DynamoDB, reading", "dynamodb-read", t.Read},
		{"DynamoDB, storage", "dynamodb-storage", stored},
		{"DynamoDB, recovery to any second", "dynamodb-recovery", stored},
		{"SQS", "sqs", m.fixed("empty_receives") + 3*w["taken"]},
		{"SES, mails", "ses", m.mails()},
		{"SES, data", "ses-data", m.mails() * m.bytes("mail") / gb},
		{"SNS, events and alarms", "sns", w["bounced"] + m.counts.AlarmMails},
		{"SNS, mails of alarms", "sns-mail", m.counts.AlarmMails},
		{"Systems Manager, standard parameters", "ssm-standard", m.fixed("parameters")},
		{"KMS, reading the parameters", "kms-requests", inside + w["taken"]},
		{"API Gateway, HTTP API", "http-api", w["taken"]},
		{"CloudWatch, logs taken in", "logs-taken", logs},
		{fmt.Sprintf("CloudWatch, logs kept %d days", logDays), "logs-kept", logs * logDays * 24 / hours},
		{"CloudWatch, metrics", "metrics", m.metrics()},
		{"CloudWatch, alarms", "alarms", m.fixed("alarms")},
		{"CloudWatch, dashboard", "dashboards", m.fixed("dashboards")},
		{"EventBridge Scheduler", "scheduler", m.runs("poll") + m.runs("sweep") + m.runs("remind") + m.runs("deliver")},
		{"S3, deployed packages", "s3-storage", m.counts.Deployments * functions * m.bytes("package") / gb},
		{"Data to the platform", "data-out", m.sent()},
	}
}

// egress is what an egress mode adds.
func (m *month) egress(mode string) ([]item, error) {
	switch mode {
	case "none", "ipv6": // the egress-only gateway, the VPC and the endpoint of DynamoDB are free
		return nil, nil
	case "nat":
		return []item{
			{"NAT gateway, one", "nat-hours", hours},
			{"NAT gateway, data", "nat-data", m.wire()},
			{"Public IPv4 address, one", "public-address", hours},
			{"Data between two zones", "zone-crossing", 2 * m.wire()}, // as if all came from the other one
		}, nil
	}
	return nil, fmt.Errorf("no egress mode %q", mode)
}

// choices are what a deployment may choose besides.
func (m *month) choices() []item {
	all, _ := m.invocations()
	return []item{
		{"a customer key", "kms-key", 1},
		{"its uses", "kms-requests", m.fixed("key_uses") * all},
	}
}
