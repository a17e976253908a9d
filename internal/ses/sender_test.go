package ses

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/google/go-cmp/cmp"

	"relais/internal/mime/mimetest"
	"relais/internal/notify"
)

func letter() notify.Message {
	return notify.Message{
		ID: "m-0123abcd", To: "Agent <agent@dreets.example>", From: "Relais – été <relais@dreets.example>",
		Subject: "O2R Bretagne\u00a0: échéance", Text: "Bonjour,\n.\nfin\n", HTML: "<p>Bonjour à tous</p>\n",
		Date: time.Date(2026, 12, 7, 12, 0, 0, 0, time.UTC), MessageID: "m-0123abcd@dreets.example",
	}
}

// service is a stand-in for the REST protocol of SES.
type service struct {
	*httptest.Server
	asked  atomic.Int64
	path   string
	input  map[string]any
	answer func(n int, w http.ResponseWriter)
}

func serve(t *testing.T, answer func(n int, w http.ResponseWriter)) *service {
	t.Helper()
	s := &service{answer: answer}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(s.asked.Add(1))
		s.path, s.input = r.Method+" "+r.URL.Path, nil
		if err := json.NewDecoder(r.Body).Decode(&s.input); err != nil && r.Method == http.MethodPost {
			t.Errorf("not JSON: %v", err)
		}
		w.Header().Set("Content-Type", "application/json")
		s.answer(n, w)
	}))
	t.Cleanup(s.Close)
	return s
}

func accepts(_ int, w http.ResponseWriter) { _, _ = io.WriteString(w, `{"MessageId":"0100"}`) }

func fails(status int, code, message string) func(int, http.ResponseWriter) {
	return func(_ int, w http.ResponseWriter) {
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
	}
}

func (s *service) sender(set string) *Sender {
	return build(aws.Config{
		Region: "eu-west-3", BaseEndpoint: &s.URL,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}, set, retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil }))
}

func TestAMailGoesOutRawWithItsTag(t *testing.T) {
	s := serve(t, accepts)
	if err := s.sender("relais").Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	if s.path != "POST /v2/email/outbound-emails" {
		t.Errorf("asked %s", s.path)
	}
	raw := s.input["Content"].(map[string]any)["Raw"].(map[string]any)["Data"].(string)
	delete(s.input, "Content")
	want := map[string]any{
		"ConfigurationSetName": "relais",
		"Destination":          map[string]any{"ToAddresses": []any{"agent@dreets.example"}},
		"EmailTags":            []any{map[string]any{"Name": "mail", "Value": "m-0123abcd"}},
	}
	if diff := cmp.Diff(want, s.input); diff != "" {
		t.Error(diff)
	}
	sameLetter(t, letter(), raw)
}

// sameLetter reads the base64 of the request back with another library.
func sameLetter(t *testing.T, want notify.Message, encoded string) mimetest.Mail {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	got, err := mimetest.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Message); diff != "" {
		t.Error(diff)
	}
	return got
}

// A mail of the morning goes out with its picture, its calendar and the header of
// one-click unsubscription; SES adds nothing to a raw message but its own.
func TestAMailGoesOutWithItsFiles(t *testing.T) {
	s := serve(t, accepts)
	m := letter()
	m.Unsubscribe = "https://relais.dreets.example/preferences/abc"
	m.Files = []notify.File{
		{Name: "dates.png", Type: "image/png", ContentID: "chart@relais", Data: []byte("\x89PNG\r\n\x00")},
		{Name: "échéances.ics", Type: "text/calendar; charset=utf-8; method=PUBLISH", Data: []byte("BEGIN:VCALENDAR\r\n")},
	}
	if err := s.sender("").Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	content := s.input["Content"].(map[string]any)
	if len(content) != 1 {
		t.Errorf("beside Raw: %v", content)
	}
	got := sameLetter(t, m, content["Raw"].(map[string]any)["Data"].(string))
	if got.Shape != "mixed(related(alternative(text/plain text/html) image/png) text/calendar)" {
		t.Errorf("shape %s", got.Shape)
	}
	if got.Header.Get("Auto-Submitted") != "auto-generated" || got.Header.Get("List-Unsubscribe-Post") == "" {
		t.Errorf("header %v", got.Header)
	}
}

func TestAMailTooBigIsNotSent(t *testing.T) {
	m := letter()
	m.Files = []notify.File{{Name: "a.bin", Type: "application/octet-stream", Data: make([]byte, 6<<20)}}
	if err := (&Sender{client: never{t}}).Send(t.Context(), m); !errors.Is(err, notify.ErrMessageRefused) {
		t.Errorf("got %v", err)
	}
}

func TestWithoutAConfigurationSet(t *testing.T) {
	s := serve(t, accepts)
	if err := s.sender("").Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	if set, ok := s.input["ConfigurationSetName"]; ok {
		t.Errorf("set %v", set)
	}
}

func TestAQuotedAddressStaysQuoted(t *testing.T) {
	s := serve(t, accepts)
	m := letter()
	m.To = `"jean, x" <"a b"@dreets.example>`
	if err := s.sender("").Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"ToAddresses": []any{`"a b"@dreets.example`}}
	if diff := cmp.Diff(want, s.input["Destination"]); diff != "" {
		t.Error(diff)
	}
}

func TestWhoIsToBlame(t *testing.T) {
	const bad, internal = http.StatusBadRequest, http.StatusInternalServerError
	for name, test := range map[string]struct {
		status        int
		code, message string
		refused       bool
		says          string
	}{
		"bad address":        {bad, "BadRequestException", "Missing final '@domain'", true, "malformed"},
		"bad domain":         {bad, "BadRequestException", "Domain contains illegal character", true, "malformed"},
		"bad local part":     {bad, "BadRequestException", "Local address contains control or whitespace", true, "malformed"},
		"suppressed":         {bad, "MessageRejected", "Address blacklisted.", true, "suppression list"},
		"virus":              {bad, "MessageRejected", "Transaction failed: message contains a virus", true, "virus"},
		"too large":          {bad, "BadRequestException", "Message length is more than 41943040 bytes long: '41943041'.", true, "too large"},
		"sandbox":            {bad, "MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-3: agent@dreets.example", false, "sandbox"},
		"paused":             {bad, "SendingPausedException", "", false, "paused"},
		"paused, rejected":   {bad, "MessageRejected", "Sending suspended for this account.", false, "paused"},
		"suspended":          {bad, "AccountSuspendedException", "", false, "may not send any more"},
		"MAIL FROM":          {bad, "MailFromDomainNotVerifiedException", "", false, "MX record"},
		"set unknown":        {http.StatusNotFound, "NotFoundException", "Configuration set <relais> does not exist.", false, "configuration set"},
		"limit":              {bad, "LimitExceededException", "", false, "later"},
		"daily quota":        {http.StatusTooManyRequests, "TooManyRequestsException", "Daily message quota exceeded.", false, "24 hours"},
		"rate":               {http.StatusTooManyRequests, "TooManyRequestsException", "Maximum sending rate exceeded.", false, "later"},
		"denied":             {http.StatusForbidden, "AccessDeniedException", "User arn:… to agent@dreets.example", false, "ses:SendEmail"},
		"internal":           {internal, "InternalServiceErrorException", "", false, "InternalServiceError"},
		"a reason not known": {bad, "MessageRejected", "Something new about agent@dreets.example", false, "MessageRejected"},
		"a code not known":   {bad, "NewException", "Illegal address", false, "NewException"},
		"a gateway":          {http.StatusBadGateway, "", "", false, "SES"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, fails(test.status, test.code, test.message))
			err := s.sender("").Send(t.Context(), letter())
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v", err)
			}
			if got := errors.Is(err, notify.ErrRefused); got != test.refused {
				t.Errorf("refused for good %v: %v", got, err)
			}
			if strings.Contains(err.Error(), "@") || strings.Contains(err.Error(), "arn:") {
				t.Errorf("quoted: %v", err)
			}
		})
	}
}

func TestAMalformedSenderRefusesNobody(t *testing.T) {
	s := serve(t, fails(http.StatusBadRequest, "BadRequestException", "Domain contains illegal character"))
	m := letter()
	m.From = "relais@dreets_o2r.example"
	if err := s.sender("").Send(t.Context(), m); err == nil || errors.Is(err, notify.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

func TestOnlyAThrottledRequestIsRepeated(t *testing.T) {
	throttledOnce := func(n int, w http.ResponseWriter) {
		if n == 1 {
			fails(http.StatusTooManyRequests, "TooManyRequestsException", "Maximum sending rate exceeded.")(n, w)
			return
		}
		accepts(n, w)
	}
	s := serve(t, throttledOnce)
	if err := s.sender("").Send(t.Context(), letter()); err != nil || s.asked.Load() != 2 {
		t.Errorf("%v after %d requests, want 2", err, s.asked.Load())
	}

	s = serve(t, fails(http.StatusTooManyRequests, "TooManyRequestsException", "Maximum sending rate exceeded."))
	if err := s.sender("").Send(t.Context(), letter()); !errors.Is(err, notify.ErrNotTaken) {
		t.Errorf("throttled to the end: %v", err)
	}

	dropped := func(_ int, w http.ResponseWriter) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	}
	for name, answer := range map[string]func(int, http.ResponseWriter){
		"dropped":     dropped,
		"internal":    fails(http.StatusInternalServerError, "InternalServiceErrorException", ""),
		"unavailable": fails(http.StatusServiceUnavailable, "ServiceUnavailable", ""),
		"timeout":     fails(http.StatusBadRequest, "RequestTimeout", ""),
	} {
		s := serve(t, answer)
		err := s.sender("").Send(t.Context(), letter())
		if err == nil || errors.Is(err, notify.ErrRefused) || errors.Is(err, notify.ErrNotTaken) || s.asked.Load() != 1 {
			t.Errorf("%s: %v after %d requests: a mail whose answer was lost may be sent twice", name, err, s.asked.Load())
		}
	}
}

func TestADeadContextGivesItsError(t *testing.T) {
	s := serve(t, accepts)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.sender("").Send(ctx, letter()); !errors.Is(err, context.Canceled) || s.asked.Load() != 0 {
		t.Errorf("%v after %d requests", err, s.asked.Load())
	}
	// and one that dies on the way
	ctx, cancel = context.WithCancel(t.Context())
	s = serve(t, func(int, http.ResponseWriter) { cancel(); <-ctx.Done() })
	if err := s.sender("").Send(ctx, letter()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// never fails the test when SES is asked.
type never struct{ t *testing.T }

func (n never) SendEmail(context.Context, *sesv2.SendEmailInput, ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error) {
	n.t.Error("SES was asked")
	return &sesv2.SendEmailOutput{}, nil
}

func TestWhatSESNeedNotBeAsked(t *testing.T) {
	for name, test := range map[string]struct {
		edit    func(*notify.Message)
		refused bool
	}{
		"no address":      {func(m *notify.Message) { m.To = "nobody" }, true},
		"beyond ASCII":    {func(m *notify.Message) { m.To = "hélène@dreets.example" }, true},
		"id with a dot":   {func(m *notify.Message) { m.ID = "m.1" }, false},
		"id too long":     {func(m *notify.Message) { m.ID = strings.Repeat("m", 257) }, false},
		"sender no addr.": {func(m *notify.Message) { m.From = "relais" }, false},
		"file no type":    {func(m *notify.Message) { m.Files = []notify.File{{Name: "a"}} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := letter()
			test.edit(&m)
			err := (&Sender{client: never{t}}).Send(t.Context(), m)
			if err == nil || errors.Is(err, notify.ErrRefused) != test.refused || errors.Is(err, notify.ErrNotTaken) == test.refused || strings.Contains(err.Error(), "@dreets") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// GetAccount implements client.
func (n never) GetAccount(context.Context, *sesv2.GetAccountInput, ...func(*sesv2.Options)) (*sesv2.GetAccountOutput, error) {
	n.t.Error("SES was asked")
	return &sesv2.GetAccountOutput{}, nil
}

// The words that refuse for good must not be found in those of the account's
// troubles.
func TestNoTroubleIsTakenForARefusal(t *testing.T) {
	troubles := []string{
		"Email address is not verified. The following identities failed the check in region EU-WEST-3: a@b.example",
		"Account is paused", "Sending paused for this account. For more information, please check the inbox.",
		"Daily message quota exceeded.", "Maximum sending rate exceeded.", "Mail FROM domain is not verified.",
		"Configuration set <x> does not exist.", "There are no recipients specified.", "Service unavailable",
	}
	for _, message := range troubles {
		for _, code := range []string{"MessageRejected", "BadRequestException", "LimitExceededException"} {
			if why, refused := refusal(code, strings.ToLower(message), true); refused != nil {
				t.Errorf("%s %q: %s", code, message, why)
			}
		}
	}
	for _, message := range []string{
		"Illegal address", "Missing final '@domain'", "Invalid domain name: 'x'", "Domain contains dot-dot",
		"Domain starts with dot", "Domain contains control or whitespace", "Local address starts with dot",
	} {
		if _, refused := refusal("BadRequestException", strings.ToLower(message), true); refused == nil {
			t.Errorf("%q is not taken for a bad address", message)
		}
	}
}
