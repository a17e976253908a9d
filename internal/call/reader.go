package call

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/adrg/strutil"
	"github.com/adrg/strutil/metrics"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// reader walks one YAML file and collects every problem with its line, instead
// of stopping at the first as a decoder does.
type reader struct {
	file     string
	problems []error
}

func (r *reader) say(line int, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s:%d: %s", r.file, line, fmt.Sprintf(format, args...)))
}

// root parses the file into its one mapping, or nil after saying why not.
func (r *reader) root(b []byte, keys []string) *section {
	file, err := parser.ParseBytes(b, 0, parser.AllowDuplicateMapKey()) // duplicates are ours to report
	if err != nil {
		r.say(lineOf(err), "not valid YAML: %s; check indentation (spaces, no tabs), quotes and brackets", reasonOf(err))
		return nil
	}
	var body ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.CommentType:
		case body != nil:
			r.say(lineAt(doc.Body), "a second document starts here; write one call a file")
			return nil
		default:
			body = doc.Body
		}
	}
	if body == nil {
		r.say(1, "the file is empty; start from a copy of o2r-national.yaml or run `relais init`")
		return nil
	}
	return r.section("", body, lineAt(body), keys)
}

// lineOf and reasonOf read the parser's error. Its own text quotes the file,
// which may hold addresses.
func lineOf(err error) int {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		return at.GetToken().Position.Line
	}
	return 1
}

func reasonOf(err error) string {
	var at yaml.Error
	if errors.As(err, &at) {
		return at.GetMessage()
	}
	return "it cannot be read"
}

func lineAt(n ast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}

// section is one mapping of the file. path is "" for the root.
type section struct {
	r       *reader
	path    string
	line    int
	entries map[string]entry
}

type entry struct {
	line  int
	value ast.Node
}

// section reads a mapping whose keys are known; it is nil when the node is none.
func (r *reader) section(path string, n ast.Node, line int, keys []string) *section {
	s := &section{r: r, path: path, line: line, entries: map[string]entry{}}
	var pairs []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		pairs = m.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{m}
	default:
		r.say(line, "%s must hold lines of `key: value` (got %s)", s.name(), shape(n))
		return nil
	}
	for _, p := range pairs {
		s.add(p, keys)
	}
	return s
}

func (s *section) add(p *ast.MappingValueNode, keys []string) {
	line := lineAt(p.Key)
	node, ok := p.Key.(*ast.StringNode)
	switch {
	case !ok:
		s.r.say(line, "a key of %s must be a plain word (got %s); anchors, merges and tags are not read", s.name(), shape(p.Key))
	case !slices.Contains(keys, node.Value):
		s.r.say(line, "unknown key %s in %s; %s", quoteKey(node.Value), s.name(), knownKeys(node.Value, keys))
	case s.entries[node.Value].value != nil:
		s.r.say(line, "%s is already written at line %d; keep one of the two", s.at(node.Value), s.entries[node.Value].line)
	default:
		s.entries[node.Value] = entry{line, p.Value}
	}
}

var plainKey = lazily(`^[A-Za-z0-9_-]{1,40}$`)

// quoteKey shows a key that looks like one; anything else may be personal data
// in the wrong place.
func quoteKey(k string) string {
	if plainKey().MatchString(k) {
		return strconv.Quote(k)
	}
	return fmt.Sprintf("(%d characters)", len([]rune(k)))
}

func knownKeys(got string, keys []string) string {
	best, score := "", 0.6
	for _, k := range keys {
		if s := strutil.Similarity(strings.ToLower(got), k, metrics.NewLevenshtein()); s > score {
			best, score = k, s
		}
	}
	if best != "" {
		return "did you mean " + best + "?"
	}
	return "the keys are " + strings.Join(keys, ", ")
}

// name and at are how messages speak of the section and of one of its keys.
func (s *section) name() string {
	if s.path == "" {
		return "a call file"
	}
	return s.path
}

func (s *section) at(key string) string {
	if s.path == "" {
		return key
	}
	return s.path + "." + key
}

// node is the value of a key; nil when the key is missing or null.
func (s *section) node(key string) ast.Node {
	n := s.entries[key].value
	if n == nil || n.Type() == ast.NullType {
		return nil
	}
	return n
}

// lineFor is where to point at for a key, missing or not.
func (s *section) lineFor(key string) int {
	if e, ok := s.entries[key]; ok {
		return e.line
	}
	return s.line
}

func (s *section) say(key, format string, args ...any) {
	s.r.say(s.lineFor(key), "%s %s", s.at(key), fmt.Sprintf(format, args...))
}

// sub is the mapping under a key; nil when null, missing or not a mapping.
func (s *section) sub(key string, keys []string) *section {
	n := s.node(key)
	if n == nil {
		return nil
	}
	return s.r.section(s.at(key), n, s.lineFor(key), keys)
}

// text reads a text without blanks around; "" when null or missing.
func (s *section) text(key string) string {
	n := s.node(key)
	if n == nil {
		return ""
	}
	t, ok := textOf(n)
	if !ok {
		s.say(key, "must be text, in quotes if it looks like a number (got %s)", shape(n))
	}
	return t
}

func textOf(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return strings.TrimSpace(v.Value), true
	case *ast.LiteralNode:
		return strings.TrimSpace(v.Value.Value), true
	}
	return "", false
}

// boolean is false when null or missing.
func (s *section) boolean(key string) bool {
	switch n := s.node(key).(type) {
	case nil:
	case *ast.BoolNode:
		return n.Value
	default:
		s.say(key, "must be true or false (got %s)", shape(n))
	}
	return false
}

// positive reads a whole number of 1 or more, at most limit; nil when null,
// missing or wrong.
func (s *section) positive(key string, limit int) *int {
	n := s.node(key)
	if n == nil {
		return nil
	}
	if i, ok := n.(*ast.IntegerNode); ok {
		v, err := strconv.Atoi(strings.ReplaceAll(i.Token.Value, "_", ""))
		if err == nil && v >= 1 && v <= limit {
			return &v
		}
		s.say(key, "must be a whole number from 1 to %d", limit)
		return nil
	}
	s.say(key, "must be a whole number, without quotes (got %s)", shape(n))
	return nil
}

// number reads a number, whole or with a decimal point.
func (s *section) number(key string) *float64 {
	n := s.node(key)
	if n == nil {
		return nil
	}
	var raw string
	switch v := n.(type) {
	case *ast.IntegerNode:
		raw = v.Token.Value
	case *ast.FloatNode:
		raw = v.Token.Value
	default:
		s.say(key, "must be a number, without quotes, spaces, comma or unit, such as 150000 or 0.8 (got %s)", shape(n))
		return nil
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(raw, "_", ""), 64)
	if err != nil || math.IsInf(v, 0) {
		s.say(key, "must be a number in decimal digits, such as 150000 or 0.8")
		return nil
	}
	return &v
}

// item is one text of a list, with its place for messages.
type item struct {
	text string
	line int
	at   string
}

// items reads a list of texts; nil when null or missing, empty when [].
func (s *section) items(key, wrong string) []item {
	n := s.node(key)
	if n == nil {
		return nil
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		s.say(key, "must be a list, such as [a, b] (got %s)", shape(n))
		return nil
	}
	items := make([]item, 0, len(list.Values))
	for i, v := range list.Values {
		it := item{line: lineAt(v), at: fmt.Sprintf("%s[%d]", s.at(key), i+1)}
		if it.text, ok = textOf(v); !ok {
			s.r.say(it.line, "%s must be %s (got %s)", it.at, wrong, shape(v))
			continue
		}
		items = append(items, it)
	}
	return items
}

// shape describes a value without showing it.
func shape(n ast.Node) string {
	switch v := n.(type) {
	case *ast.StringNode:
		return fmt.Sprintf("a text of %d characters", len([]rune(v.Value)))
	case *ast.LiteralNode:
		return "a block of text"
	case *ast.IntegerNode:
		return "a whole number"
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case *ast.NullNode:
		return "nothing"
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys and values"
	}
	return "an anchor, alias or tag, which are not read: write the value itself"
}
