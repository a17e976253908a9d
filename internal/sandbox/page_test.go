package sandbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestLinksToADossierLeadSomewhere(t *testing.T) {
	p := New(Options{Seed: 1})
	var shown TruthDossier
	for _, d := range p.Truth(numberO2R) {
		if d.Listed {
			shown = d
			break
		}
	}
	_, foreign := p.Foreign()
	for path, want := range map[string]int{
		fmt.Sprintf("/procedures/%d/dossiers/%d", numberO2R, shown.Number):  http.StatusOK,
		fmt.Sprintf("/procedures/%d/dossiers/%d", numberSPIE, shown.Number): http.StatusNotFound,
		fmt.Sprintf("/procedures/%d/dossiers/%d", numberForeign, foreign):   http.StatusNotFound,
		"/procedures/x/dossiers/y":               http.StatusNotFound,
		fmt.Sprintf("/procedures/%d", numberO2R): http.StatusFound,
	} {
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
		if w.Code == http.StatusOK && !strings.Contains(w.Body.String(), "données fictives") {
			t.Errorf("%s does not say données fictives", path)
		}
	}
}
