package smtp

import (
	"fmt"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]struct {
		address  string
		security security
		user     string
		password string
	}{
		"smtp://mail.gouv.example":                     {"mail.gouv.example:587", startTLS, "", ""},
		"smtp://u:p@mail.gouv.example:25/":             {"mail.gouv.example:25", startTLS, "u", "p"},
		" smtps://u%40x.fr:p%3A%2F%23%40@mail.example": {"mail.example:465", implicit, "u@x.fr", "p:/#@"},
		"smtp://u:p@ss@mail.example":                   {"mail.example:587", startTLS, "u", "p@ss"},
		"smtps://[2001:db8::1]:1465":                   {"[2001:db8::1]:1465", implicit, "", ""},
		"smtp://localhost:1025":                        {"localhost:1025", ifOffered, "", ""},
		"smtp://u:p@127.0.0.1":                         {"127.0.0.1:587", ifOffered, "u", "p"},
		"smtp://[::1]:1025?tls=none":                   {"[::1]:1025", clear, "", ""},
		"smtps://u:p@localhost":                        {"localhost:465", implicit, "u", "p"},
	} {
		t.Run(text, func(t *testing.T) {
			c, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if c.address() != want.address || c.security != want.security {
				t.Errorf("got %s, %v", c.address(), c.security)
			}
			if want.user == "" {
				if c.user != nil || c.password != nil {
					t.Error("an account from nowhere")
				}
			} else if c.user() != want.user || c.password() != want.password {
				t.Errorf("got %q, %q", c.user(), c.password())
			}
		})
	}
}

func TestParseMistakes(t *testing.T) {
	for text, says := range map[string][]string{
		"":                                           {"does not start with smtp://", "names no host"},
		"mail.example:587":                           {"is not a URL"},
		"http://u:s3cret@mail.example":               {"does not start with smtp://"},
		"smtp://":                                    {"names no host"},
		"smtp://u:s3cret@":                           {"names no host"},
		"smtp://u:s3cret@mail.example:0":             {"port"},
		"smtp://u:s3cret@mail.example:70000":         {"port"},
		"smtp://u:s3cret@mail.example:port":          {"is not a URL"},
		"smtp://u:s3cret@mail.example/box":           {"goes on after host and port"},
		"smtp://u:s3#cret@mail.example":              {"is not a URL"},
		"smtp://u:s3/cret@mail.example":              {"is not a URL"},
		"smtp://u:s3%cret@mail.example":              {"is not a URL", "%25"},
		"smtp://u:5#s3cret@mail.example":             {"goes on after host and port"},
		"smtp://mail.example?s3cret=1":               {"other than ?tls=none"},
		"smtp://mail.example?tls=s3cret":             {"other than ?tls=none"},
		"smtp://localhost?tls=none&tls=none":         {"other than ?tls=none"},
		"smtp://localhost?tls=none;s3cret":           {"other than ?tls=none"},
		"smtp://mail.example?tls=none":               {"on this machine only"},
		"smtps://localhost?tls=none":                 {"choose one"},
		"smtp://u:s3cret@localhost?tls=none":         {"never goes out in clear"},
		"smtp://u@mail.example":                      {"without a password"},
		"smtp://:s3cret@mail.example":                {"without a user"},
		"smtp://u:s3cret%0d%0aX@mail.example":        {"control character"},
		"smtp://u@/?s3cret":                          {"names no host", "other than ?tls=none", "without a password"},
		"smtp:u:s3cret@mail.example":                 {"is not a URL"},
		"smtp://u:s3cret@localhost.example?tls=none": {"on this machine only"},
	} {
		t.Run(text, func(t *testing.T) {
			_, err := Parse(text)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, part := range says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%v does not say %q", err, part)
				}
			}
			if n := strings.Count(err.Error(), "\n") + 1; n != len(says) && says[0] != "is not a URL" {
				t.Errorf("%d sentences, want %d: %v", n, len(says), err)
			}
			if strings.Contains(err.Error(), "s3") || strings.Contains(err.Error(), "cret") {
				t.Errorf("quoted: %v", err)
			}
		})
	}
}

func TestAConfigPrintsNoPassword(t *testing.T) {
	c, err := Parse("smtp://us3r:s3cret@mail.example")
	if err != nil {
		t.Fatal(err)
	}
	world := struct {
		inner  Config
		Sender *Sender
		Plain  Sender
	}{inner: c, Sender: New(c, Options{})}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, what := range []any{c, &c, world, *world.Sender} {
			text := fmt.Sprintf(verb, what)
			if strings.Contains(text, "s3cret") || strings.Contains(text, "us3r") || strings.Contains(text, "733363726574") {
				t.Errorf("%s of %T: %s", verb, what, text)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "smtp://u:n33dle@h:1?tls=none", "smtps://n33dle:n33dle@[::1]", "smtp://n33dle@h", "smtp://u:n33dle#@h/n33dle", "://n33dle",
		"smtp://\x7fn33dle@h", "smtp://u:%n33dle@h",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			if strings.Contains(err.Error(), "n33dle") {
				t.Errorf("quoted: %v", err)
			}
			return
		}
		if c.Host == "" || c.Port == "" || (c.user == nil) != (c.password == nil) {
			t.Errorf("%q gives half a server", text)
		}
		if c.security == clear && (!loopback(c.Host) || c.user != nil) {
			t.Errorf("%q is in clear", text)
		}
	})
}
