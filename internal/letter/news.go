package letter

import (
	"cmp"
	"slices"
	"time"

	"relais/internal/dossier"
	"relais/internal/french"
)

// news is what to tell of one dossier: its last item, with the News of all.
type news struct {
	Item
	News News
}

// newsOf gathers the changes of each dossier in one entry, and leaves out what
// came back to what it was. The first former value is the one last told.
func newsOf(changes []Item) []news {
	var all []news
	at := map[int]int{}
	for _, i := range changes {
		n, known := at[i.Head.Number]
		if !known {
			at[i.Head.Number] = len(all)
			all = append(all, news{i, i.News})
			continue
		}
		all[n] = all[n].add(i)
	}
	for n := range all {
		all[n] = all[n].settled()
	}
	all = slices.DeleteFunc(all, func(n news) bool { return n.News == News{} })
	slices.SortStableFunc(all, soonestFirst)
	return all
}

func (n news) add(later Item) news {
	more := later.News
	n.Item = later
	n.News.New = n.News.New || more.New
	n.News.Edited = n.News.Edited || more.Edited
	n.News.Corrected = n.News.Corrected || more.Corrected
	n.News.State = cmp.Or(n.News.State, more.State)
	n.News.Verdict = cmp.Or(n.News.Verdict, more.Verdict)
	return n
}

// settled drops the traits that are as they were told, and the proposal about a
// dossier that is decided. All is new of a dossier never told of.
func (n news) settled() news {
	switch {
	case n.News.New:
		n.News = News{New: true}
		return n
	case n.News.State != nil && *n.News.State == n.Head.State:
		n.News.State = nil
	}
	if v := n.News.Verdict; v != nil && (*v == n.Head.Judgement.Verdict || n.Head.State.Termine()) {
		n.News.Verdict = nil
	}
	return n
}

// soonestFirst puts what expires first in front, and last what has no date.
func soonestFirst(a, b news) int {
	day := func(n news) dossier.Day {
		if d, ok := nextDate(n.Item); ok && !n.Head.State.Termine() {
			return d.PrudentOn
		}
		return dossier.Day{Year: 9999}
	}
	return cmp.Or(day(a).Compare(day(b)), cmp.Compare(a.Head.Number, b.Head.Number))
}

// newLine tells of a dossier for the first time.
func (w writer) newLine(n news) line {
	l := w.newsLine(n)
	l.block = fresh
	deposited := row{Name: "État" + colon, Value: stateOf(n.Head.State)}
	if at := n.Head.DateDepot; !at.IsZero() {
		deposited.Rest = ", déposé le " + w.dayOf(n.Item, at)
	}
	l.Rows = append([]row{deposited}, l.Rows...)
	if l.Short.Name == "" {
		l.Short = deposited
	}
	if date := l.Short; l.Proposal != nil {
		l.Short = row{Name: l.Proposal.Name, Value: l.Proposal.Value}
		if l.kind != "" {
			l.Short.Rest = french.NNBSP + "; " + lowered(date.Name) + date.Value + date.Rest
		}
	}
	return l
}

// changedLine tells what is no longer as it was told.
func (w writer) changedLine(n news) line {
	l := w.newsLine(n)
	l.block = moved
	facts := n.Head.Judgement.Facts
	var rows []row
	if was := n.News.State; was != nil {
		rows = append(rows, row{Name: "État" + colon, Value: stateOf(n.Head.State), Rest: before(stateOf(*was))})
	}
	if n.News.Corrected {
		rows = append(rows, row{Name: "Demande de correction" + colon, Value: "réponse reçue", Rest: w.since(n.Item, facts.CorrectedAt)})
	}
	if n.News.Edited {
		rows = append(rows, row{Name: "Formulaire" + colon, Value: "modifié par le candidat", Rest: w.since(n.Item, facts.EditedAt)})
	}
	if was := n.News.Verdict; was != nil && l.Proposal == nil {
		rows = append(rows, row{Name: "Proposition de Relais" + colon, Value: verdictOf(n.Head.Judgement.Verdict), Rest: before(verdictOf(*was))})
	} else if was != nil {
		l.Proposal.Rest = before(verdictOf(*was))
	}
	l.Short = rowsInShort(rows, l.Proposal)
	l.Rows = append(rows, l.Rows...)
	return l
}

// rowsInShort is the first change; what else changed is on the platform.
func rowsInShort(rows []row, proposal *row) row {
	if len(rows) == 0 {
		return *proposal
	}
	return rows[0]
}

// newsLine is what new and changed dossiers have in common: the date that
// silence decides, the proposal, and what to do.
func (w writer) newsLine(n news) line {
	h := n.Head
	l := line{}
	d, dated := nextDate(n.Item)
	dated = dated && !h.State.Termine()
	if dated {
		l = w.dated(n.Item, d)
		if l.standing == toCome && !l.extended {
			l.Rows = l.Rows[:1] // what follows goes without saying
		}
	} else if w.several {
		l.Call = shortName(n.Call)
	}
	l.number, l.family = h.Number, shortName(n.Call)
	w.identify(&l, n.Item)
	if !h.State.Termine() {
		l.Note = noteOf(n.Because.Reason)
		l.Proposal, l.Points = proposal(h.Judgement.Verdict), points(h.Judgement.Findings)
	}
	l.Advice = w.newsAdvice(n, l, dated)
	return l
}

func (w writer) newsAdvice(n news, l line, dated bool) string {
	v := n.Head.Judgement.Verdict
	switch {
	case n.Head.State.Termine():
		return "Rien, le dossier est décidé."
	case dated && l.standing != toCome:
		return silenceAdvice(l.standing, v)
	case n.News.Corrected:
		return "Vérifier les pièces et réponses reçues" + orBy(dated)
	case n.News.Edited && v != dossier.ACompleter:
		return "Relire le formulaire modifié" + orBy(dated)
	case dated:
		return silenceAdvice(toCome, v)
	}
	return undatedAdvice(v)
}

func orBy(dated bool) string {
	if dated {
		return ", puis notifier une décision au plus tard ce jour-là."
	}
	return "."
}

func before(former string) string { return " (auparavant" + colon + former + ")" }

func (w writer) since(i Item, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " le " + w.dayOf(i, at)
}

func (w writer) dayOf(i Item, at time.Time) string {
	return french.LongDay(dossier.DayOf(at, zoneOf(i.Call)))
}
