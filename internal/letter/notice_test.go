package letter

import (
	"errors"
	"strings"
	"testing"
)

func TestANoticeHasTheFormOfTheOthers(t *testing.T) {
	n := Notice{Day: "Lundi 23\u00a0novembre 2026", Demo: true, Points: []string{
		"Le jeton expire le 30\u00a0novembre\u00a0: préparez son remplacement.", "Démarche 7 <\u00a0relais check dit pourquoi\u00a0>.",
	}}
	l, err := WriteNotice(n)
	if err != nil {
		t.Fatal(err)
	}
	wantForm(t, l)
	golden(t, "notice.html", l.HTML)
	golden(t, "notice.txt", l.Text)
	if l.Subject != "[Données fictives] Relais\u00a0: 2\u00a0points à regarder" {
		t.Errorf("subject %q", l.Subject)
	}
	flat := strings.Join(strings.Fields(l.Text), " ")
	for _, point := range n.Points {
		if !strings.Contains(flat, strings.Join(strings.Fields(point), " ")) {
			t.Errorf("the text lacks %q:\n%s", point, l.Text)
		}
	}
	if _, err := WriteNotice(Notice{}); !errors.Is(err, ErrNothing) {
		t.Errorf("an empty notice: %v", err)
	}
}
