package template

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"relais/internal/cloud"
)

// rhythm is what each schedule says, and whom it calls.
var rhythm = map[string]struct{ cron, zone, target, input string }{
	"PollSchedule":    {"cron(1/5 * * * ? *)", "Europe/Paris", "Poll", "poll"},
	"SweepSchedule":   {"cron(15 4 * * ? *)", "Europe/Paris", "Poll", "sweep"},
	"RemindSchedule":  {"cron(2 * * * ? *)", "UTC", "Remind", ""},
	"DeliverSchedule": {"cron(7 * * * ? *)", "UTC", "Deliver", ""},
}

// schedules: when, whom, with what; nothing daily in the hour of the clock change.
func schedules(w *world) (f findings) {
	s := w.templates[appFile]
	all := s.of(scheduleKind)
	f.want(len(all) == len(rhythm), "%s: %d schedules, want %d", appFile, len(all), len(rhythm))
	for _, r := range all {
		want, p := rhythm[r.id], r.properties
		cron := text(p["ScheduleExpression"])
		f.want(cron == want.cron && text(p["ScheduleExpressionTimezone"]) == want.zone, "%s: %s is %s in %v", appFile, r.id, cron, p["ScheduleExpressionTimezone"])
		if fields := strings.Fields(cron); len(fields) == 6 {
			f.want(fields[1] == "*" || fields[1] != "2" && want.zone == "Europe/Paris", "%s: %s is in an hour that is missing or comes twice", appFile, r.id)
		}
		f.want(text(at(p, "FlexibleTimeWindow", "Mode")) == "OFF", "%s: %s comes when it likes", appFile, r.id)
		f.want(text(at(p, "State", "Ref")) == "Schedules", "%s: %s cannot be stopped", appFile, r.id)
		target := object(p["Target"])
		f.want(text(listed(at(target["Arn"], "Fn::GetAtt"))[0]) == want.target, "%s: %s calls %v", appFile, r.id, target["Arn"])
		retries, given := at(target, "RetryPolicy", "MaximumRetryAttempts").(float64)
		f.want(given && retries == 0, "%s: %s calls again", appFile, r.id)
		f.want(eventOf(want.target, text(target["Input"])) == want.input, "%s: %s hands over %v", appFile, r.id, target["Input"])
	}
	role := statements(s.resources["SchedulesRole"])
	f.want(len(role) == 1 && slices.Equal(role[0].actions, []string{"lambda:InvokeFunction"}), "%s: schedules may more than invoke", appFile)
	for file, want := range map[string]string{"poll": "poll", "sweep": "sweep", "check": "check", "remind": "", "deliver": ""} {
		target := "Poll"
		if want == "" {
			target = "Remind"
		}
		f.want(eventOf(target, w.texts["infra/events/"+file+".json"]) == want, "infra/events/%s.json is no such event", file)
	}
	return f
}

// eventOf decodes an event as the function would, strictly, and says its action.
func eventOf(target, input string) string {
	d := json.NewDecoder(bytes.NewReader([]byte(input)))
	d.DisallowUnknownFields()
	if target == "Poll" {
		var e cloud.PollEvent
		if d.Decode(&e) != nil || !slices.Contains([]string{"poll", "sweep", "check"}, e.Action) {
			return "nothing that poll knows"
		}
		return e.Action
	}
	var e cloud.TellEvent
	if d.Decode(&e) != nil || e.At != "" {
		return "nothing that a schedule says"
	}
	return ""
}
