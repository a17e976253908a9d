package ds

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	graphql "github.com/hasura/go-graphql-client"
)

// answer is the data of one operation, with the root errors that came beside it.
type answer struct {
	data   json.RawMessage
	faults []*Error
	// readAt is when our request left; platformAt is the platform's own clock.
	readAt, platformAt time.Time
}

// exchange is one HTTP request and its answer, as the GraphQL library's Doer: it
// sees the status and headers that the library hides.
type exchange struct {
	client             *Client
	readAt, platformAt time.Time
}

// longestFailure bounds what is read of an answer that is not 200.
const longestFailure = 64 << 10

// Do implements graphql.Doer. Anything but 200 is already an *Error.
func (x *exchange) Do(req *http.Request) (*http.Response, error) {
	if err := x.client.pace.Wait(req.Context()); err != nil {
		if req.Context().Err() == nil { // the share would come after the deadline
			err = context.DeadlineExceeded
		}
		return nil, err
	}
	x.readAt = x.client.now().Round(0).UTC()
	resp, err := x.client.http.Do(req)
	if err != nil {
		return nil, err
	}
	x.platformAt = x.readAt
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		x.platformAt = date
	}
	if resp.StatusCode == http.StatusOK {
		resp.Body = overhear(req.Context(), resp.Body)
		return resp, nil
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, longestFailure))
	if err != nil {
		body = nil // the status alone will do
	}
	failed := classifyStatus(resp.StatusCode, resp.Header, body)
	if failed.Kind == RateLimited {
		failed.Wait = untilReset(resp.Header.Get("RateLimit-Reset"), x.platformAt)
	}
	return nil, failed
}

// once sends a document once. A nil error means data, perhaps with faults.
func (c *Client) once(ctx context.Context, d document, variables map[string]any) (answer, *Error) {
	x := &exchange{client: c}
	data, err := graphql.NewClient(c.url, x).
		ExecRaw(ctx, d.text, variables, graphql.OperationName(d.name))
	a := answer{readAt: x.readAt, platformAt: x.platformAt}
	if err != nil {
		var failed *Error
		if a.faults, failed = c.faults(ctx, err, data != nil); failed != nil {
			return answer{}, failed
		}
	}
	if len(data) > 0 && string(data) != "null" {
		a.data = data
		return a, nil
	}
	if len(a.faults) > 0 {
		return answer{}, worst(a.faults)
	}
	return answer{}, &Error{Kind: NoData, Status: http.StatusOK}
}

// faults separates the root errors that the platform sent from a failure to get
// its answer. The library gives both the same type; only its own have a cause.
func (c *Client) faults(ctx context.Context, err error, executed bool) ([]*Error, *Error) {
	var sent graphql.Errors
	if !errors.As(err, &sent) || len(sent) == 0 {
		return nil, classifyCause(ctx, err)
	}
	if cause := sent[0].Unwrap(); cause != nil {
		return nil, classifyCause(ctx, cause)
	}
	faults := make([]*Error, 0, len(sent))
	for _, g := range sent {
		faults = append(faults, classifyFault(g, executed))
	}
	return faults, nil
}
