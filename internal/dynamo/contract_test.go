package dynamo_test

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/truora/minidyn/aws-v2/client"
	"github.com/truora/minidyn/server"

	"relais/internal/dossier"
	"relais/internal/dynamo"
	"relais/internal/storetest"
)

// TestContract runs in process, always.
func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store { return inProcess(t) })
}

// inProcess is an empty store on the emulator.
func inProcess(t testing.TB) *dynamo.Store {
	t.Helper()
	return created(t, client.NewClient(), "relais")
}

func created(t testing.TB, c dynamo.Client, table string) *dynamo.Store {
	t.Helper()
	s, err := dynamo.NewWith(c, table, dynamo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestContractOnMoto needs RELAIS_MOTO, the path of a moto_server.
func TestContractOnMoto(t *testing.T) {
	path := os.Getenv("RELAIS_MOTO")
	if path == "" {
		t.Skip("not proven: RELAIS_MOTO names no moto_server (see make check)")
	}
	lives(t, "10") // its transactions copy the table over and over
	c := dynamodb.NewFromConfig(aws.Config{
		Region:       "eu-west-3",
		Credentials:  credentials.NewStaticCredentialsProvider("relais", "relais", ""),
		BaseEndpoint: aws.String(moto(t, path)),
	})
	remote(t, c, oneAtATime(c))
}

// TestNewSpeaksOverHTTP: through the SDK, to a server of the emulator.
func TestNewSpeaksOverHTTP(t *testing.T) {
	listening := httptest.NewServer(server.NewServer())
	defer listening.Close()
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", listening.URL)
	t.Setenv("AWS_REGION", "eu-west-3")
	t.Setenv("AWS_ACCESS_KEY_ID", "relais")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "relais")
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := dynamo.New(cfg, "relais", dynamo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no DynamoDB table") {
		t.Errorf("error %v", err)
	}
	fail(t, s.Create(t.Context()))
	put(t, s, aRecord(1, 0, "été"))
	conflicts, err := s.Put(t.Context(), []dossier.Record{aRecord(1, 0, "hiver")})
	if err != nil || len(conflicts) != 1 || contentOf(read(t, s, 1)) != "été" {
		t.Errorf("conflicts %v, error %v", conflicts, err)
	}
	listening.Close()
	if _, _, err := s.Record(t.Context(), 1); err == nil || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("error %v", err)
	}
}

// lives sets how many lives the stories of any order have.
func lives(t *testing.T, count string) {
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	checks.Value.Set(count)
	t.Cleanup(func() { checks.Value.Set(before) })
}

// oneAtATime is for moto, which undoes a cancelled transaction by putting back
// the table as it was before, with what other calls wrote meanwhile.
func oneAtATime(c dynamo.Client) dynamo.Client {
	var turn sync.Mutex
	return hooked{c, func(_ context.Context, _ any, call func() (any, error)) (any, error) {
		turn.Lock()
		defer turn.Unlock()
		return call()
	}}
}

// TestContractOnEndpoint uses whatever credentials and region the environment
// has, and makes a table a test.
func TestContractOnEndpoint(t *testing.T) {
	if os.Getenv("AWS_ENDPOINT_URL_DYNAMODB") == "" {
		t.Skip("not proven: AWS_ENDPOINT_URL_DYNAMODB names no endpoint")
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := dynamodb.NewFromConfig(cfg)
	remote(t, c, c)
}

// remote makes and deletes a table a test.
func remote(t *testing.T, keeper *dynamodb.Client, c dynamo.Client) {
	var tables atomic.Int64
	storetest.Run(t, func(t *testing.T) storetest.Store {
		table := fmt.Sprintf("relais-test-%d-%d", time.Now().UnixNano(), tables.Add(1))
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if _, err := keeper.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String(table)}); err != nil {
				t.Errorf("the table %s is left: %v", table, err)
			}
		})
		return created(t, c, table)
	})
}

// moto starts a server of our own on a free port, until the end of the test.
func moto(t *testing.T, path string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	var output strings.Builder
	process := exec.Command(path, "-H", "127.0.0.1", "-p", port)
	process.Stderr = &output
	if err := process.Start(); err != nil {
		t.Fatalf("RELAIS_MOTO: %v", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	t.Cleanup(func() {
		process.Process.Kill()
		<-ended
	})
	url := "http://127.0.0.1:" + port
	for deadline := time.After(30 * time.Second); ; {
		if answer, err := http.Get(url + "/moto-api/"); err == nil {
			answer.Body.Close()
			return url
		}
		select {
		case err := <-ended:
			t.Fatalf("moto_server ended: %v\n%s", err, output.String())
		case <-deadline:
			t.Fatal("moto_server does not answer")
		case <-time.After(50 * time.Millisecond):
		}
	}
}
