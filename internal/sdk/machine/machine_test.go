package machine

import (
	"strings"
	"testing"

	logtest "github.com/sirupsen/logrus/hooks/test"
)

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
