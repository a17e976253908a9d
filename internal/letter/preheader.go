package letter

import "strings"

// preheader is what a list of mails shows beside the subject, and completes it
// with. It holds no text of a candidate.
func preheader(p page) string {
	var said []string
	if f := p.First; f != nil {
		said = append(said, "Commencer par"+colon+lowered(f.Label)+". "+f.Advice)
	}
	for _, c := range p.Committees {
		said = append(said, c.Text)
	}
	if len(said) == 0 && len(p.Sections) > 0 && len(p.Sections[0].Lines) > 0 {
		said = append(said, p.Sections[0].Lines[0].Advice)
	}
	for _, s := range p.Summaries {
		if s.Dates != "" {
			said = append(said, "Échéances"+colon+s.Dates+".")
		}
	}
	for _, r := range p.Reports {
		said = append(said, r.Urgent...)
	}
	return shown(strings.Join(said, " "), longestSubject)
}
