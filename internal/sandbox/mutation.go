package sandbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"relais/internal/sandbox/graphql"
)

// modifyAnnotations serves dossierModifierAnnotations, the only mutation of
// this stand-in. It is not transactional: valid values are saved while errors
// name the others.
func (v *view) modifyAnnotations(ctx context.Context, args map[string]any) (any, error) {
	input, _ := args["input"].(map[string]any)
	d := v.world.numbers[keyOf("Dossier", stringArg(input, "dossierId"))]
	switch {
	case d == nil || !d.listed():
		return nil, notFound("Dossier")
	case d.demarche.foreign:
		return nil, unauthorized("Dossier")
	}
	payload := graphql.Object{"__typename": "DossierModifierAnnotationsPayload", "clientMutationId": input["clientMutationId"]}
	who := keyOf("Instructeur", stringArg(input, "instructeurId"))
	isMember := slices.ContainsFunc(d.group.members, func(p *person) bool { return p.id == who })
	switch {
	case v.readOnly:
		payload["errors"] = problems("Le jeton utilisé est configuré seulement en lecture")
	case !isMember:
		payload["errors"] = problems("L’instructeur n’a pas les droits d’accès à ce dossier")
	default:
		v.writeAnnotations(ctx, d, input, payload)
	}
	return payload, nil
}

func (v *view) writeAnnotations(ctx context.Context, d *dossier, input map[string]any, payload graphql.Object) {
	var saved []any
	var errs []string
	list, _ := input["annotations"].([]any)
	for _, item := range list {
		one, _ := item.(map[string]any)
		f, err := v.writeAnnotation(d, one)
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		saved = append(saved, v.champ(ctx, d, f, d.annotations[f.key], ""))
	}
	if saved != nil {
		payload["annotations"] = saved
	}
	if errs != nil {
		payload["errors"] = problems(errs...)
	}
}

// writeAnnotation saves one value, whose only key must match the kind of the
// annotation.
func (v *view) writeAnnotation(d *dossier, one map[string]any) (field, error) {
	id := stringArg(one, "id")
	f, ok := fieldByDescriptor(d.demarche.form.annotations, id, d.revision)
	if !ok {
		return f, fmt.Errorf("l’annotation « %s » n’existe pas", id)
	}
	given, _ := one["value"].(map[string]any)
	if len(given) != 1 {
		return f, fmt.Errorf("l’annotation « %s » attend exactement une valeur", id)
	}
	for key, raw := range given {
		value, err := annotationValue(d, f, key, raw)
		if err != nil {
			return f, err
		}
		if f.kind == "repetition" {
			value = v.moreRows(d, f, value.(int))
		}
		v.world.annotate(d, v.stamp(), f.key, value, true)
	}
	return f, nil
}

// annotationKeys are the input keys and the kinds that they may write.
var annotationKeys = map[string]string{
	"text": "text", "textarea": "textarea", "email": "email", "checkbox": "checkbox", "yesNo": "yes_no",
	"date": "date", "datetime": "datetime", "integerNumber": "integer_number", "decimalNumber": "decimal_number",
	"dropDownList": "drop_down_list", "multipleDropDownList": "multiple_drop_down_list", "repetition": "repetition",
}

func annotationValue(d *dossier, f field, key string, raw any) (any, error) {
	if annotationKeys[key] != f.kind {
		return nil, fmt.Errorf("l’annotation « %s » n’est pas de type %s", f.descriptorID(), key)
	}
	wrong := fmt.Errorf("la valeur de l’annotation « %s » n’est pas valide", f.descriptorID())
	switch value := raw.(type) {
	case nil:
		return nil, wrong
	case string:
		return annotationText(f, value, wrong)
	case int:
		if f.kind == "decimal_number" {
			return float64(value), nil
		}
		if f.kind == "repetition" && (value < 1 || value > 100) {
			return nil, wrong
		}
		return value, nil
	case []any:
		return annotationChoices(f, value, wrong)
	}
	return raw, nil
}

func annotationText(f field, s string, wrong error) (any, error) {
	switch f.kind {
	case "date":
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return nil, wrong
		}
		return t, nil
	case "datetime":
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return nil, wrong
		}
		return t, nil
	case "drop_down_list":
		if !slices.Contains(f.options, s) {
			return nil, wrong
		}
	}
	return s, nil
}

func annotationChoices(f field, list []any, wrong error) (any, error) {
	var out []string
	for _, item := range list {
		s, _ := item.(string)
		if !slices.Contains(f.options, s) {
			return nil, wrong
		}
		out = append(out, s)
	}
	return out, nil
}

// moreRows adds n rows each time: repeating the call adds them again.
func (v *view) moreRows(d *dossier, f field, n int) []answerRow {
	rows, _ := d.annotations[f.key].([]answerRow)
	rows = slices.Clone(rows)
	for range n {
		v.world.rows++
		r := dice(v.world.seed, "annotation row", int64(v.world.rows))
		rows = append(rows, answerRow{id: ulid(r, v.now), values: answers{}})
	}
	return rows
}

func problems(messages ...string) []any {
	var out []any
	for _, m := range messages {
		out = append(out, graphql.Object{"__typename": "ValidationError", "message": m})
	}
	return out
}
