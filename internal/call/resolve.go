package call

import (
	"slices"
	"strings"
	"time"

	"relais/internal/dossier"
)

// Resolve tells to which call a dossier belongs, and its region (INSEE code, or
// "" when nothing names one). The call is nil when none of the démarche's calls
// takes that region. The result points into the set: read it only.
//
// The region is that of the champ bound to FieldRegion, else the one that the
// groupe's label names. A call without regions takes what no other call of the
// démarche claims. Among several waves the choice is, in this order: the wave
// whose calendar contains the deposit; the one opened last before the deposit;
// the first by id.
func (s Set) Resolve(d *dossier.Dossier) (c *Call, region string) {
	calls := s.of(d.Demarche)
	region = regionOf(d, calls)
	return waveOf(forRegion(calls, region), d.DateDepot), region
}

func regionOf(d *dossier.Dossier, calls []*Call) string {
	for _, c := range calls {
		champ, _, present := c.Champ(d, FieldRegion)
		if code := regionOfChamp(champ); present && code != "" {
			return code
		}
	}
	code, _ := RegionOfLabel(d.GroupeInstructeur.Label)
	return code
}

func regionOfChamp(c dossier.Champ) string {
	if c.Type == dossier.RegionChamp { // the code of any other place is not a region's
		if c.Place == nil {
			return ""
		}
		return oneRegion([]string{c.Place.Code})
	}
	said := c.Values
	if c.Text != "" {
		said = append([]string{c.Text}, said...)
	}
	return oneRegion(said)
}

// oneRegion is the region of all the values, or "" when they name several: such
// a project is filed once per region.
func oneRegion(values []string) string {
	found := ""
	for _, v := range values {
		code := regionOfText(v)
		if code == "" || found != "" && code != found {
			return ""
		}
		found = code
	}
	return found
}

// regionOfText reads a region's code, alone, or its name.
func regionOfText(s string) string {
	s = strings.TrimSpace(s)
	if r, ok := RegionByCode(s); ok {
		return r.Code
	}
	code, _ := RegionOfLabel(s)
	return code
}

func forRegion(calls []*Call, region string) []*Call {
	var named, others []*Call
	for _, c := range calls {
		switch {
		case len(c.Regions) == 0:
			others = append(others, c)
		case region != "" && slices.Contains(c.Regions, region):
			named = append(named, c)
		}
	}
	if len(named) > 0 {
		return named
	}
	return others
}

// waveOf takes calls by ascending id.
func waveOf(calls []*Call, depot time.Time) *Call {
	if len(calls) == 0 {
		return nil
	}
	if c := lastOpened(calls, func(c *Call) bool { return c.Calendar.contains(depot) }); c != nil {
		return c
	}
	opened := func(c *Call) bool { return !c.Calendar.Opens.IsZero() && !c.Calendar.Opens.After(depot) }
	if c := lastOpened(calls, opened); c != nil {
		return c
	}
	return calls[0]
}

func lastOpened(calls []*Call, keep func(*Call) bool) *Call {
	var last *Call
	for _, c := range calls {
		if keep(c) && (last == nil || c.Calendar.Opens.After(last.Calendar.Opens)) {
			last = c
		}
	}
	return last
}

// contains tells whether an instant lies in what is known of the calendar, both
// ends included. An unknown calendar contains nothing.
func (c Calendar) contains(t time.Time) bool {
	if c.Opens.IsZero() && c.Closes.IsZero() {
		return false
	}
	return !t.Before(c.Opens) && (c.Closes.IsZero() || !t.After(c.Closes))
}
