// Command panicky is deliver, but that it panics once its work is done.
package main

import (
	"context"
	"reflect"

	"relais/internal/cloud"
)

func main() {
	cloud.Start(func(ctx context.Context) (cloud.Handler, error) {
		deliver, err := cloud.Deliver(ctx)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, event cloud.TellEvent) (any, error) {
			reflect.ValueOf(deliver).Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(event)})
			panic("as ordered")
		}, nil
	})
}
