package sandbox

import "time"

// RegionCalendar is a suggested calendar for the call of one region: what a
// call file would say, since the platform's API does not tell it. Instants are
// in the region's zone; zero means not known.
type RegionCalendar struct {
	Region    string // INSEE code; "" for the whole country
	Service   string // "DREETS Bretagne"
	Zone      string // IANA name
	Opens     time.Time
	Closes    time.Time
	Committee time.Time
}

// o2rCalendars spreads the calls around the start of the world: one closing
// soon, one closed with late deposits, one closing tomorrow, one overseas.
func (w *world) o2rCalendars() []RegionCalendar {
	return []RegionCalendar{
		w.calendar("53", -75, 6, 12, 40),
		w.calendar("52", -72, -10, 18, 25),
		w.calendar("32", -78, 1, 18, 30),
		w.calendar("04", -70, 3, 15, 33),
		w.calendar("06", -70, 20, 15, 50),
	}
}

// calendar counts days from the start: opening at 9:00, closing at an hour,
// committee at 14:00.
func (w *world) calendar(code string, opens, closes, hour, committee int) RegionCalendar {
	in, _ := regionByCode(code)
	local := zone(in.zone)
	y, m, d := w.start.In(local).Date()
	at := func(days, hour int) time.Time { return time.Date(y, m, d+days, hour, 0, 0, 0, local) }
	return RegionCalendar{
		Region: code, Service: in.service, Zone: in.zone,
		Opens: at(opens, 9), Closes: at(closes, hour), Committee: at(committee, 14),
	}
}

// calendarOf finds the calendar of a region.
func (m *demarche) calendarOf(code string) (RegionCalendar, bool) {
	for _, c := range m.calendars {
		if c.Region == code {
			return c, true
		}
	}
	return RegionCalendar{}, false
}
