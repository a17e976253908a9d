package stage

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"time"

	"relais/internal/stage/standin"
)

// ARN names the function.
func (f *Function) ARN() string {
	return strings.Join([]string{"arn:aws:lambda", standin.Region, standin.Account, "function", f.name()}, ":")
}

func (f *Function) name() string {
	if f.Name == "" {
		return "function"
	}
	return f.Name
}

func (f *Function) memory() int {
	if f.MemoryMB == 0 {
		return 128
	}
	return f.MemoryMB
}

func (f *Function) timeout() time.Duration {
	if f.Timeout == 0 {
		return 3 * time.Second
	}
	return f.Timeout
}

// environ is the whole environment of a process: nothing of ours leaks into it.
// The variables are those of Lambda's documentation for an OS-only runtime;
// only the two files are ours, so that nobody's own AWS settings are read.
func (f *Function) environ(api, root string) []string {
	env := map[string]string{
		"AWS_LAMBDA_RUNTIME_API":          api,
		"AWS_LAMBDA_FUNCTION_NAME":        f.name(),
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.memory()),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_FORMAT":           "JSON",
		"AWS_LAMBDA_LOG_LEVEL":            "INFO",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.name(),
		"AWS_LAMBDA_LOG_STREAM_NAME":      "2026/01/01/[$LATEST]" + strings.ReplaceAll(identifier(), "-", ""),
		"AWS_REGION":                      standin.Region,
		"AWS_DEFAULT_REGION":              standin.Region,
		"AWS_ACCESS_KEY_ID":               f.name(),
		"AWS_SECRET_ACCESS_KEY":           "not-a-secret",
		"AWS_SESSION_TOKEN":               "not-a-token",
		"AWS_CONFIG_FILE":                 os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE":     os.DevNull,
		"_HANDLER":                        "bootstrap",
		"LAMBDA_TASK_ROOT":                root,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
		"LANG":                            "en_US.UTF-8",
		"PATH":                            "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TZ":                              ":UTC",
	}
	for name, v := range f.Env {
		env[name] = v
	}
	out := make([]string, 0, len(env))
	for name, v := range env {
		out = append(out, name+"="+v)
	}
	return out
}

// identifier draws a version 4 UUID.
func identifier() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
