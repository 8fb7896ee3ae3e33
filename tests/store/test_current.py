"""What a store remembers of current rows is what a store that was opened just now reads."""

from dataclasses import replace

from tests.store.samples import CLOCK, day, decision, revision, rows
from tidegauge.core.decision import Verdict
from tidegauge.store.store import Store

INPUTS = "inputs"


def test_a_store_sees_what_another_process_wrote(url: str) -> None:
    """Revisions and decisions that are new, changed, changed back, filled in before, or of somebody else."""
    with Store.open(url) as mine, Store.open(url) as other:
        for number, facts in ((3, "a"), (4, "a"), (3, "b"), (1, "a"), (3, "a"), (3, "a")):
            other.profiles.put("s", INPUTS, [(day(number), revision(number, facts), rows(number))])
            fine = replace(decision(number, facts), verdict=Verdict.FINE)
            other.decisions.commit(fine, b"", as_of=CLOCK)
            with Store.open(url) as fresh:
                assert list(mine.profiles.revisions("s", INPUTS).items()) == list(
                    fresh.profiles.revisions("s", INPUTS).items()
                )
                assert list(mine.decisions.evidences("m", INPUTS).items()) == list(
                    fresh.decisions.evidences("m", INPUTS).items()
                )
                assert mine.decisions.outlines("m", INPUTS) == fresh.decisions.outlines("m", INPUTS)
        assert mine.profiles.revisions("s", INPUTS)[day(3)] == revision(3, "a")
        mine.profiles.revisions("s", INPUTS).clear()
        assert len(mine.profiles.revisions("s", INPUTS)) == 3, "what is handed out is the caller's own"
