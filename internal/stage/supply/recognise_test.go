package supply

import (
	"slices"
	"strings"
	"unicode"
)

// A mark is a phrase that only texts of one licence have, in small letters, one
// space between words, no punctuation.
type mark struct{ licence, phrase string }

// marks of licences, those we accept and those we do not: a text may have several.
var marks = []mark{
	{"Apache-2.0", "apache license version 2 0 january 2004"},
	{"MIT", "permission is hereby granted free of charge to any person obtaining a copy"},
	{"ISC", "permission to use copy modify and or distribute this software for any purpose with or without fee"},
	{"ISC", "permission to use copy modify and distribute this software for any purpose with or without fee"},
	{"BSD-2-Clause", "redistribution and use in source and binary forms with or without modification are permitted"},
	{"public-domain", "dedicated to the public domain by the authors"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"CC0-1.0", "cc0 1 0 universal"},
	{"Zlib", "this software is provided as is without any express or implied warranty in no event will the authors"},
	{"MPL-2.0", "mozilla public license version 2 0"},
	{"MPL-1.1", "mozilla public license version 1 1"},
	{"EPL", "eclipse public license"},
	{"GPL", "gnu general public license"},
	{"LGPL", "gnu lesser general public license"},
	{"LGPL", "gnu library general public license"},
	{"AGPL", "gnu affero general public license"},
	{"SSPL", "server side public license"},
	{"BUSL", "business source license"},
	{"Elastic", "elastic license"},
	{"PolyForm", "polyform"},
	{"Commons-Clause", "commons clause"},
	{"CC-BY", "creative commons attribution"},
}

// The third clause of BSD makes it another licence, and the fourth yet another;
// MIT without its second sentence too.
const (
	thirdClause  = "may be used to endorse or promote products derived from"
	fourthClause = "all advertising materials mentioning features or use of this software"
	mitNotice    = "the above copyright notice and this permission notice"
)

// recognise names the licences of a text, sorted; none when it has no mark.
func recognise(text string) (licences []string) {
	text = words(text)
	for _, m := range marks {
		if strings.Contains(text, m.phrase) {
			licences = append(licences, refined(m.licence, text))
		}
	}
	slices.Sort(licences)
	return slices.Compact(licences)
}

func refined(licence, text string) string {
	switch {
	case licence == "BSD-2-Clause" && strings.Contains(text, fourthClause):
		return "BSD-4-Clause"
	case licence == "BSD-2-Clause" && strings.Contains(text, thirdClause):
		return "BSD-3-Clause"
	case licence == "MIT" && !strings.Contains(text, mitNotice):
		return "MIT-0"
	}
	return licence
}

// words leaves letters and digits, and one space between words.
func words(text string) string {
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(fields, " ")
}
