package smtp

import "errors"

// login is AUTH LOGIN, which no standard describes: servers word its two
// questions as they like, so that only their order counts. The library's own
// client insists on one wording.
type login struct{ answers []string }

// Start implements sasl.Client.
func (l *login) Start() (mechanism string, first []byte, err error) { return "LOGIN", nil, nil }

// Next implements sasl.Client.
func (l *login) Next([]byte) ([]byte, error) {
	if len(l.answers) == 0 {
		return nil, errors.New("a third question")
	}
	answer := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(answer), nil
}
