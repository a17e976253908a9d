package standin

import "time"

// A Fault is how a stand-in mistreats a call. The zero value does nothing.
type Fault struct {
	// Code and Status are the error answered; no Code means no error.
	Code    string
	Status  int
	Message string
	// Late lets the call take effect first: the answer is lost, the work is done.
	Late bool
	// Drop cuts the connection without an answer.
	Drop bool
	// Hang keeps the connection open until the caller gives up.
	Hang bool
	// Delay is waited before anything else.
	Delay time.Duration
}

// The faults of a bad day. The SDK tries again by itself after Throttled, Broken
// and Cut, three times in all unless told otherwise.
var (
	Throttled = Fault{Status: 400, Code: "ThrottlingException", Message: "Rate exceeded"}
	Broken    = Fault{Status: 500, Code: "InternalServerError", Message: "We encountered an internal error."}
	Denied    = Fault{Status: 400, Code: "AccessDeniedException", Message: "not authorized"}
	Cut       = Fault{Drop: true}
	CutLate   = Fault{Drop: true, Late: true}
	Silent    = Fault{Hang: true}
)

// The refusals of SES.
var (
	MessageRejected = Fault{Status: 400, Code: "MessageRejected", Message: "Email address is not verified."}
	TooManyRequests = Fault{Status: 429, Code: "TooManyRequestsException", Message: "Maximum sending rate exceeded."}
	SendingPaused   = Fault{Status: 400, Code: "SendingPausedException", Message: "Sending is paused."}
)

// failed is what Call.Failed says of a call treated so.
func (f Fault) failed() string {
	if f.Drop || f.Hang {
		return "dropped"
	}
	return f.Code
}

// spoils tells that the caller gets no true answer.
func (f Fault) spoils() bool { return f.Code != "" || f.Drop || f.Hang }

// orders are faults not used up yet, the oldest first.
type orders []order

type order struct {
	action string // "" for any
	left   int    // negative: for ever
	fault  Fault
}

// take gives the first fault that fits the action and uses it once.
func (o orders) take(action string) Fault {
	for i := range o {
		if o[i].left == 0 || (o[i].action != "" && o[i].action != action) {
			continue
		}
		o[i].left--
		return o[i].fault
	}
	return Fault{}
}
