package sdk

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

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

func TestAWrongConfigurationIsOneSentence(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/none")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/none")
	t.Setenv("AWS_PROFILE", "absent")
	log, _ := logtest.NewNullLogger()
	if _, err := Load(t.Context(), log); err == nil || !strings.HasPrefix(err.Error(), "the AWS configuration cannot be read") {
		t.Errorf("got %v", err)
	}
	t.Setenv("AWS_PROFILE", "")
	t.Setenv("AWS_REGION", "eu-west-3")
	if cfg, err := Load(t.Context(), log); err != nil || cfg.Region != "eu-west-3" {
		t.Errorf("got %q, %v", cfg.Region, err)
	}
}
