package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// edgeCase is one of the numbered edge cases of the platform. It is proven by
// tests, written package.Test or package.Test/subtest, by the last element of the
// package's path; not says which part of it cannot apply, and why.
type edgeCase struct {
	number int
	what   string
	proofs []string
	not    string
}

// edgeCases is the index of what proves that Relais lives with the platform as it
// is.
var edgeCases = []edgeCase{
	{1, "rate limit: text answer, reset of any kind", []string{
		"ds.TestRateLimit", "ds.TestRateLimitWithoutTimeToWait", "ds.TestTheShareStaysUnderThePlatformsLimit",
		"sandbox.TestTheTrue429", "relais.TestTroubleThatEndsInTime/429", "relais.TestTroubleThatLasts/429",
	}, ""},
	{2, "maintenance, front servers, no JSON, cut JSON, redirect", []string{
		"ds.TestEveryAnswerOfThePlatformHasItsKind/maintenance", "ds.TestEveryAnswerOfThePlatformHasItsKind/front server 504",
		"ds.TestEveryAnswerOfThePlatformHasItsKind/HTML with 200", "ds.TestEveryAnswerOfThePlatformHasItsKind/empty body",
		"ds.TestEveryAnswerOfThePlatformHasItsKind/truncated JSON", "ds.TestEveryAnswerOfThePlatformHasItsKind/redirect of the plural host",
		"ds.TestWhatPassesIsTriedAgain", "ds.TestARedirectNeverReceivesTheToken", "relais.TestMalformedAnswers",
	}, ""},
	{3, "four refusals, four alarms, no insistence", []string{
		"ds.TestRefusalsDifferAndAreNotInsistedOn", "ds.TestWhatNeedsAPersonIsNotTriedAgain", "app.TestEachRefusalIsItsOwnAlarm",
		"app.TestEveryCauseOfAPollIsHeard", "ingest.TestADemarcheThroughItsStates", "relais.TestCheckNamesEachTrouble",
	}, ""},
	{4, "errors without data, with null data, beside data", []string{
		"ds.TestEveryAnswerOfThePlatformHasItsKind/unknown field", "ds.TestEveryAnswerOfThePlatformHasItsKind/data null alone",
		"ds.TestEveryAnswerOfThePlatformHasItsKind/unknown démarche", "ds.TestARootErrorBesideWholeNodes",
		"sandbox.TestEachFaultOnTheWire", "relais.TestMalformedAnswers/null data with an error",
	}, ""},
	{5, "timeouts without code, or between rows and pageInfo", []string{
		"ds.TestEveryAnswerOfThePlatformHasItsKind/timeout without code", "ds.TestATimeoutBeforePageInfo",
		"ds.TestATimeoutAfterPageInfoKeepsTheCursor", "ds.TestPagesAskTheCursorFirstAndAHundredRows",
		"graphql.TestTimeoutHalfWay", "sandbox.TestATimeoutTakesThePageInfoThatComesAfter",
		"relais.TestTroubleThatEndsInTime/timeout with partial data", "relais.TestTroubleThatLasts",
	}, ""},
	{6, "null rows, once or for ever", []string{
		"ds.TestNullNodesAreNamed", "ds.TestANullNodeWithoutError", "ingest.TestTwoBadDossiersAmongTwoHundredStopNobody",
		"ingest.TestACaseSaysWhySinceWhenAndWhenNext", "app.TestARefusedTokenAndABadDossierAreOneMail", "relais.TestTwoUnreadableDossiers",
	}, ""},
	{7, "a dossier that breaks every request, by its demandeur or a retyped champ", []string{
		"ingest.TestARetypedChampFailsAlone", "ingest.TestWhatBreaksCarelessReadersIsRead", "ingest.TestOnlyBadDossiersAreNoReasonToStop",
		"ds.TestContractEveryTypeHasAFragmentAndADecoding", "sandbox.TestPersonneMoraleIncompleteNeedsItsFragment",
		"sandbox.TestAnUnreadableValueFailsTheWholeRequest", "relais.TestTwoUnreadableDossiers",
	}, ""},
	{8, "a link to a dossier that the token may not see", []string{
		"ds.TestQueriesAvoidThePlatformsTraps", "ingest.TestWhatBreaksCarelessReadersIsRead",
		"sandbox.TestALinkToAForeignDossierIsAnErrorAtTheRoot",
	}, ""},
	{9, "null, empty and unmoved cursors, pages of none", []string{
		"ds.TestAnEmptyPageHasNoCursor", "ds.TestALowerBoundAndNoEmptyCursorAreAlwaysSent", "ds.TestPageSizesAreBounded",
		"ds.TestAPageThatLeadsNowhere", "ingest.TestAnEmptyPageKeepsThePosition",
		"ingest.TestACursorThatDoesNotMoveIsAnErrorAndNotALoop", "sandbox.TestPageInfo",
	}, ""},
	{10, "full pages, and more than a page in one second", []string{
		"ingest.TestPagesOfExactlyAHundred", "ingest.TestManyDossiersOfOneSecond", "sandbox.TestAHundredAtMost",
		"sandbox.TestManyDossiersWithOneInstantAreNeitherLostNorRepeated",
	}, ""},
	{11, "a cursor of another order, or refused", []string{
		"ds.TestALowerBoundAndNoEmptyCursorAreAlwaysSent", "ingest.TestCursorsAreAllOfOneOrder",
		"ingest.TestACursorThatIsNoLongerUnderstood", "sandbox.TestExclusiveArgumentsAndBadCursors", "sandbox.FuzzDecodeCursor",
	}, ""},
	{12, "a late commit behind the cursor", []string{
		"ingest.TestALateCommitInsideTheOverlapIsNotMissed", "ingest.TestALateCommitBehindAPassCutShortIsNotMissed",
		"sandbox.TestALateCommitIsBehindTheCursor", "sim.TestSeed", "sim.TestPlantedBugs",
	}, ""},
	{13, "a dossier that changes, leaves or moves between its listing and its reading", []string{
		"ingest.TestADossierThatMovesBetweenItsListingAndItsReading", "ingest.TestAPageThatChangesWhileItIsIsolatedLosesNothing",
		"ingest.TestHintsAreFollowedOnceEach", "ingest.TestEveryCaseIsTriedWhenAsked",
	}, ""},
	{14, "changes that no date tells", []string{
		"ingest.TestSilentChangesWaitForTheSweep", "ingest.TestALateAttestationIsNoChange", "ingest.TestASweepFindsWhatNoDateTells",
		"ingest.TestABoundChampThatDisappearsIsToldOnceAndFailsNobody", "sandbox.TestSilentChangesAreNotSeenByUpdatedSince",
	}, "the attestation is not read, so its arrival is no change"},
	{15, "our own annotation comes back", []string{
		"ingest.TestAnAnnotationOfOursComesBackOnce", "deadline.TestCarryKeepsTheProgressOfTheSameDate", "notify.TestRemindTwiceAddsNothing",
	}, ""},
	{16, "the ways a dossier leaves, and comes back", []string{
		"ingest.TestPendingThenRestoredThenPurged", "ingest.TestTheEndOfRetentionErasesLikeAPurge", "ingest.TestFromExpiryToPurge",
		"ingest.TestAnAccountDeletedIsAPurgeWithoutNotice", "ingest.TestASweepErasesWhatWasPurgedLongAgo",
		"ingest.TestOneNumberInBothListsIsPurged", "ds.TestDeletionRowsHaveNoOtherName",
		"sandbox.TestATermineHiddenByOneSideWaitsForTheOther", "relais.TestRemovalByTheTwoLists",
	}, ""},
	{17, "réexamen, then back en construction", []string{
		"ingest.TestARéexamenAllTheWayBack", "ingest.TestARéexamenStopsTheRetention", "deadline.TestAReexamenDoesNotBringTheSilenceBack",
		"deadline.TestExpirationOfFinishedDossiersOnly", "notify.TestAReexaminedDossierIsNotRemindedOf", "sandbox.TestReexamen",
	}, ""},
	{18, "two states within a second, webhooks in any order", []string{
		"ingest.TestAcceptedInTheSecondOfItsDeposit", "ingest.TestAHintOlderThanACompletePassIsCovered",
		"ingest.TestAHintAndAPageNeverOverwriteTheNewer", "sandbox.TestWebhooksLostDoubledAndOutOfOrder", "relais.TestWebhookIsFollowedAtOnce",
	}, ""},
	{19, "webhooks that are forged, repeated, unknown, odd or huge", []string{
		"app.TestWebhooksThroughTheirTrueReader", "app.TestAForgedWebhookIsNobody", "ds.TestWebhookInItsTwoPlacesAndTwoTimes",
		"ds.TestWebhookRefuses", "ds.FuzzReadHint", "ingest.TestHintsAreFollowedOnceEach",
	}, ""},
	{20, "the burst at the deposit deadline, the jobs of the night", []string{
		"ingest.TestTheBurstAtTheDepositDeadline", "ingest.TestFromExpiryToPurge", "sandbox.TestTheBurstAtTheDepositDeadline",
		"sandbox.TestAPlannedDeadlineStrikesAtMidnightInParis",
	}, "SVA and SVR dates are kept and nothing rests on them: a call is judged by its own silence"},
	{21, "nights of the time change, dates without a time", []string{
		"deadline.TestSilentRejectionIsCountedFromTheDayOfReceipt", "deadline.TestSteps", "deadline.TestStatus",
		"judge.TestLifetimeOfADossier", "call.TestAmbiguousHourIsTheLaterOne", "call.TestParseRefuses",
		"ds.TestEveryChampTypeFullAndEmpty", "ds.TestTheLifeOfADossier", "sim.TestSeed",
	}, ""},
	{22, "deleted accounts, mandataires", []string{
		"notify.TestNoUsagerIsEverWrittenTo", "notify.TestNeitherMandataireNorDeletedAccountIsWrittenTo",
		"ds.TestAMandataireIsNotTheDemandeur", "ds.TestTheLifeOfADossier", "ingest.TestSilentChangesWaitForTheSweep/account deleted",
	}, ""},
	{23, "no follower; groupes empty, closed, several, or the default one; a new address", []string{
		"notify.TestWhomADossierConcerns", "notify.TestWhomACallConcerns", "notify.TestAnInstructeurOfSeveralGroupesHasOneMail",
		"notify.TestAnAddressThatChangedMeanwhile", "notify.TestAClosedGroupeAndTheDefaultOne", "notify.TestUnreachableDossiersHideNobody",
		"notify.TestAStepGoesToWhoeverIsConcernedNow",
	}, ""},
	{24, "a form that changes under its bindings", []string{
		"ingest.TestABoundChampThatDisappearsIsToldOnceAndFailsNobody", "ingest.TestARetypedOrRenamedChampIsToldToo",
		"ingest.TestWhatLeavesTheFormLeavesOurCopy", "call.TestMovedChampsAreTheSame", "call.TestCheckBindings",
		"call.TestBindDoubtsRatherThanGuesses/two champs of the same label", "validate.TestADriftedChampNeverFails",
		"validate.TestV50ChefDeFile", "ds.TestRowsOfARepetition", "ds.TestTheFormOfAllRevisions", "ds.TestAnotherVersionOfTheSchemaIsRead",
	}, ""},
	{25, "extreme values: empty, huge, hostile", []string{
		"ds.TestEveryChampTypeFullAndEmpty", "ds.TestNormalisedText", "ds.FuzzNormalise", "ds.FuzzDecodeChamp",
		"ingest.TestTenMegabytesOfText", "validate.TestLongNamesAreCut", "judge.TestHostileTextsAreData",
		"letter.TestNoTextOfACandidateInTheSubject", "letter.FuzzShown", "letter.TestNamesDoNotFillAMail",
		"mime.TestHeaderInjection", "ics.FuzzTexts", "sheet.FuzzNoCellIsAFormula", "console.TestPagesAreWellFormed",
		"relais.TestHundredHostileDossiers",
	}, ""},
	{26, "files of every kind", []string{
		"ds.TestFilesOfEveryKind", "ds.TestNothingSecretIsKept", "ds.TestQueriesAvoidThePlatformsTraps",
		"dossier.TestEveryStoredFieldIsInTheFingerprint", "ingest.TestSilentChangesWaitForTheSweep/infected file",
	}, "files are described and never downloaded: no link can expire, no size can hurt"},
	{27, "a token used from the wrong address", []string{
		"desk.TestTheFirstUseOfATokenFromANetworkWantsConsent", "ds.TestShownNetwork", "app.TestEachRefusalIsItsOwnAlarm",
		"relais.TestCheckNamesEachTrouble/refused network", "relais.TestCheckNamesEachTrouble/refused network, IPv6",
	}, ""},
	{28, "mutations refused, in part, or whose answer is lost", []string{
		"ds.TestAnnotationsThatThePlatformRefuses", "ds.TestALostAnswerIsNotSentAgain", "ds.TestRefusalsAreLookedForInThreePlaces",
		"ds.TestOnlyOneMutationExists", "sandbox.TestAnnotationsAreNotTransactional",
	}, "labels, states and messages are never written: annotations are the only mutation"},
	{29, "a démarche that closes, opens, leaves the token, goes, or is cloned", []string{
		"ingest.TestADemarcheThroughItsStates", "judge.TestAClonedDemarcheHasItsOwnCalls", "ingest.TestHintsAreFollowedOnceEach",
		"app.TestEachRefusalIsItsOwnAlarm", "ds.TestADemarcheAndItsGroupes", "relais.TestWebhookIsFollowedAtOnce",
	}, ""},
	{30, "states, types and fields that nobody knows yet", []string{
		"ingest.TestWordsNobodyKnowsYetAreKept", "ds.TestUnknownTypesAreReportedOnce", "ds.TestTheLogHearsOfANewTypeOnce",
		"ds.TestAnotherVersionOfTheSchemaIsRead", "validate.TestV12LegalPerson", "console.TestOverview",
	}, ""},
	{31, "two passes at once, a pass cut in the middle", []string{
		"ingest.TestAHeldLeaseStopsAPassBeforeItAsksAnything", "ingest.TestAPassThatLostItsLeaseStops",
		"ingest.TestACrashBetweenDataAndPositionRepeatsAndLosesNothing", "ingest.TestAPassCutShortIsResumedInTheMiddle",
		"relais.TestKilledAtAnyMoment", "sim.TestSeed", "sim.TestPlantedBugs",
	}, ""},
	{32, "messages: automatic, withdrawn, corrections that overlap", []string{
		"deadline.TestSuspensions/withdrawn", "deadline.TestSuspensions/two that overlap count once", "ds.TestTheLifeOfADossier",
		"ds.TestNothingSecretIsKept", "sandbox.TestACorrectionFromAskToAnswer",
	}, "messages are read for their corrections, without text or author: an automatic copy has nothing to be mistaken for"},
	{33, "avis dated without an answer, or revoked", []string{
		"ds.TestOnlyAnAnswerMakesAnAvis", "ds.TestTheLifeOfADossier",
	}, "no rule and no reminder rests on an avis, so a revoked one misleads nobody"},
	{34, "expired: in no list, not found, not erased", []string{
		"ingest.TestFromExpiryToPurge", "ingest.TestWhatIsInNoListIsMissingAndComesBack", "notify.TestAMissingDossierIsNotRemindedOf",
		"deadline.TestStatus", "relais.TestVanishedDossierIsMissing",
	}, ""},
	{35, "over the complexity limit", []string{
		"ingest.TestAPageTooBigIsReadInSmallerOnes", "ingest.TestAnAnswerTooLargeIsReadInPieces",
		"ds.TestComplexityStaysUnderThePlatformsBudget", "ds.TestEveryAnswerOfThePlatformHasItsKind/too complex", "graphql.TestCostOfFullPages",
	}, ""},
}

// howMany cases there are.
const howMany = 35

// TestEveryEdgeCaseIsProven: each case, once, has a proof that exists or a reason
// why it cannot apply.
func TestEveryEdgeCaseIsProven(t *testing.T) {
	tests := testsOfTheTree(t)
	seen := map[int]bool{}
	for _, c := range edgeCases {
		if c.number < 1 || c.number > howMany || seen[c.number] {
			t.Errorf("case %d: unknown, or twice", c.number)
		}
		seen[c.number] = true
		for _, problem := range tests.problems(c) {
			t.Errorf("case %d (%s): %s", c.number, c.what, problem)
		}
	}
	if len(seen) != howMany {
		t.Errorf("%d cases, want %d", len(seen), howMany)
	}
}

// TestProofsCanBeMissing keeps the test above honest.
func TestProofsCanBeMissing(t *testing.T) {
	tests := testsOfTheTree(t)
	for name, c := range map[string]edgeCase{
		"neither":         {},
		"no such test":    {proofs: []string{"ds.TestNothingOfTheKind"}},
		"no such package": {proofs: []string{"nowhere.TestArrows"}},
		"no such subtest": {proofs: []string{"app.TestArrows/nothing of the kind" + strconv.Itoa(howMany)}},
		"named twice":     {proofs: []string{"app.TestArrows", "app.TestArrows"}},
	} {
		if got := tests.problems(c); len(got) != 1 {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := tests.problems(edgeCase{proofs: []string{"app.TestArrows"}}); got != nil {
		t.Errorf("a good one: %q", got)
	}
}

// testFile is what a proof may name in one file: subtests have their names in
// texts.
type testFile struct{ texts map[string]bool }

// index is the tests of the tree, by package.Test.
type index map[string]testFile

func (x index) problems(c edgeCase) (problems []string) {
	if len(c.proofs) == 0 && c.not == "" {
		return []string{"neither proof nor reason"}
	}
	seen := map[string]bool{}
	for _, proof := range c.proofs {
		name, sub, parts := strings.Cut(proof, "/")
		file, known := x[name]
		switch {
		case seen[proof]:
			problems = append(problems, proof+" is named twice")
		case !known:
			problems = append(problems, proof+" does not exist any more")
		case parts && !file.texts[sub]:
			problems = append(problems, proof+": no such subtest any more")
		}
		seen[proof] = true
	}
	return problems
}

// testsOfTheTree parses every test file.
func testsOfTheTree(t *testing.T) index {
	t.Helper()
	root := "../.."
	tests := index{}
	for _, top := range []string{"internal", "functions"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(name, "_test.go") {
				return err
			}
			return tests.add(name)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return tests
}

func (x index) add(name string) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	file := testFile{map[string]bool{}}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
			if value, err := strconv.Unquote(text.Value); err == nil {
				file.texts[value] = true
			}
		}
		return true
	})
	pkg := path.Base(filepath.ToSlash(filepath.Dir(name)))
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
			x[pkg+"."+f.Name.Name] = file
		}
	}
	return nil
}
