package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"relais/internal/sandbox/graphql"
)

// What no command may ever print: every personal value of the other platform
// holds one of these.
const (
	plantedName      = "Philiberte Quenouillard"
	plantedDomain    = "courrier-prive.example"
	agentsDomain     = "agents-etat.example"
	plantedSignature = "c2lnbmVkLXVybA"
	plantedMessage   = "Madame Quenouillard, votre dossier est incomplet"
)

var paris, _ = time.LoadLocation("Europe/Paris") // embedded in the binary

// agent is an instructeur.
type agent struct{ id, email string }

// service is a groupe instructeur and the region it serves.
type service struct {
	number        int
	label, region string
	option        string // as the form names it
	agents        []agent
}

// who is a demandeur.
type who struct {
	siret, name string
	incomplete  bool
}

// paper is one dossier of the other platform: the truth that exports must tell.
type paper struct {
	number        int
	state         string
	deposited     time.Time
	modified      time.Time // to the microsecond, as the platform orders
	decided       time.Time
	groupe        *service
	followers     []agent
	who           who
	total         int
	requested     float64
	requestedText string
	training      float64
	partners      int
	noRIB         bool
	hidden        string // "", "pending" or "purged"
	hiddenAt      time.Time
	retouch       func(graphql.Object) // what the API shows, otherwise; may be nil
}

func (p *paper) service() string { return p.groupe.option }

func (p *paper) finished() bool { return !p.decided.IsZero() }

// invent writes the i-th dossier. The same number gives the same dossier.
func invent(i, number int, services []*service, modified time.Time) *paper {
	r := rand.New(rand.NewPCG(uint64(number), 7))
	p := &paper{
		number: number, state: "en_construction", modified: modified,
		groupe: services[[]int{0, 0, 0, 0, 0, 0, 0, 1, 1, 2}[i%10]],
		who:    who{siret: siret(r), name: fmt.Sprintf("Association Cap %d", number), incomplete: i%50 == 13},
		total:  150_000 + r.IntN(400)*1_250, noRIB: i%17 == 4,
	}
	// Deposits are in another order than modifications.
	p.deposited = modified.Add(-time.Duration(1+(i*37)%(70*24)) * time.Hour).Truncate(time.Microsecond)
	p.requested = math.Round(float64(p.total)*80) / 100
	p.requestedText = asTyped(p.requested, i)
	if i%5 == 2 {
		p.training = 12_500.75
	}
	if i%4 == 1 {
		p.partners = 1
	}
	if i%3 == 0 {
		p.followers = p.groupe.agents[:1]
	}
	switch {
	case i%10 == 3:
		p.state = "en_instruction"
	case i%20 == 5:
		p.state, p.decided = []string{"accepte", "refuse", "sans_suite"}[i/20%3], modified.Add(-time.Minute)
	}
	return p
}

// asTyped writes an amount as people do.
func asTyped(v float64, i int) string {
	plain := fmt.Sprintf("%.0f", v)
	switch i % 4 {
	case 1:
		return plain + " €"
	case 2:
		return plain[:len(plain)-3] + "\u202f" + plain[len(plain)-3:] + ",00 €"
	case 3:
		return plain[:len(plain)-3] + " " + plain[len(plain)-3:]
	}
	return plain
}

// siret draws 14 digits whose two Luhn keys hold.
func siret(r *rand.Rand) string {
	siren := luhn(fmt.Sprintf("%08d", 30_000_000+r.IntN(60_000_000)))
	return luhn(siren + fmt.Sprintf("%04d", r.IntN(100)))
}

// luhn adds the key.
func luhn(s string) string {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return s + fmt.Sprint((10-sum%10)%10)
}

// node is the dossier as the API shows it.
func (p *paper) node(form, annotations []ask) graphql.Object {
	shown := graphql.Object{
		"id": fmt.Sprintf("file:%d", p.number), "number": p.number, "state": p.state, "archived": false,
		"dateDepot": local(p.deposited), "datePassageEnConstruction": local(p.deposited),
		"datePassageEnInstruction": p.when(p.state != "en_construction", p.deposited.Add(time.Minute)),
		"dateTraitement":           p.when(p.finished(), p.decided),
		"dateExpiration":           p.when(p.finished(), p.decided.AddDate(1, 0, 0)),
		"dateDerniereModification": local(p.modified), "dateDerniereModificationChamps": local(p.deposited),
		"dateDerniereModificationAnnotations": local(p.deposited), "dateDerniereCorrectionEnAttente": nil,
		"connectionUsager": "password", "deposeParUnTiers": nil,
		"usager":            graphql.Object{"id": "usager-1", "email": fmt.Sprintf("%d@%s", p.number, plantedDomain)},
		"demarche":          graphql.Object{"number": otherDemarche, "revision": graphql.Object{"id": "rev-b"}},
		"groupeInstructeur": p.groupe.object(),
		"instructeurs":      profiles(p.followers),
		"labels":            []graphql.Object{{"id": "label-1", "name": "à relire", "color": "green"}},
		"traitements":       p.traitements(),
		"messages": []graphql.Object{{
			"id": "m1", "createdAt": local(p.deposited), "body": plantedMessage, "email": "contact@" + agentsDomain,
		}},
		"avis":        []graphql.Object{},
		"demandeur":   p.demandeur(),
		"champs":      answers(p, form, ""),
		"annotations": answers(p, annotations, ""),
	}
	if p.retouch != nil {
		p.retouch(shown)
	}
	return shown
}

func local(t time.Time) time.Time { return t.In(paris) }

func (p *paper) when(known bool, t time.Time) any {
	if !known {
		return nil
	}
	return local(t)
}

func (p *paper) traitements() []graphql.Object {
	list := []graphql.Object{{"id": "t1", "event": "depose", "dateTraitement": local(p.deposited)}}
	if p.finished() {
		event := map[string]string{"accepte": "accepte", "refuse": "refuse", "sans_suite": "classe_sans_suite"}[p.state]
		list = append(list, graphql.Object{"id": "t2", "event": event, "dateTraitement": local(p.decided)})
	}
	return list
}

func (p *paper) demandeur() graphql.Object {
	if p.who.incomplete {
		return graphql.Object{"__typename": "PersonneMoraleIncomplete", "siret": p.who.siret}
	}
	return etablissement(p.who)
}

func etablissement(w who) graphql.Object {
	return graphql.Object{
		"__typename": "PersonneMorale", "siret": w.siret, "siegeSocial": true, "naf": "8899B", "libelleNaf": "Action sociale",
		"address": addressAnswer(nil)["address"],
		"entreprise": graphql.Object{
			"siren": w.siret[:9], "raisonSociale": w.name, "nomCommercial": "", "formeJuridique": "Association déclarée",
			"formeJuridiqueCode": "9220", "etatAdministratif": "Actif", "dateCreation": "2004-05-06",
		},
		"association": graphql.Object{"rna": "W351001234", "titre": w.name, "objet": "Insertion"},
	}
}

func (s *service) object() graphql.Object {
	return graphql.Object{
		"id": fmt.Sprintf("groupe/%d", s.number), "number": s.number, "label": s.label, "closed": false,
		"instructeurs": profiles(s.agents),
	}
}

func profiles(agents []agent) []graphql.Object {
	list := make([]graphql.Object, len(agents))
	for i, a := range agents {
		list[i] = graphql.Object{"id": a.id, "email": a.email}
	}
	return list
}

// answers fills a form.
func answers(p *paper, form []ask, row string) []graphql.Object {
	list := make([]graphql.Object, 0, len(form))
	for i := range form {
		a := &form[i]
		o := graphql.Object{}
		if a.answer != nil {
			o = a.answer(p)
		}
		o["__typename"], o["id"], o["champDescriptorId"], o["label"] = typename(a.kind), a.id+row, a.id, a.label
		o["updatedAt"], o["prefilled"] = local(p.deposited), false
		if a.kind == "Repetition" {
			o["rows"] = p.rowsOf(a)
		}
		list = append(list, o)
	}
	return list
}

func (p *paper) rowsOf(a *ask) []graphql.Object {
	rows := []graphql.Object{}
	for n := range p.partners {
		id := fmt.Sprintf("|row-%d", n)
		rows = append(rows, graphql.Object{"id": a.id + id, "champs": answers(p, a.rows, id)})
	}
	return rows
}

// Answers of structured champs.

func decimal(v float64) graphql.Object {
	return graphql.Object{"value": v, "stringValue": strings.ReplaceAll(fmt.Sprint(v), ".", ",")}
}

func regionAnswer(code, name string) graphql.Object {
	return graphql.Object{"region": graphql.Object{"code": code, "name": name}, "stringValue": name}
}

func addressAnswer(*paper) graphql.Object {
	return graphql.Object{"stringValue": "3 rue des Acacias 35000 Rennes", "address": graphql.Object{
		"label": "3 rue des Acacias 35000 Rennes", "type": "housenumber", "streetAddress": "3 rue des Acacias", "postalCode": "35000",
		"cityName": "Rennes", "cityCode": "35238", "departmentCode": "35", "departmentName": "Ille-et-Vilaine", "regionCode": "53", "regionName": "Bretagne",
	}}
}

func communeAnswer(*paper) graphql.Object {
	return graphql.Object{"stringValue": "Rennes (35000)", "commune": graphql.Object{"code": "35238", "name": "Rennes", "postalCode": "35000"},
		"departement": graphql.Object{"code": "35", "name": "Ille-et-Vilaine"}}
}

func departementAnswer(*paper) graphql.Object {
	return graphql.Object{"stringValue": "35 – Ille-et-Vilaine", "departement": graphql.Object{"code": "35", "name": "Ille-et-Vilaine"}}
}

func dayAnswer(p *paper) graphql.Object {
	day := p.deposited.AddDate(0, 6, 0)
	return graphql.Object{"date": day.Format(time.DateOnly), "value": local(day), "stringValue": "un jour"}
}

func instantAnswer(p *paper) graphql.Object {
	return graphql.Object{"datetime": local(p.deposited), "stringValue": "un instant"}
}

func stagesAnswer(p *paper) graphql.Object {
	return graphql.Object{"values": stages[:1+p.number%3], "stringValue": strings.Join(stages[:1+p.number%3], ", ")}
}
