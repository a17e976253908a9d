package ssm

import "context"

// Renew reads a parameter again, as after a refusal of its value, and tells
// whether the value is another one now. It is as sparing as Forget.
func (p *Parameters) Renew(ctx context.Context, name string) bool {
	before, err := p.Get(ctx, name)
	if err != nil {
		return false
	}
	p.Forget(name)
	after, err := p.Get(ctx, name)
	return err == nil && after != before
}
