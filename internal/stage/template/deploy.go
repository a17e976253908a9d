package template

import (
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Region is where Deploy deploys.
const Region = "eu-west-3"

//go:embed testdata/transform.py
var transformer string

const (
	bucket = "relais-artifacts"
	code   = "code.zip"
)

// Unsupported are the types of resource that moto 5.2 accepts and does not make:
// nothing is proven of them but their form. Nor does it make the expiry of a table,
// an alias or a retry of a function, the policy of a role (nothing is refused), or
// what a schedule or a topic sets off.
var Unsupported = []string{
	"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::CloudFormation::WaitConditionHandle", "AWS::CloudWatch::Alarm",
	"AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::VPCCidrBlock", "AWS::Lambda::EventInvokeConfig", "AWS::Logs::MetricFilter",
	"AWS::SES::ConfigurationSet", "AWS::SES::ConfigurationSetEventDestination", "AWS::SES::EmailIdentity", "AWS::SNS::Subscription",
	"AWS::SNS::TopicPolicy", "AWS::Scheduler::Schedule",
}

// Deployment is what a moto server made of the templates.
type Deployment struct {
	// Outputs are those of all its stacks, by their names.
	Outputs map[string]string
	// Resources are what it made, by their ids; what moto does not know is missing.
	Resources map[string]Resource
	// Declared are the types of what it should have made, by their ids.
	Declared map[string]string
}

// Resource is one that was made.
type Resource struct {
	Type string `xml:"ResourceType"`
	Name string `xml:"PhysicalResourceId"`
}

// Deploy makes the stacks of one deployment on the moto server at endpoint, in the
// order of a true one: data, network, functions, alarms. moto, the path of
// moto_server, has Python beside it; root is the folder of template.yaml. Anything
// but CREATE_COMPLETE fails the test. moto does not do all: CreateMailIdentity must
// be no and EgressMode not ipv6; see Unsupported.
func Deploy(t testing.TB, moto, endpoint, root string, params map[string]string) Deployment {
	t.Helper()
	d := deploying{t, endpoint, Deployment{map[string]string{}, map[string]Resource{}, map[string]string{}}}
	d.put(bucket, []byte("<CreateBucketConfiguration><LocationConstraint>"+Region+"</LocationConstraint></CreateBucketConfiguration>"))
	d.put(bucket+"/"+code, []byte("the code of all functions"))
	for i, template := range asJSON(t, moto, "s3://"+bucket+"/"+code, paths(root)...) {
		d.stack(params["Stack"]+suffixes[i], withoutCidr(t, template), params)
	}
	return d.made
}

// The templates in the order of deployment, and how the names of their stacks end.
var (
	files    = []string{"infra/data.yaml", "infra/network.yaml", "template.yaml", "infra/alarms.yaml"}
	suffixes = []string{"-data", "-network", "", "-alarms"}
)

func paths(root string) (all []string) {
	for _, file := range files {
		all = append(all, filepath.Join(root, file))
	}
	return all
}

// asJSON reads templates with Python; with a place of the code, it transforms them
// as CloudFormation would.
func asJSON(t testing.TB, moto, code string, files ...string) (all []json.RawMessage) {
	t.Helper()
	c := exec.Command(filepath.Join(filepath.Dir(moto), "python"), append([]string{"-I", "-c", transformer, code}, files...)...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err == nil {
		err = json.Unmarshal(out, &all)
	}
	if err != nil || len(all) != len(files) {
		t.Fatalf("the templates cannot be transformed: %v", err)
	}
	return all
}

// withoutCidr cuts the network's addresses up in the place of moto, which cannot.
func withoutCidr(t testing.TB, template []byte) []byte {
	var tree any
	if err := json.Unmarshal(template, &tree); err != nil {
		t.Fatal(err)
	}
	var cut func(any) any
	cut = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			if _, is := v["Fn::Cidr"]; is {
				return []string{"10.84.0.0/27", "10.84.0.32/27", "10.84.0.64/27"}
			}
			for k := range v {
				v[k] = cut(v[k])
			}
		case []any:
			for i := range v {
				v[i] = cut(v[i])
			}
		}
		return v
	}
	out, err := json.Marshal(cut(tree))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

type deploying struct {
	t        testing.TB
	endpoint string
	made     Deployment
}

// Answers of CloudFormation, as far as they are read.
type (
	stackAnswer struct {
		Status  string `xml:"DescribeStacksResult>Stacks>member>StackStatus"`
		Outputs []struct {
			Key   string `xml:"OutputKey"`
			Value string `xml:"OutputValue"`
		} `xml:"DescribeStacksResult>Stacks>member>Outputs>member"`
	}
	resourcesAnswer struct {
		List []struct {
			Resource
			ID     string `xml:"LogicalResourceId"`
			Status string `xml:"ResourceStatus"`
		} `xml:"DescribeStackResourcesResult>StackResources>member"`
	}
)

// stack makes one, with the parameters that it declares.
func (d deploying) stack(name string, template []byte, params map[string]string) {
	d.t.Helper()
	var declared struct {
		Parameters map[string]any
		Resources  map[string]struct{ Type, Condition string }
	}
	if err := json.Unmarshal(template, &declared); err != nil {
		d.t.Fatal(err)
	}
	form := url.Values{"StackName": {name}, "TemplateBody": {string(template)}, "Capabilities.member.1": {"CAPABILITY_IAM"}}
	for key, value := range params {
		if _, is := declared.Parameters[key]; is {
			at := fmt.Sprintf("Parameters.member.%d.", len(form)/2)
			form.Set(at+"ParameterKey", key)
			form.Set(at+"ParameterValue", value)
		}
	}
	d.ask("CreateStack", form, nil)
	var answer stackAnswer
	d.ask("DescribeStacks", url.Values{"StackName": {name}}, &answer)
	if answer.Status != "CREATE_COMPLETE" {
		d.t.Fatalf("%s: %s", name, answer.Status)
	}
	for _, o := range answer.Outputs {
		d.made.Outputs[o.Key] = o.Value
	}
	var resources resourcesAnswer
	d.ask("DescribeStackResources", url.Values{"StackName": {name}}, &resources)
	for _, r := range resources.List {
		if !slices.Contains([]string{"CREATE_COMPLETE", "UPDATE_COMPLETE"}, r.Status) {
			d.t.Errorf("%s: %s is %s", name, r.ID, r.Status)
		}
		d.made.Resources[r.ID] = r.Resource
	}
	for id, r := range declared.Resources {
		d.made.Declared[id] = r.Type
	}
}

func (d deploying) ask(action string, form url.Values, answer any) {
	d.t.Helper()
	form.Set("Action", action)
	form.Set("Version", "2010-05-15")
	body := d.send(http.MethodPost, "/", "cloudformation", "application/x-www-form-urlencoded", form.Encode())
	if answer != nil {
		if err := xml.Unmarshal(body, answer); err != nil {
			d.t.Fatalf("%s: %v", action, err)
		}
	}
}

func (d deploying) put(path string, content []byte) {
	d.t.Helper()
	d.send(http.MethodPut, "/"+path, "s3", "application/octet-stream", string(content))
}

// send asks moto, which finds the service in the signature and does not check it.
func (d deploying) send(method, path, service, kind, body string) []byte {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.endpoint+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=relais/20260101/"+Region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=none")
	res, err := (&http.Client{Timeout: time.Minute}).Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 && res.StatusCode != http.StatusConflict {
		d.t.Fatalf("%s %s: %s\n%s", service, path, res.Status, out)
	}
	return out
}
