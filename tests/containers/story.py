# SPDX-License-Identifier: EUPL-1.2
"""The story of seed S3 and `schakel demo`, told to the gateway of the containers.

Run in the gateway's own network, where the issuer is too: `python -m tests.containers.story HOME
CLOCK`, with SSL_CERT_FILE naming the authority whose certificates are believed.
"""

import json
import subprocess
import sys
from pathlib import Path

from services.cli.tokens import local_tokens
from tests.containers.machine import say
from tests.e2e.door import Door
from tests.e2e.story import DRECHTSTEDEN, ZWOLLE, Given, Then, When
from tests.e2e.test_story_of_iss import (
    SIGNED,
    STARTS,
    Clock,
    Story,
    concept_is_commented_and_published,
    counts_tell_no_group,
    place_is_handed_over,
    places_are_called_for,
    somebody_starts,
    support_is_found,
    work_lasts,
)

GATEWAY = "https://127.0.0.1:8080"
SCHAKEL = (sys.executable, "-W", "ignore", "-m", "services.cli.main")


def main_job() -> None:
    """Carry the agreement of ISS to its regions by the command line, and prove it."""
    argv = [*SCHAKEL, "demo", "--json", "--measure", "3", "--url", GATEWAY]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["proven"] is True
    assert set(told["held"]) == {ZWOLLE, DRECHTSTEDEN}


def story_of_iss(home: Path, clock: Clock) -> None:
    """Go from the concept to work that lasts, as tests/e2e does on the local stack."""
    with Door(GATEWAY, local_tokens(home)) as door:
        story = Story(door, Given(door), When(door), Then(door), clock)
        agreement = concept_is_commented_and_published(story)
        story.when.signed(agreement, ZWOLLE, **SIGNED)
        story.then.told(agreement, ZWOLLE, "accepted")
        story.joins(agreement, DRECHTSTEDEN)
        first, second, *_ = places_are_called_for(story, agreement)
        somebody_starts(story, agreement, first)
        support_is_found(story, agreement, first)
        place_is_handed_over(story, agreement, second)
        work_lasts(story, first)
        counts_tell_no_group(story, agreement)


def main(home: Path, clock: Path) -> int:
    """Tell both, and say so."""
    main_job()
    say("  schakel demo: proven")
    story_of_iss(home, Clock(clock, STARTS))
    say("  the story of ISS, from the concept to work that lasts: told")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
