package deadline

import (
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/fr"

	"relais/internal/dossier"
)

// Calendar tells working days: Monday to Friday less the public holidays of the
// Code du travail (art. L. 3133-1) and the local ones of Alsace-Moselle
// (art. L. 3134-13) and overseas (art. L. 3422-2). The zero Calendar is ready.
type Calendar struct{}

// localHolidays are the holidays of one region only, by INSEE region code. For
// Grand Est they are those of Alsace-Moselle: a reminder a day early in
// Champagne is better than one on a holiday in Strasbourg.
var localHolidays = map[string][]*cal.Holiday{
	"44": {aa.GoodFriday, aa.ChristmasDay2},
	"01": {abolition(time.May, 27)},
	"02": {abolition(time.May, 22)},
	"03": {abolition(time.June, 10)},
	"04": {abolition(time.December, 20)},
	"06": {abolition(time.April, 27)},
}

func abolition(month time.Month, day int) *cal.Holiday {
	return &cal.Holiday{
		Name: "Abolition de l’esclavage", Type: cal.ObservancePublic,
		Month: month, Day: day, Func: cal.CalcDayOfMonth,
	}
}

// Working tells whether people work on a day in a region, given by its INSEE
// code; with an empty or unknown code only the national holidays count.
func (Calendar) Working(day dossier.Day, region string) bool {
	if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	return !among(fr.Holidays, day) && !among(localHolidays[region], day)
}

// LastWorking is the day itself when people work in every one of the regions,
// else the nearest such day before it.
func (c Calendar) LastWorking(day dossier.Day, regions []string) dossier.Day {
	for !c.workingIn(day, regions) {
		day = day.AddDays(-1)
	}
	return day
}

// NextWorking is the day itself when people work in every one of the regions,
// else the nearest such day after it.
func (c Calendar) NextWorking(day dossier.Day, regions []string) dossier.Day {
	for !c.workingIn(day, regions) {
		day = day.AddDays(1)
	}
	return day
}

func (c Calendar) workingIn(day dossier.Day, regions []string) bool {
	for _, r := range regions {
		if !c.Working(day, r) {
			return false
		}
	}
	return len(regions) > 0 || c.Working(day, "")
}

func among(holidays []*cal.Holiday, day dossier.Day) bool {
	for _, h := range holidays {
		actual, _ := h.Calc(day.Year)
		if actual.Month() == day.Month && actual.Day() == day.Day {
			return true
		}
	}
	return false
}
