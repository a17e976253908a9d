package main

import (
	"database/sql"
	"os"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// TestWrongUsageAndSettings: exit 2, one sentence that names the setting or the
// flag.
func TestWrongUsageAndSettings(t *testing.T) {
	t.Parallel()
	p := newOther(t, 3)
	good := ready(t, p)
	good.do(0, "poll")
	file := good.write("a-file", "not a folder")
	for name, tt := range map[string]struct {
		settings []string
		args     string
		want     []string
	}{
		"broken YAML":              {[]string{"RELAIS_CALLS=" + folderWith(t, "x.yaml", "id: [a\n")}, "poll", []string{"RELAIS_CALLS", "x.yaml:"}},
		"a key mistyped":           {[]string{"RELAIS_CALLS=" + folderWith(t, "x.yaml", "id: a\nfamily: o2r\ntitle: t\nzone: Europe/Paris\nflor: null\n")}, "poll", []string{"x.yaml:5", "did you mean floor"}},
		"no folder of calls":       {[]string{"RELAIS_CALLS=" + good.path("none")}, "poll", []string{"RELAIS_CALLS", "does not exist"}},
		"no call names a démarche": {[]string{"RELAIS_CALLS=" + t.TempDir()}, "poll", []string{"relais init"}},
		"no token":                 {[]string{"DS_API_TOKEN="}, "poll", []string{"DS_API_TOKEN", "missing"}},
		"no token for init":        {[]string{"DS_API_TOKEN="}, "init --demarche 1", []string{"DS_API_TOKEN", "missing"}},
		"token with a space":       {[]string{"DS_API_TOKEN=Bearer " + otherToken}, "poll", []string{"DS_API_TOKEN"}},
		"token in SSM":             {[]string{"DS_API_TOKEN=ssm:/relais/token"}, "poll", []string{"DS_API_TOKEN", "AWS_REGION"}},
		"http to another machine":  {[]string{"DS_API_URL=http://plateforme.example/api"}, "poll", []string{"DS_API_URL", "https"}},
		"password in the URL":      {[]string{"DS_API_URL=https://u:" + plantedSignature + "@h.example/api"}, "poll", []string{"DS_API_URL"}},
		"DynamoDB without region":  {[]string{"RELAIS_STORE=dynamodb:dossiers"}, "poll", []string{"RELAIS_STORE", "AWS_REGION"}},
		"no table":                 {[]string{"RELAIS_STORE=dynamodb:"}, "export", []string{"RELAIS_STORE", "dynamodb"}},
		"no kind of store":         {[]string{"RELAIS_STORE=relais.db"}, "export", []string{"RELAIS_STORE", "sqlite:"}},
		"SES without sender":       {[]string{"RELAIS_MAIL=ses:"}, "deliver", []string{"RELAIS_MAIL_FROM", "RELAIS_MAIL"}},
		"SMTP without STARTTLS":    {[]string{"RELAIS_MAIL=smtp://mail.example:25?tls=none", "RELAIS_MAIL_FROM=a@b.example"}, "deliver", []string{"RELAIS_MAIL", "tls"}},
		"store under a file":       {[]string{"RELAIS_STORE=sqlite:" + file + "/relais.db"}, "poll", []string{"RELAIS_STORE"}},
		"store that is a folder":   {[]string{"RELAIS_STORE=sqlite:" + good.dir}, "export", []string{"RELAIS_STORE"}},
		"store that is no store":   {[]string{"RELAIS_STORE=sqlite:" + file}, "export", []string{"RELAIS_STORE"}},
		"foreign store":            {[]string{"RELAIS_STORE=sqlite:" + foreignStore(t)}, "poll", []string{"RELAIS_STORE"}},
		"mail under a file":        {[]string{"RELAIS_MAIL=dir:" + file + "/mail"}, "deliver", []string{"RELAIS_MAIL"}},
		"mail on a file":           {[]string{"RELAIS_MAIL=dir:" + file}, "deliver", []string{"RELAIS_MAIL"}},
		"mode":                     {[]string{"RELAIS_MAIL_MODE=perhaps"}, "deliver", []string{"RELAIS_MAIL_MODE"}},
		"redirect to nobody":       {[]string{"RELAIS_MAIL_MODE=redirect:"}, "deliver", []string{"RELAIS_MAIL_MODE"}},
		"region":                   {[]string{"RELAIS_REGIONS=35,53"}, "poll", []string{"RELAIS_REGIONS", "35"}},
		"overlap":                  {[]string{"RELAIS_OVERLAP=five"}, "poll", []string{"RELAIS_OVERLAP"}},
		"page for everybody":       {[]string{"RELAIS_LISTEN=0.0.0.0:8480"}, "serve", []string{"RELAIS_LISTEN", "RELAIS_CONSOLE_PASSWORD_HASH", "RELAIS_TLS_CERT"}},
		"settings file":            {[]string{"RELAIS_SETTINGS=" + good.path("none.env")}, "export", []string{"RELAIS_SETTINGS"}},
		"unknown call":             {nil, "poll --call nowhere", []string{"nowhere"}},
		"unknown call to export":   {nil, "export --call nowhere", []string{"nowhere"}},
		"unknown flag":             {nil, "poll --fast", []string{"--fast"}},
		"unknown command":          {nil, "pool", []string{"pool"}},
		"argument too many":        {nil, "poll now", nil},
		"not a number":             {nil, "show Quenouille", []string{"number"}},
		"no number":                {nil, "show", nil},
		"too many dossiers":        {nil, "run --once --dossiers 99999999", []string{"--dossiers"}},
		"not an instant":           {nil, "remind --at tomorrow", []string{"--at"}},
		"instant without offset":   {nil, "deliver --at 2026-12-07T08:00:00", []string{"--at"}},
		"no démarche":              {nil, "init", []string{"--demarche"}},
		"unknown region":           {nil, "init --demarche 904117 --region 35", []string{"35"}},
		"another platform's store": {[]string{"DS_API_URL=http://127.0.0.1:9" + otherPath}, "poll", []string{"RELAIS_STORE", "127.0.0.1:9"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := good.with(tt.settings...)
			d.TB = t
			o := d.do(2, strings.Fields(tt.args)...)
			o.sentence(t, tt.want...)
			t.Log(strings.TrimSpace(o.err))
			if o.out != "" {
				t.Errorf("printed %q beside", o.out)
			}
		})
	}
}

// TestAllProblemsAtOnce: an operator mends a set-up in one go.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	d := install(t, newOther(t, 0)).with("DS_API_TOKEN=", "RELAIS_STORE=dynamodb:x", "RELAIS_MAIL=ses:", "RELAIS_REGIONS=35")
	o := d.do(2, "poll")
	for _, name := range []string{"DS_API_TOKEN", "RELAIS_STORE", "RELAIS_MAIL", "RELAIS_REGIONS"} {
		if strings.Count(o.err, "relais: "+name) != 1 {
			t.Errorf("%s is not named once:\n%s", name, o.err)
		}
	}
}

// TestAForeignStoreIsLeftAlone: not one byte of a file that is not ours changes.
func TestAForeignStoreIsLeftAlone(t *testing.T) {
	t.Parallel()
	d := ready(t, newOther(t, 1))
	for _, path := range []string{foreignStore(t), d.write("notes.txt", strings.Repeat("not a database\n", 400))} {
		before, _ := os.ReadFile(path)
		for _, args := range []string{"poll", "export", "outbox", "remind", "show 7000001"} {
			d.with("RELAIS_STORE=sqlite:"+path).do(2, strings.Fields(args)...)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s was changed", path)
		}
	}
}

func folderWith(t *testing.T, name, content string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/"+name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// foreignStore is a SQLite file of another program.
func foreignStore(t *testing.T) string {
	t.Helper()
	path := t.TempDir() + "/other.db"
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE invoices (id INTEGER PRIMARY KEY); INSERT INTO invoices VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	return path
}

// A wrong setting does not keep check from looking at the rest.
func TestCheckGoesOnPastAWrongSetting(t *testing.T) {
	t.Parallel()
	d := ready(t, newOther(t, 3)).with("DS_API_TOKEN=", "RELAIS_CALLS="+folderWith(t, "x.yaml", "id: [a\n"))
	o := d.do(2, "check")
	for _, want := range []string{"DS_API_TOKEN is missing", "x.yaml:1"} {
		if !strings.Contains(o.out, want) {
			t.Errorf("check does not say %q:\n%s", want, o.out)
		}
	}
}
