package cloud_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/permissions.json anew")

// permissionsFile says what each function asks of AWS: for each, the IAM actions
// and the kind of resource that they are on. The roles of the template are
// compared with it.
var permissionsFile = filepath.Join("testdata", "permissions.json")

// kindOf is the kind of a resource, without its name.
func kindOf(arn string) string {
	part := strings.SplitN(arn, ":", 6)
	kind, rest, named := strings.Cut(part[5], "/")
	switch {
	case !named:
		return "queue"
	case strings.Contains(rest, "/index/"):
		return kind + "/index"
	}
	return kind
}

// rare is what a function needs on days that the road does not have. The tests of
// bad days ask for some of it, and for nothing else.
var rare = map[string][]string{
	// a hint about a dossier that was in quarantine, or whose retention is over
	"ingest": {"dynamodb:DeleteItem on table"},
	// a hundred intentions at once
	"remind": {"dynamodb:ConditionCheckItem on table"},
	// a mail that SES did not take, an alarm that is over; a mail of a hundred intentions
	"deliver": {"dynamodb:DeleteItem on table", "dynamodb:ConditionCheckItem on table"},
	// an operator who could not be told
	"feedback": {"dynamodb:DeleteItem on table"},
}

func permissions(s *standins) map[string][]string {
	out := map[string][]string{}
	for _, function := range functionNames {
		list := []string{}
		for _, c := range s.calls(function) {
			for _, need := range c.Needs {
				list = append(list, need.Permission+" on "+kindOf(need.Resource))
			}
		}
		slices.Sort(list)
		out[function] = slices.Compact(list)
	}
	return out
}

// comparePermissions wants a whole road to ask, but for what is rare, for neither
// more nor less than the file says.
func comparePermissions(t *testing.T, s *standins) {
	t.Helper()
	all := permissions(s)
	for function, more := range rare {
		all[function] = slices.Compact(slices.Sorted(slices.Values(slices.Concat(all[function], more))))
	}
	got, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(permissionsFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(permissionsFile)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the functions ask for other permissions than %s says (%v); see whether they should, then write it anew with -update:\n%s", permissionsFile, err, got)
	}
}

// allowed wants what was asked on a bad day to be in the file too.
func allowed(t testing.TB, s *standins) {
	t.Helper()
	raw, err := os.ReadFile(permissionsFile)
	if err != nil {
		t.Fatal(err)
	}
	var known map[string][]string
	if err := json.Unmarshal(raw, &known); err != nil {
		t.Fatal(err)
	}
	for function, list := range permissions(s) {
		for _, one := range list {
			if !slices.Contains(known[function], one) {
				t.Errorf("%s needs %s, which %s does not say", function, one, permissionsFile)
			}
		}
	}
}
