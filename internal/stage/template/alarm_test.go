package template

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"relais/internal/cloud/journal"
	"relais/internal/ds"
	"relais/internal/notify"
)

// measured lists the metrics that the functions write, by writing them.
func measured() []string {
	var out bytes.Buffer
	_ = journal.NewMetrics(&out, "s", "", time.Now).Emit(journal.OldestCompletePass(1), journal.Changes(1), journal.Quarantined(1),
		journal.Requests(1), journal.RequestBudgetUsed(1), journal.MailsSent(1), journal.MailsRefused(1), journal.MailsHeld(1),
		journal.TokenDaysLeft(1), journal.Drift(1))
	var line map[string]any
	_ = json.Unmarshal(out.Bytes(), &line)
	return sorted(line)
}

// wanted are the alarms, and what each makes of silence.
var wanted = map[string]string{
	"OldCopy": "breaching", "TokenRefused": "notBreaching", "TokenExpires": "notBreaching", "DeadLetters": "notBreaching",
	"Quarantine": "notBreaching", "NotTicking": "breaching", "NotTold": "notBreaching", "Bounces": "ignore", "Complaints": "ignore",
}

// alarms: each is there, is told to somebody, and watches something that exists.
func alarms(w *world) (f findings) {
	s := w.templates[alarmsFile]
	metrics, filtered := measured(), map[string]bool{}
	for _, r := range s.of(filterKind) {
		for _, m := range list(r.properties["MetricTransformations"]) {
			filtered[text(at(m, "MetricName"))] = true
		}
	}
	for id, silence := range wanted {
		p := s.resources[id].properties
		f.want(p != nil, "%s: no alarm %s", alarmsFile, id)
		f.want(text(p["TreatMissingData"]) == silence, "%s: %s takes silence for %v", alarmsFile, id, p["TreatMissingData"])
		f.want(len(list(p["AlarmActions"])) == 1, "%s: nobody hears %s", alarmsFile, id)
		f.want(text(p["AlarmDescription"]) != "", "%s: %s does not say what it means", alarmsFile, id)
	}
	f.want(len(s.of(alarmKind)) == len(wanted), "%s: %d alarms, want %d", alarmsFile, len(s.of(alarmKind)), len(wanted))
	walk(alarmsFile, s.all["Resources"], func(path string, v any) {
		name := text(at(v, "MetricName"))
		switch at(v, "Namespace") {
		case journal.Namespace:
			f.want(slices.Contains(metrics, name), "%s: nobody measures %s", path, name)
			f.want(text(at(list(at(v, "Dimensions"))[0], "Name")) == "Stack", "%s: %s of all deployments", path, name)
		case nil, "AWS/SES", "AWS/SQS", "AWS/Lambda":
		default:
			f.want(filtered[name], "%s: no filter counts %s", path, name)
		}
	})
	body := text(list(at(s.resources["Board"].properties, "DashboardBody", "Fn::Sub"))[0])
	f.want(json.Valid([]byte(placeholder.ReplaceAllString(body, "x"))), "%s: the dashboard is no JSON", alarmsFile)
	for _, m := range regexp.MustCompile(`\["(Relais|\.)", "([A-Za-z]+)"`).FindAllStringSubmatch(body, -1) {
		f.want(slices.Contains(metrics, m[2]), "%s: the dashboard draws %s, which nobody measures", alarmsFile, m[2])
	}
	shown := regexp.MustCompile(`"\$\{Alarm\}:(\$\{Stack\}-[a-z-]+)"`).FindAllStringSubmatch(body, -1)
	f.want(len(shown) == 7, "%s: the dashboard shows %d alarms, want all but those of SES", alarmsFile, len(shown))
	for _, m := range shown {
		f.want(slices.ContainsFunc(s.of(alarmKind), func(r resource) bool { return text(at(r.properties["AlarmName"], "Fn::Sub")) == m[1] }),
			"%s: the dashboard shows the alarm %s, which is not there", alarmsFile, m[1])
	}
	return f
}

var (
	wildcard = regexp.MustCompile(`\$\.cause = "([^"]+)"`)
	field    = regexp.MustCompile(`\$\.done\.([a-z]+)`)
)

// filters read what the functions log: the sentences of refusals, and no other;
// the counts of remind and deliver.
func filters(w *world) (f findings) {
	s := w.templates[alarmsFile]
	refusals := text(s.resources["TokenRefusedFilter"].properties["FilterPattern"])
	f.want(strings.Contains(refusals, `$.message = "failed"`), "%s: TokenRefusedFilter does not look at failures", alarmsFile)
	counted := func(k ds.Kind) bool {
		sentence := (&ds.Error{Kind: k, Op: "dossiers", Subject: "démarche 1", Status: 403, Network: "192.0.2.1/32"}).Error()
		return slices.ContainsFunc(wildcard.FindAllStringSubmatch(refusals, -1), func(m []string) bool {
			return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(m[1]), `\*`, ".*") + "$").MatchString(sentence)
		})
	}
	for _, k := range []ds.Kind{ds.WrongToken, ds.RefusedNetwork, ds.ExpiredToken, ds.NoToken, ds.Unauthorized, ds.OldToken} {
		f.want(counted(k), "%s: TokenRefusedFilter misses %s", alarmsFile, k)
	}
	for _, k := range []ds.Kind{
		ds.NotFound, ds.Timeout, ds.BadRequest, ds.TooComplex, ds.NotJSON, ds.ServerError, ds.RateLimited, ds.Maintenance, ds.FrontServer,
		ds.Redirected, ds.WrongURL, ds.Truncated, ds.Unreachable, ds.Interrupted, ds.NoAnswer, ds.TLS, ds.Deadline, ds.Canceled,
	} {
		f.want(!counted(k), "%s: TokenRefusedFilter takes %s for a refusal", alarmsFile, k)
	}
	for id, counts := range map[string]any{"DeliverNotToldFilter": notify.Delivered{}, "RemindNotToldFilter": notify.Reminded{}} {
		pattern := text(s.resources[id].properties["FilterPattern"])
		names := field.FindAllStringSubmatch(pattern, -1)
		f.want(len(names) > 0 && strings.Contains(pattern, `$.message = "`+strings.ToLower(strings.TrimSuffix(id, "NotToldFilter"))+`"`), "%s: %s reads nothing", alarmsFile, id)
		for _, n := range names {
			f.want(slices.Contains(jsonNames(counts), n[1]), "%s: %s reads %s, which is not counted", alarmsFile, id, n[1])
		}
	}
	return f
}

func jsonNames(v any) (all []string) {
	t := reflect.TypeOf(v)
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		all = append(all, name)
	}
	return all
}
