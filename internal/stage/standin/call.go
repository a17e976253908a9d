package standin

import (
	"net/http"
	"slices"
	"strings"
)

// Call is one request that a stand-in received.
type Call struct {
	Service string // as in endpoint variables and IAM: dynamodb, sqs, ses, ssm
	Action  string // of the service's API, for example SendMessageBatch
	// Needs lists what IAM would check, without repetition.
	Needs []Need
	// Caller is the access key id that signed the request: the name of the
	// function when package stage started it.
	Caller string
	// Failed is the error code answered; "" when the call was served, "dropped"
	// when the connection was cut or left hanging.
	Failed string
	// Body and Answer are there for hooks only; the record does not keep them.
	Body, Answer []byte
}

// A Need is one permission on one resource, as a policy statement names them.
type Need struct{ Permission, Resource string }

// need adds a permission that is not there yet.
func (c *Call) need(permission, resource string) {
	n := Need{permission, resource}
	if !slices.Contains(c.Needs, n) {
		c.Needs = append(c.Needs, n)
	}
}

// callerOf reads the access key id in a request's version 4 signature.
func callerOf(r *http.Request) string {
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// targetOf reads the action of a request of the AWS JSON protocols.
func targetOf(r *http.Request) string {
	target := r.Header.Get("X-Amz-Target")
	return target[strings.LastIndexByte(target, '.')+1:]
}

func compareNeeds(a, b Need) int {
	if c := strings.Compare(a.Permission, b.Permission); c != 0 {
		return c
	}
	return strings.Compare(a.Resource, b.Resource)
}
