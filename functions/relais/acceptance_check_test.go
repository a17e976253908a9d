package main

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// problems are the lines of check that say what is wrong.
func (o outcome) problems() []string {
	var list []string
	for l := range strings.Lines(o.out) {
		if rest, ok := strings.CutPrefix(l, "problem"); ok {
			list = append(list, strings.TrimSpace(rest))
		}
	}
	return list
}

// TestCheckNamesEachTrouble: one trouble, one sentence, and exit 1.
func TestCheckNamesEachTrouble(t *testing.T) {
	t.Parallel()
	answers := func(status int, code, message string) fault {
		return func(w http.ResponseWriter, _ string, _ int) bool {
			refuse(w, status, code, message)
			return true
		}
	}
	edit := func(t *testing.T, d *desktop, old, new string) {
		t.Helper()
		path := d.path("calls", bretagne+".yaml")
		b, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(b), old) {
			t.Fatalf("the call file does not hold %q (%v)", old, err)
		}
		d.write("calls/"+bretagne+".yaml", strings.Replace(string(b), old, new, 1))
	}
	closed := closedPort(t)
	for name, tt := range map[string]struct {
		change func(t *testing.T, p *other, d *desktop) *desktop
		want   []string
	}{
		"wrong token": {func(_ *testing.T, _ *other, d *desktop) *desktop {
			return d.with("DS_API_TOKEN=another-token-altogether")
		}, []string{"refuses the token", "DS_API_TOKEN"}},
		"refused network": {func(_ *testing.T, p *other, d *desktop) *desktop {
			p.fails(answers(403, "forbidden", "Appel refusé depuis le réseau 203.0.113.77/32 : ajoutez-le aux réseaux du jeton."))
			return d
		}, []string{"network", "203.0.113.77"}},
		"refused network, IPv6": {func(_ *testing.T, p *other, d *desktop) *desktop {
			p.fails(answers(403, "forbidden", "Request from 2001:db8:7::1/128 is not allowed"))
			return d
		}, []string{"network", "2001:db8:7::1"}},
		"expired token": {func(_ *testing.T, p *other, d *desktop) *desktop {
			p.fails(answers(401, "unauthorized", "Token expired"))
			return d
		}, []string{"expired"}},
		"unreachable host": {func(_ *testing.T, _ *other, d *desktop) *desktop {
			return fresh(d, "fresh").with("DS_API_URL=http://" + closed + otherPath)
		}, []string{"does not answer", "DS_API_URL"}},
		"wrong path": {func(_ *testing.T, p *other, d *desktop) *desktop {
			return d.with("DS_API_URL=" + p.server.URL + "/graphql")
		}, []string{"DS_API_URL", "404"}},
		"unknown démarche": {func(t *testing.T, _ *other, d *desktop) *desktop {
			edit(t, d, "demarche: 904117", "demarche: 904118")
			return d
		}, []string{"904118", "unknown"}},
		"démarche closed to the token": {func(_ *testing.T, p *other, d *desktop) *desktop {
			p.fails(answers(200, "unauthorized", "An object of type Demarche was hidden due to permissions"))
			return d
		}, []string{"904117", "closed to this token"}},
		"stale binding": {func(t *testing.T, _ *other, d *desktop) *desktop {
			edit(t, d, "region: \""+idOf(otherForm(), "region")+"\"", "region: \"champ.99\"")
			return d
		}, []string{"fields.region", "champ.99", bretagne + ".yaml"}},
		"broken call file": {func(t *testing.T, _ *other, d *desktop) *desktop {
			edit(t, d, "zone: Europe/Paris", "zone: Europe/Pari")
			return d
		}, []string{bretagne + ".yaml:", "zone"}},
		"call file that is no YAML": {func(t *testing.T, _ *other, d *desktop) *desktop {
			d.write("calls/autre.yaml", "id: autre\nfamily: [o2r\ntitle: x\n")
			return d
		}, []string{"autre.yaml:"}},
		"mail folder": {func(_ *testing.T, _ *other, d *desktop) *desktop {
			return d.with("RELAIS_MAIL=dir:" + d.write("file", "x") + "/mail")
		}, []string{"RELAIS_MAIL"}},
		"store": {func(_ *testing.T, _ *other, d *desktop) *desktop {
			return d.with("RELAIS_STORE=sqlite:" + d.write("file", "x") + "/relais.db")
		}, []string{"RELAIS_STORE"}},
		"token past its day": {func(_ *testing.T, _ *other, d *desktop) *desktop {
			return d.with("DS_TOKEN_EXPIRES=2020-02-29")
		}, []string{"2020-02-29"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newOther(t, 1)
			d := tt.change(t, p, ready(t, p))
			d.TB = t
			o := d.do(1, "check")
			list := o.problems()
			if len(list) != 1 {
				t.Fatalf("want one sentence, got %d:\n%s%s", len(list), o.out, o.err)
			}
			for _, w := range tt.want {
				if !strings.Contains(list[0], w) {
					t.Errorf("the sentence lacks %q: %s", w, list[0])
				}
			}
			t.Log(list[0])
		})
	}
}

// fresh is the installation with another store: a store keeps to one platform.
func fresh(d *desktop, name string) *desktop {
	return d.with("RELAIS_STORE=sqlite:" + d.path(name+".db"))
}

// idOf is the champ meant for one of our names.
func idOf(form []ask, name string) string {
	for _, a := range form {
		if a.name == name {
			return a.id
		}
	}
	return ""
}

// closedPort is an address where nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
