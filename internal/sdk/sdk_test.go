package sdk

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"
)

// writer is a body that could be written out at once, as the SDK's.
type writer struct{ *bytes.Reader }

func (writer) Close() error { return nil }

// peer notes what it is handed.
type peer struct{ body io.Reader }

func (p *peer) Do(r *http.Request) (*http.Response, error) {
	p.body = r.Body
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

// The SDK's own way out of a body loses answers (see steady): it must not be seen.
func TestABodyCanOnlyBeRead(t *testing.T) {
	p := &peer{}
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/", writer{bytes.NewReader([]byte("hello"))})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (steady{p}).Do(r); err != nil {
		t.Fatal(err)
	}
	if _, ok := p.body.(io.WriterTo); ok {
		t.Error("the body still writes itself")
	}
	if got, err := io.ReadAll(p.body); string(got) != "hello" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestTheSDKSpeaksThroughTheLog(t *testing.T) {
	log, heard := logtest.NewNullLogger()
	log.SetLevel(logrus.DebugLevel)
	voice{log}.Logf(logging.Warn, "retried %d times", 2)
	voice{log}.Logf(logging.Debug, "asked")
	if len(heard.Entries) != 2 || heard.Entries[0].Level != logrus.WarnLevel || heard.Entries[0].Data["sdk"] != "retried 2 times" {
		t.Errorf("heard %v", heard.Entries)
	}
}

func TestAFunctionHasItsRegionAndItsRole(t *testing.T) {
	log, _ := logtest.NewNullLogger()
	values := map[string]string{"AWS_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_SESSION_TOKEN": "session"}
	env := func(name string) (string, bool) { v, ok := values[name]; return v, ok }
	cfg, err := Function(env, log)
	if err != nil {
		t.Fatal(err)
	}
	who, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil || who.AccessKeyID != "id" || who.SecretAccessKey != "key" || who.SessionToken != "session" || cfg.Region != "eu-west-3" {
		t.Errorf("%+v, %v", who, err)
	}
	delete(values, "AWS_REGION")
	if _, err := Function(env, log); err == nil || !strings.Contains(err.Error(), "AWS_REGION") {
		t.Errorf("got %v", err)
	}
}

// Through a client of the SDK: it must find what the environment says.
func TestTheEnvironmentSaysWhereServicesAre(t *testing.T) {
	log, _ := logtest.NewNullLogger()
	base := map[string]string{"AWS_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"}
	for name, test := range map[string]struct {
		set  map[string]string
		want string
	}{
		"nothing":     {nil, "sts.eu-west-3.amazonaws.com"},
		"all":         {map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "127.0.0.1:1"},
		"one":         {map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:2"}, "127.0.0.1:2"},
		"another one": {map[string]string{"AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:2"}, "sts.eu-west-3.amazonaws.com"},
		"IPv6 too":    {map[string]string{"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "sts.eu-west-3.api.aws"},
		"IPv4 only":   {map[string]string{"AWS_USE_DUALSTACK_ENDPOINT": "false"}, "sts.eu-west-3.amazonaws.com"},
	} {
		t.Run(name, func(t *testing.T) {
			for key, value := range test.set {
				t.Setenv(key, value) // a client looks there before it asks us
			}
			cfg, err := Function(func(key string) (string, bool) {
				if value, ok := test.set[key]; ok {
					return value, ok
				}
				value, ok := base[key]
				return value, ok
			}, log)
			if err != nil {
				t.Fatal(err)
			}
			asked := &host{}
			cfg.HTTPClient = asked
			_, _ = sts.NewFromConfig(cfg, func(o *sts.Options) { o.RetryMaxAttempts = 1 }).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
			if asked.name != test.want {
				t.Errorf("asked %q, want %q", asked.name, test.want)
			}
		})
	}
}

// host notes whom a request was for.
type host struct{ name string }

func (h *host) Do(r *http.Request) (*http.Response, error) {
	h.name = r.URL.Host
	return nil, io.ErrUnexpectedEOF
}
