// Command actor does what its event says, well or badly.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type order struct {
	Do  string
	URL string
}

type report struct {
	PID      int
	Calls    int
	Request  string
	ARN      string
	Left     time.Duration
	Env      []string
	Dir      string
	Parallel bool
}

var calls, inside int

func act(ctx context.Context, o order) (report, error) {
	calls++
	inside++
	defer func() { inside-- }()
	fmt.Println("doing", o.Do)
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	r := report{
		PID: os.Getpid(), Calls: calls, Request: lc.AwsRequestID, ARN: lc.InvokedFunctionArn,
		Left: time.Until(deadline), Env: os.Environ(), Parallel: inside > 1,
	}
	r.Dir, _ = os.Getwd()
	switch o.Do {
	case "fail":
		return r, errors.New("as ordered")
	case "panic":
		panic("as ordered")
	case "exit":
		os.Exit(3)
	case "leave":
		os.Exit(0)
	case "hang":
		select {}
	case "get":
		for _, url := range strings.Fields(o.URL) {
			res, err := http.Get(url)
			if err != nil {
				return r, errors.New("no answer")
			}
			_ = res.Body.Close()
		}
	case "big":
		r.Dir = strings.Repeat("x", 7<<20)
	}
	return r, nil
}

func main() {
	switch os.Getenv("ACTOR_INIT") {
	case "exit":
		fmt.Fprintln(os.Stderr, "no settings")
		os.Exit(7)
	case "report", "linger":
		body := strings.NewReader(`{"errorType":"Actor.Settings","errorMessage":"no settings"}`)
		_, _ = http.Post("http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+"/2018-06-01/runtime/init/error", "application/json", body)
		if os.Getenv("ACTOR_INIT") == "linger" {
			<-time.After(time.Hour)
		}
		os.Exit(1)
	}
	var options []lambda.Option
	if os.Getenv("ACTOR_SIGTERM") != "" {
		options = append(options, lambda.WithEnableSIGTERM(func() {
			fmt.Println("SIGTERM heard")
			if os.Getenv("ACTOR_SIGTERM") == "leave" {
				os.Exit(0)
			}
		}))
	}
	lambda.StartWithOptions(act, options...)
}
