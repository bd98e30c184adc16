# SPDX-License-Identifier: EUPL-1.2
"""The story of seed S3, from the concept to work that lasts, and what nobody may read in it.

The seed names the regions, the employer, the provider and the groups. The days, and the places
offered, are examples. Months pass by the clock's file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.cli.tokens import COORDINATOR, Identity
from shared.contracts.topology import SERVICES
from shared.runtime.leaks import leaks_of_database, leaks_of_texts
from tests import iss
from tests.e2e.door import Door, Json, done
from tests.e2e.story import DRECHTSTEDEN, SECONDS, ZWOLLE, Agreement, Given, Then, When
from tests.servers import Records, RunningStack
from tests.waiting import wait_until
from tests.whose import employer, manager, officer, provider

DORDRECHT, ZWOLLE_ITSELF = "GM0505", "GM0193"
STARTS = datetime(2026, 12, 1, 9, tzinfo=UTC)
SIGNED = {"signedOn": "2026-12-01", "employerSignedOn": "2026-12-01"}
# What the region knows of its candidate, and nobody else may.
HEALTH, GROUP = "ggz", "statushouders"


@dataclass(slots=True)
class Clock:
    """The clock that every service of the story reads."""

    file: Path
    now: datetime = STARTS

    def set(self, moment: datetime) -> None:
        """Let it be that moment, at once for everybody."""
        self.now = moment
        fresh = self.file.with_suffix(".new")
        fresh.write_text(moment.isoformat(), encoding="utf-8")
        fresh.replace(self.file)

    def pass_to(self, day: date) -> None:
        """Let it be nine o'clock on a later day."""
        self.set(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))

    @property
    def today(self) -> date:
        """The day that it is."""
        return self.now.date()


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    """Give the clock of this story, at its beginning."""
    folder = tmp_path_factory.mktemp("clock")
    folder.parent.chmod(0o755)
    folder.chmod(0o755)
    clock = Clock(folder / "now")
    clock.set(STARTS)
    return clock


@pytest.fixture(scope="module")
def lines() -> Records:
    """Take down what every process of this story says."""
    return Records()


@pytest.fixture(scope="module")
def stack(
    home_folder: Callable[[str], Path], lines: Records, clock: Clock
) -> Iterator[RunningStack]:
    """Give a stack whose clock is the story's."""
    running = RunningStack(
        home_folder("story"), lines, SCHAKEL_CLOCK_FILE=str(clock.file), SCHAKEL_LOG_LEVEL="debug"
    )
    running.stack.start()
    yield running
    running.stack.stop()


@dataclass(slots=True)
class Act:
    """Somebody in a role, and what they do."""

    door: Door
    who: Identity

    def does(self, path: str, body: object, status: int = 200, *, at: str | None = None) -> Json:
        """Take a step on the newest revision of what it is about; it must succeed."""
        etag = None if at is None else self.door.etag(at)
        return done(self.door.ask("POST", path, body, etag=etag, as_=self.who), status)

    def soon_does(self, path: str, body: object, status: int) -> Json:
        """Take a step that needs word from another service, which is on its way."""

        def taken() -> httpx.Response:
            answer = self.door.ask("POST", path, body, as_=self.who)
            assert answer.status_code == status, answer.text
            return answer

        return done(wait_until(taken, SECONDS), status)

    def sees(self, path: str) -> Json:
        """Read what stands there."""
        return done(self.door.ask("GET", path, as_=self.who))

    def soon_sees(self, path: str, **facts: object) -> Json:
        """Wait until these facts stand there."""

        def seen() -> Json:
            found = self.sees(path)
            assert {name: found[name] for name in facts} == facts, found
            return found

        return wait_until(seen, SECONDS)


@dataclass(slots=True)
class Story:
    """Who takes part, and what became of it."""

    door: Door
    given: Given
    when: When
    then: Then
    clock: Clock
    slw: Act = field(init=False)

    def __post_init__(self) -> None:
        """Have the coordinator there from the beginning."""
        self.slw = Act(self.door, COORDINATOR)

    def officer(self, region: str) -> Act:
        """Give somebody at a region's desk."""
        return Act(self.door, officer(region))

    def decides(self, region: str, placement: str, decision: str, **said: object) -> Json:
        """Submit a region's decision on a place, and wait for the owner's word on it."""
        path, officer = f"/regions/{region}/placements/{placement}", self.officer(region)
        officer.does(f"{path}/decisions", {"decision": decision, **said}, 202)

        def answered() -> Json:
            shown = officer.sees(path)
            assert shown["decision"]["state"] == "recorded", shown["decision"]
            return shown

        return wait_until(answered, SECONDS)

    def joins(self, agreement: Agreement, region: str) -> None:
        """Invite a region, and have it sign."""
        self.when.invited(agreement, region)
        self.then.told(agreement, region, "invited")
        self.when.signed(agreement, region, **SIGNED)
        self.then.told(agreement, region, "accepted")


@pytest.fixture
def story(door: Door, given: Given, when: When, then: Then, clock: Clock) -> Story:
    """Give everybody who takes part."""
    return Story(door, given, when, then, clock)


def test_agreement_of_iss_from_the_concept_to_work_that_lasts(
    story: Story, stack: RunningStack, lines: Records
) -> None:
    agreement = concept_is_commented_and_published(story)
    story.when.signed(agreement, ZWOLLE, **SIGNED)
    story.then.told(agreement, ZWOLLE, "accepted")
    story.joins(agreement, DRECHTSTEDEN)

    first, second, *_ = places_are_called_for(story, agreement)
    secret = somebody_starts(story, agreement, first)
    support_is_found(story, agreement, first)
    place_is_handed_over(story, agreement, second)
    work_lasts(story, first)

    counts_tell_no_group(story, agreement)
    nothing_leaked(stack, lines, secret, story.clock.today)
    candidate_is_forgotten(story, stack, lines, secret)


def concept_is_commented_and_published(story: Story) -> Agreement:
    """Put the concept to Zwolle, hear it, and publish with the employer's consent."""
    agreement = story.given.draft({ZWOLLE})
    story.slw.does(f"{agreement.path}/consultations", {}, at=agreement.path)
    zwolle = story.officer(ZWOLLE)

    def heard() -> Json:
        held = zwolle.sees(f"/regions/{ZWOLLE}/consultations")["items"]
        assert held, "not heard of yet"
        return dict(held[0])

    assert wait_until(heard, SECONDS)["agreementId"] == agreement.id
    text = "Graag ook projecten noemen"
    zwolle.does(f"{agreement.path}/comments", {"region": ZWOLLE, "text": text}, 201)

    [comment] = story.slw.sees(f"{agreement.path}/comments")["items"]
    assert (comment["region"], comment["text"], comment["version"]) == (ZWOLLE, text, 1)
    story.when.published(agreement)
    story.then.in_force_everywhere(agreement)
    return agreement


def places_are_called_for(story: Story, agreement: Agreement) -> list[str]:
    """Call for five places in two regions; give those of Drechtsteden."""
    buyer = Act(story.door, employer(agreement.employer_id))
    needed_by = (story.clock.today + timedelta(days=60)).isoformat()
    line = {"function": "Medewerker schoonmaak", "sector": "facilitair", "hoursPerWeek": 25.5}
    call = buyer.soon_does(
        "/calls",
        {
            "agreementId": agreement.id,
            "lines": [
                {
                    **line,
                    "workplace": {"municipality": municipality},
                    "neededBy": needed_by,
                    "places": places,
                }
                for municipality, places in ((DORDRECHT, 3), (ZWOLLE_ITSELF, 2))
            ],
        },
        201,
    )
    assert (call["places"], sorted(call["regions"])) == (5, [DRECHTSTEDEN, ZWOLLE])
    here = [one["id"] for one in call["placements"] if one["region"] == DRECHTSTEDEN]
    for placement in here:
        story.slw.soon_sees(f"/placements/{placement}", state="offered", delivery="received")
    return here


def somebody_starts(story: Story, agreement: Agreement, placement: str) -> str:
    """Find somebody, who starts with a buddy; give the reference that only the region knows."""
    path, officer = f"/placements/{placement}", story.officer(DRECHTSTEDEN)
    buyer = Act(story.door, employer(agreement.employer_id))
    story.decides(DRECHTSTEDEN, placement, "picked-up")
    story.slw.soon_sees(path, state="picked_up")
    references = f"/regions/{DRECHTSTEDEN}/candidate-references"
    reference: str = officer.does(references, {}, 201)["candidateReference"]
    story.decides(
        DRECHTSTEDEN,
        placement,
        "confirmed",
        candidateReference=reference,
        targetGroups=[GROUP, HEALTH],
        inRegister=False,
        criterionMet=True,
        instruments=[{"code": "loonkostensubsidie", "wageValue": 61}],
    )
    story.slw.soon_sees(path, state="confirmed")

    story.clock.pass_to(date(2026, 12, 7))
    buyer.does(f"{path}/starts", {}, at=path)
    officer.does(f"{path}/starts", {}, at=path)

    started = story.slw.soon_sees(path, state="started")
    assert started["start"]["guidance"] == "eigen_buddy"
    return reference


def support_is_found(story: Story, agreement: Agreement, placement: str) -> None:
    """Need more than a buddy: the region pays, and Jobstap accepts."""
    officer = story.officer(DRECHTSTEDEN)
    name = iss.TERMS["guidance"]["specialistProvider"]
    body = {"name": name, "regions": [DRECHTSTEDEN, ZWOLLE]}
    jobstap = story.slw.does("/support-providers", body, 201)
    asked = {
        "placementId": placement,
        "need": "specialistisch",
        "fundedBy": "region",
        "reasonCode": "outgrew_buddy",
    }
    support = officer.soon_does("/support-requests", asked, 201)
    path = f"/support-requests/{support['id']}"
    assert (support["state"], support["agreementId"]) == ("requested", agreement.id)

    approved = officer.does(f"{path}/approvals", {}, at=path)
    assert approved["provider"]["name"] == name
    at_jobstap = Act(story.door, provider(jobstap["id"]))
    at_jobstap.does(f"{path}/acceptances", {}, at=path)

    def beside_the_placement() -> bool:
        shown = story.slw.sees(f"/placements/{placement}")["support"]
        return [(one["provider"], one["state"]) for one in shown] == [(name, "active")]

    wait_until(beside_the_placement, SECONDS)


def place_is_handed_over(story: Story, agreement: Agreement, placement: str) -> None:
    """Hand a place over to a neighbour that takes part; everybody sees the link."""
    neighbour = story.slw.sees(f"/regions/{DRECHTSTEDEN}")["neighbours"][0]
    story.joins(agreement, neighbour)
    story.decides(DRECHTSTEDEN, placement, "picked-up")

    def handed_over() -> Json:
        # The owner of places hears of the neighbour's convenant by message.
        return story.decides(DRECHTSTEDEN, placement, "handed-over", toRegion=neighbour)

    wait_until(handed_over, SECONDS)
    left = story.slw.soon_sees(f"/placements/{placement}", state="handed_over")
    linked = left["link"]["placementId"]
    arrived = story.slw.soon_sees(f"/placements/{linked}", delivery="received")
    assert (arrived["region"], arrived["link"]["placementId"]) == (neighbour, placement)


def work_lasts(story: Story, placement: str) -> None:
    """Check in at one, three and six months, and only the last makes it sustained."""
    path, officer = f"/placements/{placement}", story.officer(DRECHTSTEDEN)
    well = {"outcome": "going_well"}
    for month, day in ((1, date(2027, 1, 7)), (3, date(2027, 3, 8))):
        story.clock.pass_to(day)
        officer.does(f"{path}/check-ins", {"month": month, **well}, at=path)
        assert story.slw.sees(path)["state"] == "started"

    story.clock.pass_to(date(2026, 12, 7) + timedelta(weeks=26, days=1))
    officer.does(f"{path}/check-ins", {"month": 6, **well}, at=path)

    story.slw.soon_sees(path, state="sustained")


def counts_tell_no_group(story: Story, agreement: Agreement) -> None:
    """Count what was reached, and hide who is one of fewer than five."""
    counted = story.slw.sees(f"/placement-counts?agreementId={agreement.id}")
    overall = counted["overall"]
    reached = ("offered", "confirmed", "started", "sustained", "handedOver")
    assert [overall[name] for name in reached] == [6, 1, 1, 1, 1]
    assert overall["groups"] == []
    assert counted["nationalContext"]["jobs"] == 125_000


def nothing_leaked(stack: RunningStack, lines: Records, secret: str, today: date) -> None:
    """Find the candidate in no database but the region's, and in no queue, log or metric."""
    words = [secret, "wageValue", "wage_value"]
    for service in SERVICES:
        hidden = [] if service == "regions" else words
        assert leaks_of_database(stack.database_url(service, "owner"), hidden, today) == {}
    said = list(lines.lines)
    for service in (*SERVICES, "gateway"):
        figures = httpx.get(f"{stack.admin_url(service)}/metrics").text.splitlines()
        # A value is a measure, of which nine digits may pass for anything.
        said += [line.rpartition(" ")[0] for line in figures]
    assert leaks_of_texts("said", said, [*words, f'"{HEALTH}"'], today=today) == {}
    wait_until(lambda: not any(map(int, _messages(stack))), SECONDS)


def candidate_is_forgotten(story: Story, stack: RunningStack, lines: Records, secret: str) -> None:
    """Forget the candidate on the candidate's word, and find the reference nowhere any more."""
    path = f"/regions/{DRECHTSTEDEN}/candidate-references/erasures"
    asked = Act(story.door, manager(DRECHTSTEDEN)).does(path, {"candidateReference": secret})
    told = story.slw.sees(f"/operations/retention?region={DRECHTSTEDEN}")

    assert asked["files"] == 1
    [erasure] = [one for one in told["forgotten"] if one["cause"] == "erasure"]
    assert (erasure["region"], erasure["candidates"]) == (DRECHTSTEDEN, 1)
    for service in SERVICES:
        url = stack.database_url(service, "owner")
        assert leaks_of_database(url, [secret], story.clock.today) == {}
    assert leaks_of_texts("said", lines.lines, [secret], story.clock.today) == {}
    wait_until(lambda: not any(map(int, _messages(stack))), SECONDS)


def _messages(stack: RunningStack) -> list[str]:
    """Count what waits in each queue; a stream keeps what was read, and no message of a service."""
    said = stack.ctl("list_queues", "-p", "schakel", "--silent", "type", "messages").splitlines()
    rows = [line.split() for line in said]
    return [row[1] for row in rows if row[0] != "stream" and row[1].isdigit()]
