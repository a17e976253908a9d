package template

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"relais/internal/dynamo"
	"relais/internal/preference"
)

// table compares the template's table with the one that package dynamo needs.
func table(w *world) (f findings) {
	r := w.templates[dataFile].resources["Table"]
	want := dynamo.TableDefinition("")
	attributes, keys := map[string]string{}, func(schema any) (all []string) {
		for _, k := range list(schema) {
			all = append(all, text(at(k, "KeyType"))+" "+text(at(k, "AttributeName")))
		}
		return all
	}
	for _, a := range list(r.properties["AttributeDefinitions"]) {
		attributes[text(at(a, "AttributeName"))] = text(at(a, "AttributeType"))
	}
	indexes := map[string][]string{}
	for _, g := range list(r.properties["GlobalSecondaryIndexes"]) {
		indexes[text(at(g, "IndexName"))] = append(keys(at(g, "KeySchema")), text(at(g, "Projection", "ProjectionType")))
	}
	wantAttributes, wantIndexes, wantKeys := map[string]string{}, map[string][]string{}, []string{}
	for _, a := range want.AttributeDefinitions {
		wantAttributes[aws.ToString(a.AttributeName)] = string(a.AttributeType)
	}
	for _, k := range want.KeySchema {
		wantKeys = append(wantKeys, string(k.KeyType)+" "+aws.ToString(k.AttributeName))
	}
	for _, g := range want.GlobalSecondaryIndexes {
		var all []string
		for _, k := range g.KeySchema {
			all = append(all, string(k.KeyType)+" "+aws.ToString(k.AttributeName))
		}
		wantIndexes[aws.ToString(g.IndexName)] = append(all, string(g.Projection.ProjectionType))
	}
	for name, diff := range map[string]string{
		"attributes": cmp.Diff(wantAttributes, attributes), "keys": cmp.Diff(wantKeys, keys(r.properties["KeySchema"])),
		"indexes": cmp.Diff(wantIndexes, indexes), "billing": cmp.Diff(string(want.BillingMode), text(r.properties["BillingMode"])),
		"expiry": cmp.Diff(dynamo.ExpiresAttribute, text(at(r.properties, "TimeToLiveSpecification", "AttributeName"))),
	} {
		f.want(diff == "", "%s: the table's %s (-dynamo +template):\n%s", dataFile, name, diff)
	}
	f.want(at(r.properties, "TimeToLiveSpecification", "Enabled") == true, "%s: nothing expires", dataFile)
	f.want(r.properties["DeletionProtectionEnabled"] == true, "%s: the table can be deleted", dataFile)
	pitr := object(r.properties["PointInTimeRecoverySpecification"])
	f.want(pitr["PointInTimeRecoveryEnabled"] == true && number(pitr["RecoveryPeriodInDays"]) == 35, "%s: the table cannot be restored", dataFile)
	return f
}

// kept is what outlives its stack. Who retains must not name: the next deployment
// would meet it. A mail identity has no other name than its own.
func kept(w *world) (f findings) {
	for _, file := range templateFiles {
		s := w.templates[file]
		for _, id := range sorted(s.resources) {
			r := s.resources[id]
			retains := text(r.all["DeletionPolicy"]) == "Retain"
			f.want(retains == (text(r.all["UpdateReplacePolicy"]) == "Retain"), "%s: %s is retained by half", file, id)
			switch r.kind {
			case tableKind, logKind, "AWS::SES::EmailIdentity", "AWS::EC2::EIP":
				f.want(retains, "%s: %s is lost with its stack", file, id)
			}
			for _, name := range []string{"TableName", "LogGroupName", "QueueName", "TopicName", "RoleName"} {
				f.want(r.properties[name] == nil || r.kind == filterKind, "%s: %s has a name, that a second one would meet", file, id)
			}
		}
	}
	return f
}

// logs end by themselves, and those of the front have the route, not the path.
func logs(w *world) (f findings) {
	for _, file := range templateFiles {
		for _, r := range w.templates[file].of(logKind) {
			days := r.properties["RetentionInDays"]
			f.want(text(at(days, "Ref")) == "LogRetentionDays" || number(days) > 0, "%s: %s is kept for ever", file, r.id)
		}
	}
	front := w.templates[appFile].resources["Front"].properties
	format := text(at(front, "AccessLogSettings", "Format"))
	f.want(strings.Contains(format, "$context.routeKey"), "%s: the access log has no route", appFile)
	for _, m := range contextName.FindAllStringSubmatch(format, -1) {
		switch m[1] {
		case "requestId", "requestTime", "routeKey", "status", "responseLength", "responseLatency", "integrationStatus":
		default:
			f.add("%s: the access log has $context.%s, which may hold the secret or an address", appFile, m[1])
		}
	}
	f.want(number(at(front, "DefaultRouteSettings", "ThrottlingRateLimit")) > 0 && number(at(front, "DefaultRouteSettings", "ThrottlingBurstLimit")) > 0,
		"%s: nothing slows the webhook's front down", appFile)
	for _, method := range []string{"GET ", "POST "} {
		limits := at(front, "RouteSettings", method+preference.Path)
		f.want(number(at(limits, "ThrottlingRateLimit")) > 0 && number(at(limits, "ThrottlingBurstLimit")) > 0,
			"%s: %s%s takes from the webhook's limit", appFile, method, preference.Path)
	}
	f.want(at(front, "AccessLogSettings", "DestinationArn") != nil, "%s: the front keeps no access log", appFile)
	return f
}

var contextName = regexp.MustCompile(`\$context\.([A-Za-z.]+)`)

// queues each have a dead-letter queue or are one, hide a message long enough,
// and are encrypted, as is everything that can be under the customer's key.
func queues(w *world) (f findings) {
	data, app := w.templates[dataFile], w.templates[appFile]
	dead := map[string]bool{}
	for _, q := range data.of(queueKind) {
		if target := list(at(q.properties, "RedrivePolicy", "deadLetterTargetArn", "Fn::GetAtt")); len(target) == 2 {
			dead[text(target[0])] = true
		}
	}
	for _, fn := range app.of(functionKind) {
		export := text(at(fn.properties, "EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination", "Fn::ImportValue", "Fn::Sub"))
		for _, output := range data.outputs {
			if name := text(at(output, "Export", "Name", "Fn::Sub")); name != "" && name == export {
				dead[text(list(at(output, "Value", "Fn::GetAtt"))[0])] = true
			}
		}
	}
	for _, q := range data.of(queueKind) {
		redrive := object(q.properties["RedrivePolicy"])
		f.want(dead[q.id] || redrive != nil, "%s: what %s cannot hand over is lost", dataFile, q.id)
		f.want(!dead[q.id] || number(q.properties["MessageRetentionPeriod"]) == 14*86400, "%s: %s forgets before 14 days", dataFile, q.id)
		f.want(q.properties["KmsMasterKeyId"] != nil && q.properties["SqsManagedSseEnabled"] != nil, "%s: %s is not encrypted", dataFile, q.id)
		if redrive != nil {
			f.want(number(redrive["maxReceiveCount"]) >= 5, "%s: %s gives up after %v tries", dataFile, q.id, redrive["maxReceiveCount"])
			limit := number(app.resources["Ingest"].properties["Timeout"])
			f.want(limit > 0 && number(q.properties["VisibilityTimeout"]) >= 6*limit, "%s: %s hides for %v s, under six times the %v s of Ingest",
				dataFile, q.id, q.properties["VisibilityTimeout"], limit)
		}
	}
	f.want(len(dead) == 2, "%s: %d dead-letter queues, want 2", dataFile, len(dead))
	for kind, property := range map[string]string{tableKind: "SSESpecification", logKind: "KmsKeyId", "AWS::SNS::Topic": "KmsMasterKeyId"} {
		for _, r := range data.of(kind) {
			f.want(strings.Contains(fmt.Sprint(r.properties[property]), "KeyArn"), "%s: %s ignores the customer's key", dataFile, r.id)
		}
	}
	return f
}
