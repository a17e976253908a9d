package ds

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
	"relais/internal/sandbox"
)

// A page of none announces a next one for ever, and one of more than a hundred is
// cut without a word.
func TestPageSizesAreBounded(t *testing.T) {
	for asked, want := range map[int]string{-1: `"size":1,`, 0: `"size":1,`, 1: `"size":1,`, 100: `"size":100,`, 101: `"size":100,`, 5000: `"size":100,`} {
		var sent string
		client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			sent = string(body)
			_, _ = w.Write(encode(t, dossiersAnswer(pageInfo(false, nil))))
		}))
		if _, err := client.Dossiers(inContext(t), 62515, dossier.Position{}, asked, false); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(sent, want) {
			t.Errorf("%d rows: sent without %s", asked, want)
		}
	}
}

// Four refusals, four causes, and no insistence: a patient client asks once.
func TestRefusalsDifferAndAreNotInsistedOn(t *testing.T) {
	causes := map[string]bool{}
	for name, fault := range map[string]sandbox.Fault{
		"expired": sandbox.TokenExpired, "network": sandbox.NetworkRefused, "token": sandbox.TokenRefused, "démarche": sandbox.WithoutRights,
	} {
		p := sandbox.New(sandbox.Options{Bare: true, Dossiers: 1})
		p.Inject(sandbox.Always(sandbox.Hit{Fault: fault}))
		client := newClient(t, p.Handler(), func(c *Config) { c.Token, c.Patience = StaticToken(p.Token()), time.Hour })
		_, err := client.Dossiers(inContext(t), p.Demarches()[0].Number, dossier.Position{}, 100, false)
		var e *Error
		if !errors.As(err, &e) || client.Requests() != 1 {
			t.Fatalf("%s: %v in %d requests", name, err, client.Requests())
		}
		causes[e.Cause()] = true
	}
	if len(causes) != 4 {
		t.Errorf("causes %v, want four", causes)
	}
}

// Files are described and never downloaded: whatever their names, sizes or
// number, each is kept once, in its order.
func TestFilesOfEveryKind(t *testing.T) {
	file := func(name, size string) object {
		return object{
			"filename": name, "contentType": "application/pdf", "checksum": "sum " + size, "byteSizeBigInt": size,
			"createdAt": parisMoment, "virusScanResult": "pending",
		}
	}
	got, _ := decodeOne(t, aChamp("PieceJustificativeChamp", "C1", object{"stringValue": nil, "files": []any{
		file("budget.pdf", "10"), file("budget.pdf", "11"), file("vide.pdf", "0"), file("grand.zip", "209715200"),
		file("a/../\"b\"\r\n'c'\x00.pdf", "12"), file("e\u0301te\u0301 \U0001f33b.pdf", "13"),
	}}))
	var names []string
	var sizes []int64
	for _, f := range got.Files {
		names, sizes = append(names, f.Filename), append(sizes, f.Size)
	}
	if diff := cmp.Diff([]string{"budget.pdf", "budget.pdf", "vide.pdf", "grand.zip", "a/../\"b\"  'c'.pdf", "été \U0001f33b.pdf"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int64{10, 11, 0, 209_715_200, 12, 13}, sizes); diff != "" {
		t.Error(diff)
	}
	for _, d := range documents() {
		if strings.Contains(d.text, " url") {
			t.Errorf("%s asks for links to files", d.name)
		}
	}
}

// Deletion rows are known by their number alone: their ids come from two tables
// and may be the same for two dossiers.
func TestDeletionRowsHaveNoOtherName(t *testing.T) {
	for _, d := range []document{pendingDocument, deletedDocument} {
		asked := map[string]bool{}
		doc := parse(t, d)
		responseKeys(doc, doc.Operations[0].SelectionSet, "", asked)
		for key := range asked {
			if key == "id" || strings.HasSuffix(key, ".id") {
				t.Errorf("%s asks for %s", d.name, key)
			}
		}
	}
	rows := func(list string, number int) object {
		row := object{"id": "RGVsZXRlZERvc3NpZXItMQ==", "number": number, "state": "refuse", "reason": "surprise", "dateSupression": parisMoment}
		return object{"data": object{"demarche": object{list: object{"pageInfo": pageInfo(false, "c"), "nodes": []any{row}}}}}
	}
	pending, err := newClient(t, answeringJSON(t, rows("pendingDeletedDossiers", 1))).Pending(inContext(t), 62515, "")
	if err != nil || pending.Rows[0].Number != 1 {
		t.Errorf("%+v, %v", pending, err)
	}
	deleted, err := newClient(t, answeringJSON(t, rows("deletedDossiers", 2))).Deleted(inContext(t), 62515, moment, "")
	if err != nil || deleted.Rows[0].Number != 2 || deleted.Rows[0].Reason != "surprise" {
		t.Errorf("%+v, %v", deleted, err)
	}
}

// The bénéficiaire is the demandeur; the mandataire is the account, and no more
// is known of him.
func TestAMandataireIsNotTheDemandeur(t *testing.T) {
	d := decodeDossier(t, aDossier(1).with(object{
		"deposeParUnTiers": true, "prenomMandataire": "Ménélas", "nomMandataire": "Quenouillard",
		"usager":    object{"id": "VXNlci05", "email": "mandataire@exemple.invalid"},
		"demandeur": object{"__typename": "PersonnePhysique", "civilite": nil, "nom": "D’Été", "prenom": "Zoé", "email": "beneficiaire@exemple.invalid"},
	}))
	if !d.DeposeParUnTiers || d.Usager.Email != "mandataire@exemple.invalid" || d.Demandeur.Nom != "D’Été" {
		t.Errorf("%+v", d)
	}
	for _, secret := range []string{"Quenouillard", "Ménélas", "beneficiaire@"} {
		if strings.Contains(string(encode(t, d)), secret) {
			t.Errorf("%q was kept", secret)
		}
	}
}

// An avis has an answer when it says something: its dateReponse is never null,
// and is not even asked for. A revoked one is still listed.
func TestOnlyAnAnswerMakesAnAvis(t *testing.T) {
	if strings.Contains(dossiersDocument.text, "dateReponse") {
		t.Error("dateReponse is asked for")
	}
	avis := func(id string, reponse, yes any) object {
		return object{"id": id, "dateQuestion": parisMoment, "dateReponse": parisMoment, "revokedAt": parisMoment, "reponse": reponse, "questionAnswer": yes}
	}
	d := decodeDossier(t, aDossier(1).with(object{"avis": []any{avis("A", nil, nil), avis("B", "", nil), avis("C", "oui", nil), avis("D", nil, false)}}))
	var answered []bool
	for _, a := range d.Avis {
		answered = append(answered, a.Answered)
	}
	if diff := cmp.Diff([]bool{false, false, true, true}, answered); diff != "" {
		t.Error(diff)
	}
}

// A platform that adds fields, or leaves lists out, is still read.
func TestAnotherVersionOfTheSchemaIsRead(t *testing.T) {
	more := aDossier(1).with(object{"hologramme": object{"x": []any{1}}, "champs": []any{
		aChamp("TextChamp", "C1", object{"textValue": "x", "couleur": "bleu"}),
	}})
	less := aDossier(2)
	for _, key := range []string{"annotations", "avis", "messages", "labels", "instructeurs", "traitements", "deposeParUnTiers", "dateTraitementSVASVR"} {
		delete(less, key)
	}
	null := aDossier(3).with(object{"annotations": nil, "champs": nil, "labels": nil, "motivation": nil})
	page, err := readDossiers(t, dossiersAnswer(pageInfo(false, "c2"), more, less, null), "")
	if err != nil || len(page.Dossiers) != 3 {
		t.Fatalf("%d dossiers, %v", len(page.Dossiers), err)
	}
	if page.Dossiers[0].Champs[0].Text != "x" || len(page.Dossiers[1].Annotations)+len(page.Dossiers[2].Annotations) != 0 {
		t.Errorf("%+v", page.Dossiers)
	}
}
