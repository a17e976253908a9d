package ingest

// Bugs plants classic faults, one a field, to show that the simulation finds
// them. It is for tests only: nothing else sets a field, and the zero value is
// the program as it should be.
type Bugs struct {
	PositionBeforeData bool // the position is saved before the data it stands for
	NoOverlap          bool // walks begin at the position
	SettleAtOnce       bool // the cursor alone is used after one walk
	ResumeBlindly      bool // a resumed walk leaves no place to check again
	EmptyPageResets    bool // an empty page sets the position back to the beginning
	StaleOverwrites    bool // an older reading wins over a newer one
	ConflictsIgnored   bool // a record that another writer changed is given up
	NoLookBack         bool // deletedDossiers is read from the last reading on
	PurgedComesBack    bool // a tombstone is imported again
	PurgeKeepsPayload  bool // a purge hides and does not erase
	PendingIsFinal     bool // a restored dossier stays hidden
	IgnoreLease        bool // a held lease stops nobody
	IgnoreFence        bool // positions are written over another pass's
	PoisonSkipped      bool // a bad dossier is passed over and forgotten
	SweepHidesNothing  bool // what is in no list stays shown
}
