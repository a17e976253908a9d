package notify

// Mode says what deliver does with mails (design §5).
type Mode struct {
	Name string // ModeHold, ModeRedirect or ModeSend; anything else holds
	To   string // the one address of ModeRedirect
}

// Modes, in the words of RELAIS_MAIL_MODE.
const (
	ModeHold     = "hold"
	ModeRedirect = "redirect"
	ModeSend     = "send"
)

// holds is the safe side: an unset mode sends nothing.
func (m Mode) holds() bool {
	return m.Name != ModeSend && (m.Name != ModeRedirect || m.To == "")
}

// redirects tells that every mail goes to one address.
func (m Mode) redirects() bool { return m.Name == ModeRedirect && m.To != "" }

// address is where a recipient's mail goes in the mode.
func (d *Delivery) address(r recipient) string {
	if d.Mode.redirects() {
		return d.Mode.To
	}
	return r.address
}
