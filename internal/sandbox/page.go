package sandbox

import (
	"html/template"
	"net/http"
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

// servePage says what this server is. It shows no dossier.
func (p *Platform) servePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
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
		if m.foreign {
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
