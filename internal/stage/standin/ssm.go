package standin

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

// SSM stands in for the parameters: GetParameter and GetParameters. Every value
// is a SecureString.
//
// It does not do: paths, labels, histories, encryption.
type SSM struct {
	*Front
	// Key is the ARN of a key of the customer's own; then Call.Needs asks for
	// kms:Decrypt on it. Empty is the service's key, which needs no permission.
	// Set it before the first call.
	Key string

	mu         sync.Mutex
	parameters map[string]parameter
}

type parameter struct {
	value   string
	version int
}

// NewSSM starts a service without parameters.
func NewSSM() *SSM {
	s := &SSM{parameters: map[string]parameter{}}
	s.Front = newFront(s)
	return s
}

// Set writes a parameter; its version grows.
func (s *SSM) Set(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parameters[name] = parameter{value, s.parameters[name].version + 1}
}

// Remove deletes a parameter.
func (s *SSM) Remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.parameters, name)
}

func (s *SSM) service() string { return "ssm" }

type ssmRequest struct {
	Name           string
	Names          []string
	WithDecryption bool
}

func (q ssmRequest) names() []string {
	if q.Name != "" {
		return []string{q.Name}
	}
	return q.Names
}

func (s *SSM) describe(r *http.Request, body []byte) Call {
	call := Call{Action: targetOf(r)}
	var q ssmRequest
	if json.Unmarshal(body, &q) != nil {
		return call
	}
	for _, name := range q.names() {
		call.need("ssm:"+call.Action, ParameterARN(name))
	}
	if q.WithDecryption && s.Key != "" {
		call.need("kms:Decrypt", s.Key)
	}
	return call
}

// ParameterARN names a parameter; a leading slash is not doubled.
func ParameterARN(name string) string {
	return arn("ssm", "parameter/"+strings.TrimPrefix(name, "/"))
}

func (s *SSM) serve(r *http.Request, body []byte) answer {
	var in ssmRequest
	if json.Unmarshal(body, &in) != nil {
		return refuse(400, "SerializationException", "not JSON")
	}
	found, missing := s.read(in)
	switch action := targetOf(r); action {
	case "GetParameter":
		if len(found) == 0 {
			return refuse(400, "ParameterNotFound", "Parameter not found.")
		}
		return agree(map[string]any{"Parameter": found[0]})
	case "GetParameters":
		if len(in.Names) > 10 {
			return refuse(400, "ValidationException", "Member must have length less than or equal to 10")
		}
		return agree(map[string]any{"Parameters": found, "InvalidParameters": missing})
	default:
		return unknown(action)
	}
}

func (s *SSM) read(in ssmRequest) (found []map[string]any, missing []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range in.names() {
		p, ok := s.parameters[name]
		if !ok {
			missing = append(missing, name)
			continue
		}
		value := p.value
		if !in.WithDecryption {
			value = "AQICAHciphertext" + identifier(name, p.version)
		}
		found = append(found, map[string]any{
			"Name": name, "ARN": ParameterARN(name), "Type": "SecureString",
			"Value": value, "Version": p.version, "DataType": "text",
		})
	}
	return found, missing
}
