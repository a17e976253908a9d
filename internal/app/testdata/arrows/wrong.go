// Package wrong is read by TestArrowsCanFail and never built.
package wrong

import (
	_ "github.com/hasura/go-graphql-client/pkg"
	_ "relais/internal/notify"
)
