package stage

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"
)

// MotoVariable names the moto_server command, for Moto.
const MotoVariable = "RELAIS_MOTO"

// Moto starts a moto server, which serves DynamoDB, SQS, SES and SSM on one
// endpoint, and ends it with the test. Without the command, the test is skipped
// with the words "not proven".
func Moto(t testing.TB) string {
	t.Helper()
	command := os.Getenv(MotoVariable)
	if command == "" {
		t.Skipf("not proven on moto: %s does not name a moto_server", MotoVariable)
	}
	for range 3 { // another process may take the port first
		if endpoint, ok := startMoto(t, command); ok {
			return endpoint
		}
	}
	t.Fatal("moto_server does not start")
	return ""
}

func startMoto(t testing.TB, command string) (string, bool) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(listener.Addr().String())
	_ = listener.Close()
	cmd := exec.Command(command, "-H", host, "-p", port)
	dieWithParent(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start moto_server: %v", err)
	}
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-exited })
	endpoint := "http://" + net.JoinHostPort(host, port)
	return endpoint, answers(endpoint+"/moto-api/data.json", exited)
}

// answers waits for a server to speak: at most 30 s, or until it is gone.
func answers(url string, exited <-chan struct{}) bool {
	client := &http.Client{Timeout: 5 * time.Second}
	tick, limit := time.NewTicker(50*time.Millisecond), time.NewTimer(30*time.Second)
	defer tick.Stop()
	defer limit.Stop()
	for {
		if res, err := client.Get(url); err == nil {
			_ = res.Body.Close()
			return res.StatusCode == http.StatusOK
		}
		select {
		case <-tick.C:
		case <-exited:
			return false
		case <-limit.C:
			return false
		}
	}
}
