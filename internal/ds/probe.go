package ds

import (
	"context"
	"errors"
)

// Probe asks for a démarche that cannot exist: only an accepted token is told so.
func (c *Client) Probe(ctx context.Context) error {
	_, err := c.Demarche(ctx, 0)
	if errors.Is(err, NotFound) || errors.Is(err, Unauthorized) {
		return nil
	}
	return err
}
