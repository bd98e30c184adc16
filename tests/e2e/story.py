# SPDX-License-Identifier: EUPL-1.2
"""Given, when, then: what a coordinator and the regions do, and what is so afterwards.

Everything goes over HTTP. Each agreement has an employer and a title of its own, so that no
story depends on another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from shared.contracts.reference import region_codes
from tests import iss
from tests.e2e.door import Door, Json, done
from tests.waiting import wait_until

ZWOLLE, DRECHTSTEDEN, ZUID_LIMBURG = "AM36", "AM23", "AM30"
RECEIVED, PENDING = "received", "pending"
SECONDS = 60.0

ISS = iss.TERMS
SIGNATURES: Mapping[str, str] = {"signedOn": "2026-12-10", "employerSignedOn": "2026-12-15"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement of a story."""

    id: str
    title: str
    employer_id: str

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/agreements/{self.id}"


# A name has letters only: nine of its digits could read as a BSN, which is refused.
_AS_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def own_name(of: str) -> str:
    """Give a name that no other story uses."""
    return f"{of} {uuid4().hex[:12].translate(_AS_LETTERS)}"


class Given:
    """What was there before the story begins."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._when = When(door)
        self._then = Then(door)

    def employer(self) -> Json:
        """Register an employer."""
        body = {"name": own_name("ISS Facility Services")}
        return done(self._door.ask("POST", "/employers", body), 201)

    def draft(
        self, regions: Iterable[str] | str = (), *, employer: Json | None = None, **terms: object
    ) -> Agreement:
        """Register an agreement with the terms of ISS, except for those that are given."""
        employer_id = (employer or self.employer())["id"]
        title = own_name("Landelijke samenwerkingsafspraken ISS Facility Services")
        invited = regions if isinstance(regions, str) else sorted(regions)
        said = {**ISS, **iss.CONSENT, "title": title, **terms}
        body = {**said, "employerId": employer_id, "participants": invited}
        registered = done(self._door.ask("POST", "/agreements", body), 201)
        return Agreement(registered["id"], registered["title"], employer_id)

    def published_agreement(
        self, regions: Iterable[str] | str = (), *, employer: Json | None = None, **terms: object
    ) -> Agreement:
        """Publish an agreement, and wait until every region that takes part holds it."""
        agreement = self.draft(regions, employer=employer, **terms)
        self._when.published(agreement)
        self._then.in_force_everywhere(agreement)
        return agreement

    def acceptance(self, agreement: Agreement, region: str) -> None:
        """Have a region sign, and wait until the owner has recorded it."""
        self._when.signed(agreement, region)
        decision = self._then.decision_answered(agreement, region)
        assert decision["state"] == "recorded", decision


class When:
    """What somebody does; it must succeed."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def published(self, agreement: Agreement, **said: object) -> Json:
        """Publish the draft."""
        return self._step(agreement, "publications", said)

    def amended(self, agreement: Agreement, change: str = "material", **fields: object) -> Json:
        """Draft the next version."""
        body = {"change": change, **iss.CONSENT, **fields}
        return self._step(agreement, "amendments", body, 201)

    def new_version(self, agreement: Agreement, change: str = "material", **fields: object) -> Json:
        """Draft the next version and publish it."""
        self.amended(agreement, change, **fields)
        return self.published(agreement)

    def suspended(self, agreement: Agreement, reason: str) -> Json:
        """Suspend the agreement."""
        return self._step(agreement, "suspensions", {"reason": reason})

    def resumed(self, agreement: Agreement, reason: str) -> Json:
        """Resume the agreement."""
        return self._step(agreement, "resumptions", {"reason": reason})

    def ended(self, agreement: Agreement, reason: str, **said: object) -> Json:
        """End the agreement."""
        return self._step(agreement, "endings", {"reason": reason, **said})

    def edited(self, agreement: Agreement, **fields: object) -> Json:
        """Change the draft."""
        body = {**iss.CONSENT, **fields}
        etag = self._door.etag(agreement.path)
        return done(self._door.ask("PATCH", agreement.path, body, etag=etag))

    def withdrawn(self, agreement: Agreement, reason: str) -> Json:
        """Withdraw the draft."""
        etag = self._door.etag(agreement.path)
        return done(self._door.ask("DELETE", agreement.path, {"reason": reason}, etag=etag))

    def invited(self, agreement: Agreement, *regions: str) -> Json:
        """Invite regions."""
        return self._step(agreement, "participants", {"regions": list(regions)})

    def left(self, agreement: Agreement, region: str, reason: str = "op eigen verzoek") -> Json:
        """Let a region leave."""
        path = f"{agreement.path}/participants/{region}"
        etag = self._door.etag(agreement.path)
        return done(self._door.ask("DELETE", path, {"reason": reason}, etag=etag))

    def decided(self, agreement: Agreement, region: str, decision: str, **said: object) -> Json:
        """Submit a region's decision, to be answered by the owner later."""
        path = f"/regions/{region}{agreement.path}/decisions"
        return done(self._door.ask("POST", path, {"decision": decision, **said}), 202)

    def signed(self, agreement: Agreement, region: str, **said: object) -> Json:
        """Submit that a region accepts, with both signatures."""
        return self.decided(agreement, region, "accepted", **{**SIGNATURES, **said})

    def _step(self, agreement: Agreement, step: str, said: object, status: int = 200) -> Json:
        etag = self._door.etag(agreement.path)
        return done(self._door.ask("POST", f"{agreement.path}/{step}", said, etag=etag), status)


class Then:
    """What is so; where it comes by message, the question waits for it."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def agreement(self, agreement: Agreement) -> Json:
        """Read the agreement."""
        return self._door.get(agreement.path)

    def progress(self, agreement: Agreement) -> Json:
        """Read how far the newest state is."""
        found: Json = self._door.get(f"{agreement.path}/deliveries")["progress"]
        return found

    def deliveries(self, agreement: Agreement, **filters: str | int) -> list[Json]:
        """Read the ledger."""
        return self._door.every(f"{agreement.path}/deliveries", **filters)

    def ledger(self, agreement: Agreement) -> dict[str, str]:
        """Give the state of the newest delivery, by region."""
        return {one["region"]: one["state"] for one in self.deliveries(agreement)}

    def in_force_everywhere(self, agreement: Agreement, sequence: int | None = None) -> None:
        """Wait until every region that takes part holds the newest state."""
        self._door.get(agreement.path)

        def complete() -> bool:
            progress = self.progress(agreement)
            assert sequence is None or progress["sequence"] >= sequence, progress
            assert progress["received"] == progress["recipients"], progress
            return True

        wait_until(complete, SECONDS)

    def held(self, agreement: Agreement, region: str) -> Json | None:
        """Read a region's own copy; None when it holds none."""
        response = self._door.ask("GET", f"/regions/{region}{agreement.path}")
        return None if response.status_code == 404 else done(response)

    def copy(self, agreement: Agreement, region: str) -> Json:
        """Read the copy that a region must hold."""
        found = self.held(agreement, region)
        assert found is not None, f"{region} holds no copy of {agreement.id}"
        return found

    def holders(self, agreement: Agreement) -> dict[str, tuple[int, str]]:
        """Ask all 35 regions: give the sequence and the hash that each of them holds."""
        copies = {region: self.held(agreement, region) for region in region_codes()}
        return {region: (copy["sequence"], copy["hash"]) for region, copy in copies.items() if copy}

    def participants(self, agreement: Agreement) -> dict[str, Json]:
        """Give who takes part, and how far each of them is."""
        found = self._door.every(f"{agreement.path}/participants")
        return {one["region"]: one for one in found}

    def standings(self, agreement: Agreement) -> dict[str, tuple[str, int | None]]:
        """Give the standing of each participant and the version that it accepted."""
        found = self.participants(agreement).values()
        return {one["region"]: (one["status"], one["version"]) for one in found}

    def decision_answered(self, agreement: Agreement, region: str) -> Json:
        """Wait until the owner's answer to a region's decision has come back to the region."""

        def answered() -> Json:
            decision: Json | None = self.copy(agreement, region)["decision"]
            assert decision is not None
            assert decision["state"] != "submitted", decision
            return decision

        return wait_until(answered, SECONDS)

    def told(self, agreement: Agreement, region: str, status: str) -> Json:
        """Wait until a region knows this of its own part."""

        def known() -> Json:
            part: Json | None = self.copy(agreement, region)["participation"]
            assert part is not None
            assert part["status"] == status, part
            return part

        return wait_until(known, SECONDS)

    def history(self, agreement: Agreement) -> list[Json]:
        """Give what was done, the oldest first."""
        return self._door.every(f"{agreement.path}/history")[::-1]
