package cost

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func text(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// distinct are the first groups of all matches, once each.
func distinct(pattern, text string) []string {
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)`+pattern).FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

func number(pattern, text string) float64 {
	return float64(len(regexp.MustCompile(`(?m)`+pattern).FindAllString(text, -1)))
}

// TestFixedFollowsTheTemplates counts what is deployed.
func TestFixedFollowsTheTemplates(t *testing.T) {
	_, c := files(t)
	alarms, template := text(t, "infra/alarms.yaml"), text(t, "template.yaml")
	network, data := text(t, "infra/network.yaml"), text(t, "infra/data.yaml")
	journal := text(t, "internal/cloud/journal/metrics.go")
	for _, want := range []struct {
		what          string
		counted, says float64
	}{
		{"metrics that alarms look at", number(`^      MetricName: `, alarms) + number(`MetricStat:`, alarms), c.Fixed["alarms"]},
		{"dashboards", number(`Type: AWS::CloudWatch::Dashboard`, alarms), c.Fixed["dashboards"]},
		{"metrics of filters", float64(len(distinct(`\{MetricNamespace: .*MetricName: (\w+)`, alarms))), c.Metrics["seldom"]},
		{"metrics of the journal", number(`^func \w+\(.*\) Value \{`, journal), c.Metrics["always"] + c.Metrics["nightly"]},
		{"parameters", float64(len(distinct(`ssm:(/relais/[^"]+)`, template))), c.Fixed["parameters"]},
		{"functions", number(`Type: AWS::Serverless::Function`, template), functions},
		{"schedules", number(`Type: AWS::Scheduler::Schedule`, template), float64(len(c.Schedule))},
		{"gateways", number(`Type: AWS::EC2::NatGateway`, network), 1},
		{"addresses", number(`Type: AWS::EC2::EIP`, network), 1},
		{"days of logs", number(`LogRetentionDays:\n    Type: Number\n    Default: `+strconv.Itoa(logDays)+`\n`, data), 1},
	} {
		if want.counted != want.says {
			t.Errorf("%s: %v in the templates, %v in the bill", want.what, want.counted, want.says)
		}
	}
	for name, minutes := range periods(t, template) {
		if c.Schedule[name].Minutes != minutes {
			t.Errorf("%s runs every %v minutes, and the bill has %v", name, minutes, c.Schedule[name].Minutes)
		}
	}
}

// periods reads the schedules: minutes between two runs.
func periods(t testing.TB, template string) map[string]float64 {
	t.Helper()
	all := map[string]float64{}
	for _, m := range regexp.MustCompile(`Name: !Sub \$\{Stack\}-(\w+)\n      State: .*\n      ScheduleExpression: cron\(([^)]*)\)`).FindAllStringSubmatch(template, -1) {
		fields := strings.Fields(m[2])
		_, step, stepped := strings.Cut(fields[0], "/")
		switch n, err := strconv.ParseFloat(step, 64); {
		case stepped && err == nil && fields[1] == "*":
			all[m[1]] = n
		case !stepped && fields[1] == "*":
			all[m[1]] = 60
		case !stepped:
			all[m[1]] = 24 * 60
		default:
			t.Fatalf("%s: cron(%s) is not understood", m[1], m[2])
		}
	}
	if len(all) == 0 {
		t.Fatal("no schedule was found")
	}
	return all
}

// paid and free are all types of resources; one that is neither was not thought of.
var (
	paid = []string{
		"AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::DynamoDB::Table", "AWS::EC2::EIP", "AWS::EC2::NatGateway",
		"AWS::Logs::LogGroup", "AWS::Logs::MetricFilter", "AWS::SES::EmailIdentity", "AWS::SNS::Subscription", "AWS::SNS::Topic",
		"AWS::SQS::Queue", "AWS::Scheduler::Schedule", "AWS::Serverless::Function", "AWS::Serverless::HttpApi",
	}
	free = []string{
		"AWS::CloudFormation::WaitConditionHandle", "AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::InternetGateway",
		"AWS::EC2::Route", "AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup", "AWS::EC2::Subnet",
		"AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPC", "AWS::EC2::VPCCidrBlock", "AWS::EC2::VPCEndpoint",
		"AWS::EC2::VPCGatewayAttachment", "AWS::IAM::Role", "AWS::SES::ConfigurationSet",
		"AWS::SES::ConfigurationSetEventDestination", "AWS::SNS::TopicPolicy",
	}
)

// TestEveryResourceIsInTheBill finds what would be paid for and was forgotten.
func TestEveryResourceIsInTheBill(t *testing.T) {
	all := text(t, "template.yaml")
	for _, name := range []string{"data", "network", "alarms"} {
		all += text(t, "infra/"+name+".yaml")
	}
	types := distinct(`^    Type: (AWS::\S+)`, all)
	if want := slices.Sorted(slices.Values(slices.Concat(paid, free))); !slices.Equal(types, want) {
		t.Errorf("resources of the templates:\n%q\nthose that the bill knows:\n%q", types, want)
	}
	if number(`VpcEndpointType: `, all) != number(`VpcEndpointType: Gateway`, all) {
		t.Error("an endpoint that is no gateway is paid by the hour")
	}
}

// TestProofs wants each act to name tests that are there.
func TestProofs(t *testing.T) {
	_, c := files(t)
	for name, a := range c.Acts {
		words := strings.Fields(a.Proof)
		if len(words) < 2 {
			t.Errorf("%s: no proof", name)
			continue
		}
		tests := ""
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(words[0]), "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			rel, _ := filepath.Rel(root, f)
			tests += text(t, filepath.ToSlash(rel))
		}
		for _, proof := range words[1:] {
			if !strings.Contains(tests, "func "+proof+"(") {
				t.Errorf("%s: there is no %s in %s", name, proof, words[0])
			}
		}
	}
}

// TestPricesSayWhereTheyAreFrom looks at each price's date and source.
func TestPricesSayWhereTheyAreFrom(t *testing.T) {
	p, _ := files(t)
	read, err := time.Parse(time.DateOnly, p.Read)
	if err != nil || p.Region != "eu-west-3" || p.Euro.Dollars <= 0 {
		t.Fatalf("region %q, read %q, euro %v: %v", p.Region, p.Read, p.Euro, err)
	}
	if !regexp.MustCompile(p.Region).MatchString(text(t, "infra/README.md")) {
		t.Errorf("infra/README.md deploys elsewhere than %s", p.Region)
	}
	for name, one := range p.Prices {
		published, err := time.Parse(time.DateOnly, one.Published)
		switch {
		case err != nil || published.After(read):
			t.Errorf("%s: published %q, read %s", name, one.Published, p.Read)
		case !strings.HasPrefix(one.Source, "https://aws.amazon.com/"):
			t.Errorf("%s: source %q", name, one.Source)
		case one.Dollars < 0 || one.For < 1 || one.Unit == "":
			t.Errorf("%s: %+v", name, one)
		case (one.Known == "list") != strings.HasPrefix(one.Code, "EUW3-"):
			t.Errorf("%s: known %q, code %q: a price of the list has a code of Paris, another has none", name, one.Known, one.Code)
		case one.Known != "list" && one.Known != "page" && one.Known != "derived":
			t.Errorf("%s: known %q", name, one.Known)
		}
	}
}
