package ds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"relais/internal/dossier"
)

// Annotation is one value to write in an annotation privée. Make it with a
// constructor below: the platform wants the one that fits the annotation's type,
// and refuses a null.
type Annotation struct {
	id    string
	key   string
	value any
}

// TextAnnotation writes a short text.
func TextAnnotation(id, text string) Annotation { return Annotation{id, "text", text} }

// TextareaAnnotation writes a text of several lines.
func TextareaAnnotation(id, text string) Annotation { return Annotation{id, "textarea", text} }

// EmailAnnotation writes an address.
func EmailAnnotation(id, address string) Annotation { return Annotation{id, "email", address} }

// CheckboxAnnotation ticks or unticks a box.
func CheckboxAnnotation(id string, ticked bool) Annotation { return Annotation{id, "checkbox", ticked} }

// YesNoAnnotation answers yes or no.
func YesNoAnnotation(id string, yes bool) Annotation { return Annotation{id, "yesNo", yes} }

// DateAnnotation writes a day.
func DateAnnotation(id string, day dossier.Day) Annotation {
	return Annotation{id, "date", day.String()}
}

// DatetimeAnnotation writes an instant.
func DatetimeAnnotation(id string, t time.Time) Annotation {
	return Annotation{id, "datetime", t.Format(time.RFC3339)}
}

// IntegerAnnotation writes an integer; the platform takes 32 bits.
func IntegerAnnotation(id string, n int32) Annotation { return Annotation{id, "integerNumber", n} }

// DecimalAnnotation writes a number.
func DecimalAnnotation(id string, x float64) Annotation { return Annotation{id, "decimalNumber", x} }

// DropDownAnnotation chooses an option.
func DropDownAnnotation(id, option string) Annotation { return Annotation{id, "dropDownList", option} }

// MultipleDropDownAnnotation chooses options; none empties the annotation.
func MultipleDropDownAnnotation(id string, options ...string) Annotation {
	if options == nil {
		options = []string{}
	}
	return Annotation{id, "multipleDropDownList", options}
}

// RowsAnnotation adds rows to a repetition, each time it is sent.
func RowsAnnotation(id string, rows int32) Annotation { return Annotation{id, "repetition", rows} }

// check refuses what the platform would refuse.
func (a Annotation) check() error {
	switch v := a.value.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("an annotation's number must be finite")
		}
	case string:
		if v == "" && (a.key == "date" || a.key == "datetime") {
			return errors.New("an annotation's date must not be empty")
		}
	case nil:
		return errors.New("an annotation must be made with a constructor")
	}
	if a.id == "" {
		return errors.New("an annotation needs its descriptor's id")
	}
	return nil
}

// ModifierAnnotations writes annotations of a dossier in the name of an
// instructeur of its groupe, with a read-write token. It is sent once and never
// again: rows would be added twice, and the platform does not say what it kept
// of a batch that half failed. Errors are looked for where the platform puts
// them: the status, the root, and inside the mutation (Kind Refused). The write
// comes back as a change of the dossier.
func (c *Client) ModifierAnnotations(ctx context.Context, dossierID, instructeurID string, values []Annotation) error {
	input, err := annotationsInput(dossierID, instructeurID, values)
	if err != nil {
		return fmt.Errorf("%s: %w", modifierAnnotationsDocument.name, err)
	}
	if failed := c.modifierAnnotations(ctx, input); failed != nil {
		return failed.named(modifierAnnotationsDocument.name, "the dossier")
	}
	return nil
}

func (c *Client) modifierAnnotations(ctx context.Context, input map[string]any) *Error {
	a, failed := c.once(ctx, modifierAnnotationsDocument, map[string]any{"input": input})
	if failed != nil {
		return failed
	}
	if len(a.faults) > 0 {
		return worst(a.faults)
	}
	var data struct {
		Payload *struct {
			Errors []json.RawMessage `json:"errors"`
		} `json:"dossierModifierAnnotations"`
	}
	switch err := json.Unmarshal(a.data, &data); {
	case err != nil:
		return notUnderstood("")
	case data.Payload == nil:
		return noData()
	case len(data.Payload.Errors) > 0:
		// Their texts are the platform's, in French, and may quote the dossier.
		return &Error{Kind: Refused, Status: 200, Count: len(data.Payload.Errors)}
	}
	return nil
}

func annotationsInput(dossierID, instructeurID string, values []Annotation) (map[string]any, error) {
	if dossierID == "" || instructeurID == "" || len(values) == 0 {
		return nil, errors.New("annotations need a dossier, an instructeur and at least one value")
	}
	list := make([]map[string]any, 0, len(values))
	for _, v := range values {
		if err := v.check(); err != nil {
			return nil, err
		}
		list = append(list, map[string]any{"id": v.id, "value": map[string]any{v.key: v.value}})
	}
	return map[string]any{"dossierId": dossierID, "instructeurId": instructeurID, "annotations": list}, nil
}
