package ds

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// object is a piece of an answer. All of it is invented.
type object map[string]any

// with is the same object with other values.
func (o object) with(changes object) object {
	out := maps.Clone(o)
	maps.Copy(out, changes)
	return out
}

var moment = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

const parisMoment = "2026-03-02T10:30:00+01:00" // the same instant

func anAddress() object {
	return object{
		"label": "1 Rue de l’Invention 44000 Nantes", "streetAddress": "1 Rue de l’Invention", "postalCode": "44000",
		"cityName": "Nantes", "cityCode": "44109", "departmentCode": "44", "regionCode": "52",
	}
}

func aCompany() object {
	return object{
		"siret": "12345678900011", "siegeSocial": true, "naf": "8559A", "libelleNaf": "Formation continue d’adultes",
		"address": anAddress(),
		"entreprise": object{
			"siren": "123456789", "raisonSociale": "Association Exemple", "nomCommercial": "",
			"formeJuridique": "Association déclarée", "formeJuridiqueCode": "9220",
			"etatAdministratif": "Actif", "dateCreation": "2001-07-14",
		},
		"association": object{"rna": "W441234567", "titre": "EXEMPLE", "objet": "aider\r\nles autres"},
	}
}

func aChamp(typename, id string, values object) object {
	return object{
		"__typename": typename, "id": id, "champDescriptorId": id, "label": "Champ " + id,
		"stringValue": "", "updatedAt": parisMoment, "prefilled": false,
	}.with(values)
}

func aDossier(number int) object {
	return object{
		"id": fmt.Sprintf("RG9zc2llci0%d", number), "number": number, "state": "en_construction", "archived": false,
		"dateDepot": parisMoment, "datePassageEnConstruction": parisMoment, "datePassageEnInstruction": nil,
		"dateTraitement": nil, "dateExpiration": nil, "dateDerniereModification": parisMoment,
		"dateDerniereModificationChamps": parisMoment, "dateDerniereModificationAnnotations": parisMoment,
		"dateDerniereCorrectionEnAttente": nil, "dateSuppressionParUsager": nil, "dateSuppressionParAdministration": nil,
		"datePrevisionnelleDecisionSVASVR": nil, "dateTraitementSVASVR": nil,
		"connectionUsager": "password", "deposeParUnTiers": nil,
		"usager":            object{"id": "VXNlci0x", "email": "usager@exemple.invalid"},
		"demarche":          object{"number": 62515, "revision": object{"id": "UmV2aXNpb24tMQ=="}},
		"groupeInstructeur": object{"id": "R3JvdXBlLTE=", "number": 1, "label": "Pays de la Loire", "closed": false},
		"instructeurs":      []any{object{"id": "B", "email": "b@exemple.invalid"}, object{"id": "A", "email": "a@exemple.invalid"}},
		"labels":            []any{object{"id": "L", "name": "urgent"}},
		"traitements":       []any{object{"id": "T1", "event": "depose", "dateTraitement": parisMoment}},
		"messages":          []any{},
		"avis":              []any{},
		"demandeur":         object{"__typename": "PersonneMorale"}.with(aCompany()),
		"champs":            []any{aChamp("TextChamp", "C1", object{"stringValue": "bonjour", "textValue": "bonjour"})},
		"annotations":       []any{},
	}
}

func aDemarche() object {
	return object{
		"id": "UHJvY2VkdXJlLTYyNTE1", "number": 62515, "title": "O2R", "state": "publiee", "dateFermeture": nil,
		"activeRevision": object{"id": "UmV2aXNpb24tMQ=="},
		"groupeInstructeurs": []any{object{
			"id": "R3JvdXBlLTE=", "number": 1, "label": "Pays de la Loire", "closed": false,
			"instructeurs": []any{object{"id": "A", "email": "a@exemple.invalid"}},
		}},
	}
}

func pageInfo(next bool, cursor any) object { return object{"hasNextPage": next, "endCursor": cursor} }

// dossiersAnswer is the answer to the query of a page.
func dossiersAnswer(info any, nodes ...any) object {
	if nodes == nil {
		nodes = []any{}
	}
	return object{"data": object{"demarche": object{"number": 62515, "dossiers": object{"pageInfo": info, "nodes": nodes}}}}
}

func rootError(code, message string, path ...any) object {
	e := object{"message": message, "path": path}
	if code != "" {
		e["extensions"] = object{"code": code}
	}
	return e
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// answering is a platform that gives the same answer to everything.
func answering(status int, header http.Header, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), header)
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

func answeringJSON(t testing.TB, v any) http.HandlerFunc {
	return answering(http.StatusOK, http.Header{"Content-Type": {"application/json"}}, encode(t, v))
}

const secret = "jeton-secret-d-essai="

// newClient makes a client of a local platform; it never tries again, unless
// patience says otherwise.
func newClient(t testing.TB, handler http.Handler, changes ...func(*Config)) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	config := Config{
		URL:      server.URL + "/api/v2/graphql",
		Token:    StaticToken(secret),
		Now:      func() time.Time { return moment },
		Patience: -1,
	}
	for _, change := range changes {
		change(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func inContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}
