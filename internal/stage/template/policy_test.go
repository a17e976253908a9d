package template

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// everywhere are the statements that name no resource, and why.
var everywhere = map[string]string{
	"ec2:CreateNetworkInterface":       "Lambda makes the interfaces, before they have a name; the function itself is denied",
	"ec2:DeleteNetworkInterface":       "as above",
	"ec2:DescribeNetworkInterfaces":    "EC2 knows no resource for it",
	"ec2:DescribeSubnets":              "EC2 knows no resource for it",
	"ec2:AssignPrivateIpAddresses":     "as for CreateNetworkInterface",
	"ec2:UnassignPrivateIpAddresses":   "as for CreateNetworkInterface",
	"xray:PutTraceSegments":            "X-Ray knows no resource for it",
	"xray:PutTelemetryRecords":         "X-Ray knows no resource for it",
	"logs:PutLogEvents on streams":     "the name of a stream is Lambda's",
	"cloudwatch:alarms of this prefix": "the topic lets in the alarms that begin with the stack's name",
}

// statement is one of a policy, with the conditions of CloudFormation left aside.
type statement struct {
	deny      bool
	actions   []string
	resources []any
	condition any
}

// statements lists those of a role; what an If adds is in.
func statements(r resource) (all []statement) {
	for _, p := range list(r.properties["Policies"]) {
		for _, s := range list(at(p, "PolicyDocument", "Statement")) {
			if name, arg, is := function(s); is && name == "Fn::If" {
				s = list(arg)[1]
			}
			one := statement{deny: at(s, "Effect") == "Deny", resources: listed(at(s, "Resource")), condition: at(s, "Condition")}
			for _, a := range listed(at(s, "Action")) {
				one.actions = append(one.actions, text(a))
			}
			all = append(all, one)
		}
	}
	return all
}

// What the public reaches may touch the notes of the table (package dynamo draws its
// keys), and no dossier.
const (
	publicRole = "WebhookRole"
	notesOnly  = `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["meta"]}}`
)

// policies: each function has a role of its own, which is bounded where an account
// wants it, and no statement is wider than it must be.
func policies(w *world) (f findings) {
	s := w.templates[appFile]
	for _, fn := range s.of(functionKind) {
		role := list(at(fn.properties["Role"], "Fn::GetAtt"))
		f.want(len(role) == 2 && text(role[0]) == fn.id+"Role", "%s: %s has no role of its own", appFile, fn.id)
		f.want(fn.properties["Policies"] == nil, "%s: %s has policies beside its role", appFile, fn.id)
	}
	for _, r := range s.of(roleKind) {
		f.want(r.properties["ManagedPolicyArns"] == nil, "%s: %s has a policy of AWS, which is wide", appFile, r.id)
		f.want(text(list(at(r.properties, "PermissionsBoundary", "Fn::If"))[0]) == "HasBoundary", "%s: %s has no boundary", appFile, r.id)
		for _, st := range statements(r) {
			f.want(len(st.actions) > 0 && len(st.resources) > 0, "%s: %s has a statement about nothing", appFile, r.id)
			for _, a := range st.actions {
				service, name, _ := strings.Cut(a, ":")
				f.want(service != "" && name != "" && !strings.Contains(a, "*"), "%s: %s may %s", appFile, r.id, a)
				for _, on := range st.resources {
					f.want(text(on) != "*" || everywhere[a] != "", "%s: %s may %s on everything", appFile, r.id, a)
					f.want(!strings.Contains(written(on), "*") || text(on) == "*", "%s: %s may %s on %s", appFile, r.id, a, written(on))
				}
				f.want(!strings.HasPrefix(a, "ec2:") || st.deny || denied(r, a), "%s: the code of %s itself may %s", appFile, r.id, a)
				f.want(!strings.HasPrefix(a, "ses:") || strings.Contains(written(st.condition), "ses:FromAddress"), "%s: %s may %s from any address", appFile, r.id, a)
				f.want(service != "dynamodb" || r.id != publicRole || strings.Contains(written(st.condition), notesOnly), "%s: what answers the public may %s on more than notes", appFile, a)
				f.want(service != "kms" || strings.Contains(written(st.condition), "kms:ViaService"), "%s: %s may use the key by itself", appFile, r.id)
			}
		}
	}
	for _, file := range templateFiles {
		for _, r := range w.templates[file].of("AWS::SNS::TopicPolicy") {
			for _, st := range list(at(r.properties, "PolicyDocument", "Statement")) {
				f.want(at(st, "Principal", "Service") != nil && strings.Contains(written(at(st, "Condition")), "aws:SourceAccount") && at(st, "Action") == "sns:Publish",
					"%s: %s lets more in than a service, for this account, to publish", file, r.id)
			}
		}
	}
	return f
}

func denied(r resource, action string) bool {
	return slices.ContainsFunc(statements(r), func(s statement) bool {
		return s.deny && slices.Contains(s.actions, action) && strings.Contains(written(s.condition), "lambda:SourceFunctionArn")
	})
}

func written(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

// ofService are permissions that a service of AWS needs in a function's name: the
// function never asks for them itself, so no record of its calls has them.
var ofService = map[string]string{
	"logs": "Lambda writes the log", "xray": "Lambda sends the trace", "ec2": "Lambda makes the network interfaces",
	"kms":                    "DynamoDB, SQS and Systems Manager use the customer's key for the function",
	"sqs:ReceiveMessage":     "the event source mapping of ingest",
	"sqs:DeleteMessage":      "the event source mapping of ingest",
	"sqs:GetQueueAttributes": "the event source mapping of ingest",
}

// rare are permissions of calls that a whole day without accident does not make.
var rare = map[string]string{
	"deliver dynamodb:DeleteItem on table":         "dynamo: an alarm that is over; a mail given back",
	"deliver dynamodb:ConditionCheckItem on table": "dynamo: a mail of more than 99 intentions",
	"remind dynamodb:ConditionCheckItem on table":  "dynamo: more than 99 intentions of one dossier",
	"feedback dynamodb:DeleteItem on table":        "app: the alarm taken back when the operator could not be told",
	"ingest dynamodb:DeleteItem on table":          "dynamo: a dossier that leaves quarantine; a purge",
	"feedback sqs:SendMessage on queue":            "Lambda: an event that failed three times",
	"feedback ssm:GetParameter on parameter":       "ssm: the URL of the mail server, with SMTP",
	"deliver ses:SendEmail on identity":            "AWS documents both actions for SendEmail; a mail as it is needs SendRawEmail",
	"deliver ses:SendEmail on configuration-set":   "as above",
	"feedback ses:SendEmail on identity":           "as above",
	"feedback ses:SendEmail on configuration-set":  "as above",
}

var recorded = filepath.Join(root, "internal", "cloud", "testdata", "permissions.json")

// permissions compares each role with the calls that its function was recorded to
// make: nothing is missing, nothing is unused but for the two lists above.
func permissions(w *world) (f findings) {
	raw, err := os.ReadFile(recorded)
	if err != nil {
		return findings{"permissions: " + err.Error()}
	}
	var used map[string][]string
	if err := json.Unmarshal(raw, &used); err != nil {
		return findings{"permissions: " + err.Error()}
	}
	s := w.templates[appFile]
	v := w.deployed(map[string]string{"Stack": "relais-x", "EgressMode": "nat", "MailFrom": "relais@dreets.example", "MailIdentity": "dreets.example", "MailParameter": "/relais/x/smtp"})
	seen := map[string]bool{}
	for id := range lambdas {
		name, granted := lower(id), map[string]bool{}
		for _, st := range statements(s.resources[id+"Role"]) {
			for _, a := range st.actions {
				service, _, _ := strings.Cut(a, ":")
				if st.deny || ofService[service] != "" || ofService[a] != "" {
					continue
				}
				for _, on := range st.resources {
					granted[a+" on "+kind(v.text(s, on))] = true
				}
			}
		}
		for _, need := range used[name] {
			f.want(granted[need], "%s: %s may not %s, which it does", appFile, id, need)
		}
		for g := range granted {
			seen[name+" "+g] = true
			f.want(slices.Contains(used[name], g) || rare[name+" "+g] != "", "%s: %s may %s, which it never does", appFile, id, g)
		}
	}
	for r := range rare {
		f.want(seen[r], "%s: nobody is granted %q any more", appFile, r)
	}
	return f
}

// kind is the kind of a resource, in the words of the record.
func kind(arn string) string {
	part := strings.SplitN(arn, ":", 6)
	what, rest, named := strings.Cut(part[5], "/")
	switch {
	case !named:
		return "queue"
	case strings.Contains(rest, "/index/"):
		return what + "/index"
	}
	return what
}
