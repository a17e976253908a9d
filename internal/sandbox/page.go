package sandbox

import (
	"html/template"
	"net/http"
	"strconv"
)

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="fr"><meta charset="utf-8"><title>Doublure de plateforme – données fictives</title>
<h1>Doublure de plateforme – données fictives</h1>
<p>Ceci n’est pas Démarches simplifiées. Ce serveur imite son API pour essayer Relais. Structures, personnes, adresses et montants sont inventés.</p>
<p>API : <code>POST {{.Endpoint}}</code></p>
<table><caption>Démarches</caption>
<tr><th scope="col">Numéro</th><th scope="col">Titre</th><th scope="col">État</th><th scope="col">Dossiers listés</th></tr>
{{range .Demarches}}<tr><td>{{.Number}}</td><td>{{.Title}}</td><td>{{.State}}</td><td>{{.Listed}}</td></tr>
{{end}}</table>
</html>
`))

type pageLine struct {
	Number, Listed int
	Title, State   string
}

var dossierTemplate = template.Must(template.New("dossier").Parse(`<!doctype html>
<html lang="fr"><meta charset="utf-8"><title>Dossier n° {{.Number}} – données fictives</title>
<h1>Dossier n° {{.Number}} – données fictives</h1>
<p>Sur la vraie plateforme, ce lien ouvre le dossier. Ici, il n’y a rien à instruire.</p>
<dl><dt>Démarche</dt><dd>{{.Title}}</dd><dt>État</dt><dd>{{.State}}</dd><dt>Groupe instructeur</dt><dd>{{.Groupe}}</dd></dl>
<p><a href="/">Toutes les démarches</a></p>
</html>
`))

// serveDossier stands in for the page that a link to a dossier opens.
func (p *Platform) serveDossier(w http.ResponseWriter, r *http.Request) {
	demarche, _ := strconv.Atoi(r.PathValue("demarche"))
	number, _ := strconv.Atoi(r.PathValue("number"))
	p.mu.RLock()
	defer p.mu.RUnlock()
	d := p.world.numbers[number]
	if d == nil || d.demarche.number != demarche || d.demarche.foreign || !d.listed() {
		http.NotFound(w, r)
		return
	}
	pageHeaders(w)
	_ = dossierTemplate.Execute(w, struct {
		Number               int
		Title, State, Groupe string
	}{d.number, d.demarche.title, d.state, d.group.label})
}

// serveDemarche sends a link to a démarche to the list of all.
func (p *Platform) serveDemarche(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/", http.StatusFound)
}

func pageHeaders(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
}

// servePage says what this server is. It shows no dossier.
func (p *Platform) servePage(w http.ResponseWriter, _ *http.Request) {
	pageHeaders(w)
	// An error here means that the client has gone.
	_ = pageTemplate.Execute(w, struct {
		Endpoint  string
		Demarches []pageLine
	}{Endpoint, p.pageLines()})
}

func (p *Platform) pageLines() []pageLine {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var out []pageLine
	for _, m := range p.world.demarches {
		if m.foreign || m.state == supprimee {
			continue
		}
		line := pageLine{Number: m.number, Title: m.title, State: m.state}
		for _, r := range m.byDeposit {
			if r.dossier.listed() {
				line.Listed++
			}
		}
		out = append(out, line)
	}
	return out
}
