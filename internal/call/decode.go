package call

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

var rootKeys = split(`id family title authority demarche regions zone calendar floor max_share ineligible
	consortium incomplete correction_days silence acknowledgement steps recipients mail retention_months fields annotations`)

// Words that a rule or a date understands; any other would be silently ignored.
var (
	families         = split("o2r spie pic")
	ineligibles      = split("formation")
	partnerKinds     = split("departement france_travail")
	incompletes      = []string{string(Correction), string(Irrecevable)}
	acknowledgements = []string{string(PlatformMail), string(ByMessage), string(ByAnnotation), string(UnknownAcknowledge)}
	measures         = []string{TotalCost, RequestedAmount}
	effects          = split("rejet")
	choices          = []string{string(Morning), string(Immediate), string(Weekly), string(None)}
)

const (
	maxDemarche = 1<<31 - 1 // the platform numbers démarches with an Int
	maxMonths   = 240
	maxDays     = 366
)

func decode(s *section) Call {
	c := Call{
		ID: s.slug("id"), Family: s.needed("family", s.oneOf("family", families)),
		Title: s.needed("title", s.text("title")), Authority: s.text("authority"),
		Regions:         s.regions(),
		MaxShare:        s.share("max_share"),
		Ineligible:      s.words("ineligible", ineligibles),
		Incomplete:      Incomplete(s.oneOf("incomplete", incompletes)),
		CorrectionDays:  s.positive("correction_days", maxDays),
		Acknowledgement: Acknowledgement(s.oneOf("acknowledgement", acknowledgements)),
		RetentionMonths: s.positive("retention_months", maxMonths),
		Floor:           s.floor(), Consortium: s.consortium(), Silence: s.silence(),
		Steps: s.steps(), Recipients: s.recipients(),
		Fields:      s.bindings("fields", FieldNames()),
		Annotations: s.bindings("annotations", AnnotationNames()),
	}
	if n := s.positive("demarche", maxDemarche); n != nil {
		c.Demarche = *n
	}
	c.Zone = s.zone(c.Regions)
	c.Calendar = s.calendar(c.Zone)
	c.Mail = s.mail(c.Steps)
	return c
}

func (s *section) needed(key, value string) string {
	if value != "" {
		return value
	}
	n := s.node(key)
	if n == nil {
		s.say(key, "is missing; it must be written")
	} else if _, isText := textOf(n); isText {
		s.say(key, "is an empty text; it must say something")
	}
	return value
}

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (s *section) slug(key string) string {
	v := s.needed(key, s.text(key))
	if v != "" && (len(v) > 60 || !slug.MatchString(v)) {
		s.say(key, "must be at most 60 small letters, digits and single hyphens, such as o2r-bretagne (got a text of %d characters)", len([]rune(v)))
	}
	return v
}

func (s *section) oneOf(key string, known []string) string {
	v := s.text(key)
	if v != "" && !slices.Contains(known, v) {
		s.say(key, "must be %s (got a text of %d characters)", orList(known), len([]rune(v)))
	}
	return v
}

func orList(list []string) string {
	if len(list) == 1 {
		return list[0] + ", the only value known so far"
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// words reads a list of known words, each once; nil when null.
func (s *section) words(key string, known []string) []string {
	items := s.items(key, orList(known))
	if items == nil {
		return nil
	}
	list := make([]string, 0, len(items))
	for _, it := range items {
		if !slices.Contains(known, it.text) {
			s.r.say(it.line, "%s must be %s (got a text of %d characters)", it.at, orList(known), len([]rune(it.text)))
			continue
		}
		list = s.once(list, it)
	}
	return list
}

func (s *section) once(list []string, it item) []string {
	if slices.Contains(list, it.text) {
		s.r.say(it.line, "%s is already in the list; write it once", it.at)
		return list
	}
	return append(list, it.text)
}

func (s *section) regions() []string {
	var codes []string
	for _, it := range s.items("regions", `an INSEE region code in quotes: "04", not 4`) {
		if _, ok := RegionByCode(it.text); !ok {
			s.r.say(it.line, `%s is not one of the 18 INSEE region codes, such as "53" or "04" (department codes are not accepted)`, it.at)
			continue
		}
		codes = s.once(codes, it)
	}
	return codes
}

// zone is never nil: UTC stands in after an error, so that reading goes on.
func (s *section) zone(codes []string) *time.Location {
	name := s.text("zone")
	if name == "" {
		name = zoneOf(codes)
	}
	if name == "" {
		s.say("zone", "is missing; write the zone of the calendar, such as %s (it may be left out when the regions share one)", paris)
		return time.UTC
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		s.say("zone", "is not a known time zone; write one such as Europe/Paris, Indian/Reunion or America/Martinique")
		return time.UTC
	}
	return zone
}

// zoneOf is the zone that the regions share, or "".
func zoneOf(codes []string) string {
	shared := ""
	for _, code := range codes {
		r, _ := RegionByCode(code)
		if shared != "" && r.Zone != shared {
			return ""
		}
		shared = r.Zone
	}
	return shared
}

func (s *section) calendar(zone *time.Location) Calendar {
	sub := s.sub("calendar", split("opens closes committee"))
	if sub == nil {
		return Calendar{}
	}
	c := Calendar{Opens: sub.instant("opens", zone), Closes: sub.instant("closes", zone), Committee: sub.instant("committee", zone)}
	if !c.Opens.IsZero() && !c.Closes.IsZero() && !c.Opens.Before(c.Closes) {
		sub.say("closes", "must be after calendar.opens")
	}
	return c
}

func (s *section) instant(key string, zone *time.Location) time.Time {
	v := s.text(key)
	if v == "" {
		return time.Time{}
	}
	t, err := parseLocal(v, zone)
	if err != nil {
		s.say(key, "%v", err)
	}
	return t
}

func (s *section) share(key string) *float64 {
	v := s.number(key)
	if v != nil && (*v <= 0 || *v > 1) {
		s.say(key, "must be a share above 0 and at most 1: write 0.8 for 80 %%")
		return nil
	}
	return v
}

func (s *section) floor() *Floor {
	sub := s.sub("floor", split("measure amount months"))
	if sub == nil {
		return nil
	}
	f := &Floor{Measure: sub.needed("measure", sub.oneOf("measure", measures))}
	amount, months := sub.number("amount"), sub.positive("months", maxMonths)
	if amount != nil && *amount <= 0 {
		sub.say("amount", "must be above 0; write floor: null for a call without floor")
	}
	if sub.node("amount") == nil || sub.node("months") == nil {
		s.say("floor", "needs amount, in euros, and months, the length it covers")
	}
	if amount != nil && months != nil {
		f.Amount, f.Months = *amount, *months
	}
	return f
}

func (s *section) consortium() *Consortium {
	sub := s.sub("consortium", split("required chef_de_file must_include"))
	if sub == nil {
		return nil
	}
	return &Consortium{
		Required: sub.boolean("required"), ChefDeFile: sub.boolean("chef_de_file"),
		MustInclude: sub.words("must_include", partnerKinds),
	}
}

func (s *section) silence() *Silence {
	sub := s.sub("silence", split("effect months source confirmed_by"))
	if sub == nil {
		return nil
	}
	v := &Silence{
		Effect: sub.needed("effect", sub.oneOf("effect", effects)),
		Source: sub.text("source"), ConfirmedBy: sub.text("confirmed_by"),
	}
	if sub.node("months") == nil {
		sub.say("months", "is missing; write how many months of silence make a decision")
	}
	if months := sub.positive("months", maxMonths); months != nil {
		v.Months = *months
	}
	return v
}
