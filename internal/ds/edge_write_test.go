package ds

import (
	"errors"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/sandbox"
)

// annotated is a dossier of the stand-in, and who may annotate it.
func annotated(t *testing.T, o sandbox.Options) (*sandbox.Platform, *Client, dossier.Dossier, string) {
	t.Helper()
	o.Dossiers, o.Solo = 5, true
	p := sandbox.New(o)
	number, err := p.Deposit(sandbox.Draft{})
	if err == nil {
		err = p.Decide(number, "en_instruction")
	}
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t, p.Handler(), func(c *Config) { c.Token, c.Patience = StaticToken(p.Token()), time.Hour })
	d, err := client.Dossier(inContext(t), number)
	if err != nil || len(d.Instructeurs) != 1 {
		t.Fatalf("%d instructeurs, %v", len(d.Instructeurs), err)
	}
	return p, client, d, d.Instructeurs[0].ID
}

// outsider is an instructeur of another groupe.
func outsider(t *testing.T, c *Client, d dossier.Dossier) string {
	t.Helper()
	demarche, err := c.Demarche(inContext(t), d.Demarche)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range demarche.Groupes {
		if g.ID != d.GroupeInstructeur.ID && len(g.Instructeurs) > 0 {
			return g.Instructeurs[0].ID
		}
	}
	t.Fatal("there is no other groupe")
	return ""
}

// written are the annotations that a dossier has now.
func written(t *testing.T, c *Client, number int) map[string]dossier.Champ {
	t.Helper()
	d, err := c.Dossier(inContext(t), number)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]dossier.Champ{}
	for _, a := range d.Annotations {
		out[a.DescriptorID] = a
	}
	return out
}

// Every refusal of the stand-in is told, and nothing is sent twice.
func TestAnnotationsThatThePlatformRefuses(t *testing.T) {
	t.Run("read-only token", func(t *testing.T) {
		p, client, d, who := annotated(t, sandbox.Options{ReadOnly: true})
		err := client.ModifierAnnotations(inContext(t), d.ID, who, []Annotation{YesNoAnnotation(p.Demarches()[0].Annotations["ann_complet"], true)})
		mustBe(t, err, Refused)
	})
	t.Run("instructeur outside the groupe", func(t *testing.T) {
		p, client, d, _ := annotated(t, sandbox.Options{})
		err := client.ModifierAnnotations(inContext(t), d.ID, outsider(t, client, d), []Annotation{YesNoAnnotation(p.Demarches()[0].Annotations["ann_complet"], true)})
		mustBe(t, err, Refused)
	})
	t.Run("a part of the batch", func(t *testing.T) {
		p, client, d, who := annotated(t, sandbox.Options{})
		of := p.Demarches()[0].Annotations
		err := client.ModifierAnnotations(inContext(t), d.ID, who, []Annotation{
			YesNoAnnotation(of["ann_complet"], true), DropDownAnnotation(of["ann_avis"], "Peut-être"), TextAnnotation(of["ann_accorde"], "beaucoup"),
		})
		mustBe(t, err, Refused)
		var e *Error
		if !errors.As(err, &e) || e.Count != 2 {
			t.Errorf("%d refused, want 2", e.Count)
		}
		if c := written(t, client, d.Number)[of["ann_complet"]]; c.Bool == nil || !*c.Bool {
			t.Errorf("the good one is not written: %+v", c)
		}
	})
	t.Run("a dossier that is gone", func(t *testing.T) {
		p, client, d, who := annotated(t, sandbox.Options{})
		if err := p.Purge(d.Number); err != nil {
			t.Fatal(err)
		}
		err := client.ModifierAnnotations(inContext(t), d.ID, who, []Annotation{YesNoAnnotation(p.Demarches()[0].Annotations["ann_complet"], true)})
		mustBe(t, err, NotFound)
	})
}

// An answer that is lost after the platform wrote: rows would be added twice.
func TestALostAnswerIsNotSentAgain(t *testing.T) {
	for _, fault := range []sandbox.Fault{sandbox.Lost, sandbox.ResetMiddle, sandbox.Truncated, sandbox.GatewayTimeout, sandbox.TooMany} {
		p, client, d, who := annotated(t, sandbox.Options{})
		p.Inject(sandbox.When(func(c sandbox.Call) bool { return c.Mutation }, sandbox.Hit{Fault: fault}))
		rows := p.Demarches()[0].Annotations["ann_visites"]
		before := client.Requests()
		if err := client.ModifierAnnotations(inContext(t), d.ID, who, []Annotation{RowsAnnotation(rows, 1)}); err == nil {
			t.Errorf("%s: no error", fault)
		}
		if n := client.Requests() - before; n != 1 {
			t.Errorf("%s: sent %d times", fault, n)
		}
		if n := len(written(t, client, d.Number)[rows].Rows); n > 1 {
			t.Errorf("%s: %d rows", fault, n)
		}
	}
}
