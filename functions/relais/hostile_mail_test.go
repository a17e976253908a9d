package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"relais/internal/mime/mimetest"
	"relais/internal/notify"
)

// mail is one .eml file, read by a parser that has nothing to do with its writer.
type mail struct {
	raw []byte
	mimetest.Mail
}

// readMails reads a folder, by reader, then by date.
func readMails(t *testing.T, folder string) []mail {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil || len(files) == 0 {
		t.Errorf("%d mails (%v)", len(files), err)
	}
	var list []mail
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Error(err)
		}
		m, err := mimetest.Read(raw)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(f), err)
		}
		list = append(list, mail{raw, m})
	}
	slices.SortFunc(list, func(a, b mail) int { return strings.Compare(a.order(), b.order()) })
	return list
}

func (m mail) order() string {
	return m.To + " " + m.Date.UTC().Format(time.RFC3339) + " " + m.Subject
}

// mostHTML is what every mail service shows of an HTML part.
const mostHTML = 100_000

// sameMails compares the mails about hostile dossiers with those about harmless ones.
func sameMails(t *testing.T, hostile, harmless *siege) {
	t.Helper()
	told, dates := map[int]bool{}, 0
	for n, m := range hostile.mails {
		if n >= len(harmless.mails) {
			t.Errorf("%d mails, %d about harmless dossiers", len(hostile.mails), len(harmless.mails))
			return
		}
		name := fmt.Sprintf("mail %d for %s", n, m.To)
		twin := harmless.mails[n]
		sameHeaders(t, name, m, twin)
		plainPart(t, name, m.Text, twin.Text)
		plain := plainNames(m.Text)
		hostile.named(t, name+", as text", plain, 80)
		if len(m.HTML) > mostHTML {
			t.Errorf("%s: an HTML part of %d bytes", name, len(m.HTML))
		}
		if diff := cmp.Diff(skeletonOf(t, twin.HTML, harmless.bases()), skeletonOf(t, m.HTML, hostile.bases())); diff != "" {
			t.Errorf("%s: a name made something of the page (-harmless +hostile):\n%.2000s", name, diff)
		}
		hostile.tame(t, name, m.HTML)
		said := names(t, m.HTML, "bdi")
		hostile.named(t, name, said, 80)
		for number := range said {
			told[number] = true
		}
		if len(plain) != len(said) {
			t.Errorf("%s: the text tells of %d dossiers, the page of %d", name, len(plain), len(said))
		}
		dates += hostile.sameCalendars(t, name, m.Files, twin.Files)
	}
	if len(told) != hundred || dates < hundred {
		t.Errorf("mails tell of %d dossiers, calendars of %d dates", len(told), dates)
	}
	everyKind(t, hostile.mails)
	if len(harmless.mails) > len(hostile.mails) {
		t.Errorf("%d mails, %d about harmless dossiers", len(hostile.mails), len(harmless.mails))
	}
}

// everyKind wants mails of each kind, for all who are concerned and nobody else.
func everyKind(t *testing.T, mails []mail) {
	t.Helper()
	missing := []string{
		"point de départ", "rejets implicites dans 7\u00a0jours", "dossiers modifiés", "Urgent, ",
		"rapport de la semaine", "clôture d’appel", "point à regarder",
	}
	people := map[string]bool{}
	withdrawn := false
	for _, m := range mails {
		people[m.To] = true
		missing = slices.DeleteFunc(missing, func(kind string) bool { return strings.Contains(m.Subject, kind) })
		for _, f := range m.Files {
			withdrawn = withdrawn || f.Name == calendarName && strings.Contains(string(f.Data), "STATUS:CANCELLED")
		}
	}
	if len(missing) > 0 || !withdrawn {
		t.Errorf("no mail about %q; a date withdrawn: %v", missing, withdrawn)
	}
	if diff := cmp.Diff(concerned(), slices.Sorted(maps.Keys(people))); diff != "" {
		t.Errorf("other people are written to (-concerned +written to):\n%s", diff)
	}
}

// concerned are those whom mails must reach.
func concerned() []string {
	list := []string{chief, above, operator}
	for _, agent := range []string{"00", "01", "90", "91", "92", "93", "94", "95", "96", "97", "98", "99"} {
		list = append(list, "agent"+agent+"@"+agentsDomain)
	}
	slices.Sort(list)
	return list
}

var headers = []string{
	"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post",
	"Message-Id", "Mime-Version", "Subject", "To", "X-Auto-Response-Suppress", "X-Relais-Mail",
}

func sameHeaders(t *testing.T, name string, m, twin mail) {
	t.Helper()
	if m.To != twin.To || m.Subject != twin.Subject || m.Shape != twin.Shape || !m.Date.Equal(twin.Date) && m.To != operator {
		t.Errorf("%s (%s, %s); about harmless dossiers %s, %s (%s, %s)", name, m.Shape, m.Date, twin.To, twin.Subject, twin.Shape, twin.Date)
	}
	seen := map[string]bool{}
	for f := m.Header.Fields(); f.Next(); {
		if !slices.Contains(headers, f.Key()) || seen[f.Key()] {
			t.Errorf("%s: the header %s: %q", name, f.Key(), f.Value())
		}
		seen[f.Key()] = true
		if strings.ContainsAny(f.Value(), "\r\n") || marked(f.Value()) {
			t.Errorf("%s: the header %s: %q", name, f.Key(), f.Value())
		}
	}
	if marked(m.Subject) || unseemly(m.Subject, "") {
		t.Errorf("the subject %q", m.Subject)
	}
	for line := range bytes.Lines(m.raw) {
		if len(line) > 998 || !bytes.HasSuffix(line, []byte("\r\n")) && !bytes.HasSuffix(line, []byte("--")) ||
			bytes.ContainsFunc(line, func(r rune) bool { return r > 126 || r < ' ' && r != '\r' && r != '\n' && r != '\t' }) {
			t.Errorf("%s: a line of %d bytes: %.100q", name, len(line), line)
		}
	}
}

// beginning is that of a line of ours.
var beginning = regexp.MustCompile(`^(- (Dossier n°\x{a0}\d+|Appel O2R Bretagne|[^D].*)|==.*|--.*)`)

// plainPart looks at the text part: its lines, and the lines that begin something.
func plainPart(t *testing.T, name, said, twin string) {
	t.Helper()
	if unseemly(said, "\n") {
		t.Errorf("%s: the text holds %q", name, unseen(said, "\n"))
	}
	begins := func(text string) (list []string) {
		for line := range strings.Lines(text) {
			if utf8.RuneCountInString(line) > 140 && !strings.Contains(line, "https://") && !strings.Contains(name, operator) {
				t.Errorf("%s: a line of %d characters: %q", name, utf8.RuneCountInString(line), line)
			}
			if begin := beginning.FindString(line); begin != "" {
				list = append(list, begin)
			}
		}
		return list
	}
	if diff := cmp.Diff(begins(twin), begins(said)); diff != "" {
		t.Errorf("%s: the text has other parts (-harmless +hostile):\n%s", name, diff)
	}
}

// plainNames are the names of a text part, unfolded, by number.
func plainNames(text string) map[int][]string {
	found := map[int][]string{}
	for _, m := range headline.FindAllStringSubmatch(text, -1) {
		number, _ := strconv.Atoi(m[1])
		found[number] = append(found[number], strings.TrimSpace(strings.ReplaceAll(m[2], "\n  ", " ")))
	}
	return found
}

// headline is a dossier's number and name, until the next words of ours.
var headline = regexp.MustCompile(`(?s)- Dossier n°\x{a0}(\d+) —\s(.*?)\n(?:\n|  (?:` +
	`Dernier jour|Date prudente|Rejet implicite|Proposition de Relais|État|Silence))`)

// nameless is how dossiers are called whose names show nothing; the label of the
// groupe may be the first thing to read of them.
var nameless = []string{"Structure non renseignée", "Raison sociale", "", "-"}

// named wants to read the mark of each dossier in its name, which is short.
func (s *siege) named(t *testing.T, where string, names map[int][]string, longest int) {
	t.Helper()
	for number, all := range names {
		for _, name := range all {
			i := (number - 7_000_001) / 3
			if !strings.Contains(readable(name), mark(i)) {
				t.Errorf("%s: dossier %d (%s) cannot be recognised in %q", where, number, attacks[i%len(attacks)].kind, name)
			}
			if mark(i) == "" && !slices.Contains(nameless, readable(name)) && !strings.Contains(name, "Secteur") {
				t.Errorf("%s: dossier %d, whose name shows nothing, is called %q", where, number, name)
			}
			if utf8.RuneCountInString(name) > longest {
				t.Errorf("%s: a name of %d characters", where, utf8.RuneCountInString(name))
			}
		}
	}
}

// bases are where links may lead.
func (s *siege) bases() []string {
	return []string{strings.TrimSuffix(s.platform.URL, "/api/v2/graphql"), s.platform.server.URL, ourPage, ourChoices}
}

var calendarName = "echeances.ics"

// sameCalendars reads the attached calendars back, and counts their events.
func (s *siege) sameCalendars(t *testing.T, name string, files, twins []notify.File) (events int) {
	t.Helper()
	if len(files) != len(twins) {
		t.Errorf("%s: %d files, %d about harmless dossiers", name, len(files), len(twins))
		return 0
	}
	for n, f := range files {
		if f.Name != twins[n].Name || f.Type != twins[n].Type || len(f.Data) > 1<<20 {
			t.Errorf("%s: the file %s %s of %d bytes", name, f.Name, f.Type, len(f.Data))
		}
		if f.Name != calendarName {
			continue
		}
		ours, descriptions := calendar(t, name, f.Data)
		calm, _ := calendar(t, name, twins[n].Data)
		if diff := cmp.Diff(calm, ours); diff != "" {
			t.Errorf("%s: the calendar differs (-harmless +hostile):\n%s", name, diff)
		}
		s.named(t, name+", in the calendar", descriptions, 80)
		events += len(descriptions)
	}
	return events
}

// numberOf is the dossier that a link leads to; 0 for another one.
func numberOf(link string) int {
	_, number, found := strings.Cut(link, "/dossiers/")
	n, err := strconv.Atoi(number)
	if !found || err != nil {
		return 0
	}
	return n
}
