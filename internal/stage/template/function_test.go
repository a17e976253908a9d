package template

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"relais/internal/app"
	"relais/internal/preference"
	"relais/internal/settings"
)

// Lambdas by the ids of the template; what each cannot do without, in the words
// of package settings.
var lambdas = map[string]struct {
	need     settings.Need
	required []string
	calls    bool // the platform
}{
	"Poll":     {settings.NeedPlatform, []string{"DS_API_URL", "DS_API_TOKEN", "DS_TOKEN_EXPIRES", "RELAIS_STORE", "RELAIS_REGIONS", "RELAIS_OVERLAP", "RELAIS_PATIENCE", "RELAIS_REQUESTS_PER_MINUTE"}, true},
	"Webhook":  {settings.NeedQueue | settings.NeedWebhook, []string{"RELAIS_QUEUE", "RELAIS_WEBHOOK_SECRET", "RELAIS_STORE", "RELAIS_PREFERENCES_SECRET"}, false},
	"Ingest":   {settings.NeedPlatform, []string{"DS_API_URL", "DS_API_TOKEN", "RELAIS_STORE", "RELAIS_REGIONS", "RELAIS_OVERLAP", "RELAIS_PATIENCE", "RELAIS_REQUESTS_PER_MINUTE"}, true},
	"Remind":   {0, []string{"RELAIS_STORE"}, false},
	"Deliver":  {0, []string{"DS_API_URL", "DS_TOKEN_EXPIRES", "RELAIS_STORE", "RELAIS_MAIL", "RELAIS_MAIL_MODE", "RELAIS_MAIL_FROM", "RELAIS_OPERATOR", "RELAIS_PREFERENCES_URL", "RELAIS_PREFERENCES_SECRET"}, false},
	"Feedback": {0, []string{"RELAIS_STORE", "RELAIS_MAIL", "RELAIS_MAIL_MODE", "RELAIS_MAIL_FROM", "RELAIS_OPERATOR"}, false},
}

// elsewhere are settings that no function of the template is given, and why.
var elsewhere = map[string]string{
	"RELAIS_CONSOLE_PASSWORD_HASH": "the local page is not deployed",
	"RELAIS_TLS_CERT":              "the local page is not deployed",
	"RELAIS_TLS_KEY":               "the local page is not deployed",
	"RELAIS_BEHIND_PROXY":          "the local page is not deployed",
	"RELAIS_CALLS":                 "the build puts the call files where the default says",
	"RELAIS_CONSOLE_URL":           "the local page is not deployed",
	"RELAIS_LISTEN":                "the local page is not deployed",
	"RELAIS_SETTINGS":              "a function has no file of settings",
	"AWS_LAMBDA_LOG_LEVEL":         "Lambda sets it, from LoggingConfig",
}

// ofSDK are variables that the SDK reads.
var ofSDK = []string{"AWS_USE_DUALSTACK_ENDPOINT"}

// readBySettings asks package settings itself which names it looks for.
func readBySettings() map[string]bool {
	seen := map[string]bool{}
	_, _ = settings.Read(func(name string) (string, bool) { seen[name] = true; return "", false }, "", 0)
	return seen
}

var targets = regexp.MustCompile(`(?m)^LAMBDA_FUNCTIONS := (.+)$`)

// functions: the folder, the build, the log and the variables of each.
func functions(w *world) (f findings) {
	s := w.templates[appFile]
	given, declared := readBySettings(), map[string]bool{}
	built := strings.Fields(strings.Join(targets.FindStringSubmatch(w.texts[makefile]), " "))
	f.want(strings.Contains(w.texts[makefile], "\nbuild-%:"), "Makefile: no target build-%%")
	for _, r := range s.of(functionKind) {
		want, known := lambdas[r.id]
		f.want(known, "%s: no function is called %s", appFile, r.id)
		_, err := os.Stat(filepath.Join(root, "functions", lower(r.id), "main.go"))
		f.want(err == nil, "%s: %s has no folder functions/%s", appFile, r.id, lower(r.id))
		f.want(slices.Contains(built, lower(r.id)), "Makefile: LAMBDA_FUNCTIONS does not have %s", lower(r.id))
		f.want(at(r.all, "Metadata", "BuildMethod") == "makefile", "%s: %s is not built by the Makefile", appFile, r.id)
		f.want(text(at(r.properties, "LoggingConfig", "LogFormat")) == "JSON", "%s: %s logs no JSON", appFile, r.id)
		group := text(at(r.properties, "LoggingConfig", "LogGroup", "Fn::ImportValue", "Fn::Sub"))
		f.want(group == "${Stack}-"+lower(r.id)+"-log", "%s: %s logs to %q", appFile, r.id, group)
		env := object(at(r.properties, "Environment", "Variables"))
		for name := range env {
			declared[name] = true
			f.want(given[name] || slices.Contains(ofSDK, name), "%s: %s is given %s, which is no setting", appFile, r.id, name)
		}
		for _, name := range append(want.required, "RELAIS_STACK") {
			f.want(env[name] != nil, "%s: %s is not given %s", appFile, r.id, name)
		}
		f.want((r.properties["VpcConfig"] != nil) == want.calls, "%s: only what calls the platform is in the network: not so of %s", appFile, r.id)
		f.want(want.calls == (env["AWS_USE_DUALSTACK_ENDPOINT"] != nil), "%s: %s and AWS_USE_DUALSTACK_ENDPOINT", appFile, r.id)
	}
	f.want(len(s.of(functionKind)) == len(lambdas), "%s: %d functions, want %d", appFile, len(s.of(functionKind)), len(lambdas))
	for name := range given {
		_, why := elsewhere[name]
		f.want(declared[name] != why, "%s: the setting %s is given to no function", appFile, name)
	}
	return f
}

// variables hands each function's variables, worked out for the deployments, to
// package settings as the function would.
func variables(w *world) (f findings) {
	for _, params := range w.deployments(&f) {
		for _, changes := range [][]string{
			{"EgressMode=nat"}, {"EgressMode=ipv6"}, {"EgressMode=none"}, {"EgressMode=existing", "ExistingSubnets=subnet-0a", "ExistingSecurityGroups=sg-0a"},
			{"MailParameter=/relais/x/smtp", "MailIdentity="}, {"MailMode=redirect:essai@dreets.example"}, {"TableName=restored", "Regions=53,04"},
			{"TokenParameter=/other/token", "WebhookSecretParameter=/other/secret", "Operator=", "TokenExpires="},
			{"PreferencesSecretParameter=/other/preferences", "PreferencesUrl=https://relais.dreets.example"},
		} {
			v := w.deployed(params, changes...)
			s := w.templates[appFile]
			for _, r := range s.of(functionKind) {
				env := object(v.of(s, at(r.properties, "Environment", "Variables")))
				got, err := settings.Read(func(name string) (string, bool) {
					value, ok := env[name].(string)
					return value, ok
				}, "", lambdas[r.id].need)
				f.want(err == nil, "%s: %s of %s with %v: %v", appFile, r.id, params["Stack"], changes, err)
				f = append(f, sensible(r.id, got, params["Stack"])...)
			}
			f = append(f, v.problems...)
		}
	}
	return f
}

// sensible: what the code would only find out at its first use.
func sensible(id string, got settings.Settings, stackName string) (f findings) {
	required := lambdas[id].required
	f.want(got.Stack == stackName, "%s: %s measures for %q", appFile, id, got.Stack)
	f.want(!slices.Contains(required, "RELAIS_STORE") || got.Store.Kind == settings.DynamoDB, "%s: %s keeps its store in %s", appFile, id, got.Store.Kind)
	f.want(!slices.Contains(required, "RELAIS_MAIL") || got.Mail.Kind == settings.SES || got.Mail.Kind == settings.SMTP, "%s: %s sends to %s", appFile, id, got.Mail.Kind)
	f.want(!slices.Contains(required, "RELAIS_PREFERENCES_URL") || got.PreferencesURL != nil, "%s: %s knows no address for its links", appFile, id)
	for name, secret := range map[string]settings.Secret{"DS_API_TOKEN": got.Token, "RELAIS_WEBHOOK_SECRET": got.WebhookSecret, "RELAIS_PREFERENCES_SECRET": got.PreferencesSecret, "RELAIS_MAIL": got.Mail.URL} {
		_, reference := secret.Parameter()
		f.want(secret == "" || reference, "%s: %s has %s in its environment", appFile, id, name)
	}
	return f
}

// trim holds times and shares together.
func trim(w *world) (f findings) {
	s := w.templates[appFile]
	limits := map[string]float64{"Poll": 900, "Webhook": 10, "Ingest": 180, "Remind": 300, "Deliver": 600, "Feedback": 60}
	for id, want := range limits {
		r := s.resources[id]
		f.want(number(r.properties["Timeout"]) == want, "%s: the time limit of %s is %v, want %v", appFile, id, r.properties["Timeout"], want)
		memory := number(r.properties["MemorySize"])
		f.want(memory >= 128 && memory <= 512, "%s: %s has %v MB", appFile, id, memory)
		runtime, handler := text(r.properties["Runtime"]), text(r.properties["Handler"])
		f.want(runtime == "provided.al2023" && handler == "bootstrap", "%s: %s runs on %s, %s", appFile, id, runtime, handler)
		reserved := r.properties["ReservedConcurrentExecutions"]
		f.want(reserved == nil || at(reserved, "Fn::If") != nil && defaultOf(s, "ReservePoll") == "no", "%s: %s reserves by default", appFile, id)
		retries := number(at(r.properties, "EventInvokeConfig", "MaximumRetryAttempts"))
		switch id {
		case "Poll", "Remind", "Deliver":
			f.want(at(r.properties, "EventInvokeConfig", "MaximumRetryAttempts") != nil && retries == 0, "%s: %s is run again by Lambda", appFile, id)
		case "Feedback":
			f.want(retries == 2 && at(r.properties, "EventInvokeConfig", "DestinationConfig", "OnFailure") != nil, "%s: what Feedback cannot hear is lost", appFile)
		}
	}
	hints := object(at(s.resources["Ingest"].properties, "Events", "Hints", "Properties"))
	most := number(at(hints, "ScalingConfig", "MaximumConcurrency"))
	f.want(most == 2 && number(hints["BatchSize"]) == 10, "%s: batches of %v for %v of Ingest", appFile, hints["BatchSize"], most)
	f.want(slices.Contains(list(hints["FunctionResponseTypes"]), any("ReportBatchItemFailures")), "%s: one bad hint brings its whole batch back", appFile)
	poll, ingest := defaultOf(s, "PollRequestsPerMinute"), defaultOf(s, "IngestRequestsPerMinute")
	var a, b float64
	_, _ = fmt.Sscan(poll+" "+ingest, &a, &b)
	polls := number(at(s.resources["Poll"].properties, "Timeout"))/pollEvery + 1 // and a sweep
	f.want(a > 0 && b > 0 && polls*a+most*b < 400, "%s: shares of %v times %v and %v times %v reach the platform's 400", appFile, polls, a, most, b)
	f.want(defaultOf(s, "MailMode") == "hold", "%s: MailMode is %q by default", appFile, defaultOf(s, "MailMode"))
	f.want(defaultOf(s, "Architecture") == "arm64", "%s: Architecture is %q by default", appFile, defaultOf(s, "Architecture"))
	post := object(at(s.resources["Webhook"].properties, "Events", "Post", "Properties"))
	f.want(text(post["Path"]) == app.WebhookPath && text(post["Method"]) == "POST", "%s: the webhook is at %v", appFile, post["Path"])
	for event, method := range map[string]string{"Look": "GET", "Choose": "POST"} {
		route := object(at(s.resources["Webhook"].properties, "Events", event, "Properties"))
		f.want(text(route["Path"]) == preference.Path && text(route["Method"]) == method, "%s: readers %s at %v", appFile, event, route["Path"])
	}
	return f
}

// pollEvery is the schedule of Poll, in seconds.
const pollEvery = 300

func defaultOf(s *stack, parameter string) string {
	return fmt.Sprint(object(s.parameters[parameter])["Default"])
}
