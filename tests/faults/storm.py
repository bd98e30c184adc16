# SPDX-License-Identifier: EUPL-1.2
"""A storm: many agreements at once, each for all 35 regions, by a client that never gives up."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from services.cli.tokens import Bearer, Tokens
from tests import iss
from tests.waiting import wait_until
from tests.whose import usual

Json = dict[str, Any]
AT_ONCE = 8
TERMS: Json = {
    "targetGroups": ["p_wet_langdurig", "jongeren_tot_27", "statushouders"],
    "guidance": {"model": "eigen_buddy", "specialistProvider": None, "specialistNeeds": []},
    "kinds": ["placement", "project"],
    "instruments": ["loonkostensubsidie"],
    "startsOn": "2026-12-01",
    "endsOn": None,
    "participants": "all",
    **iss.CONSENT,
}
AMENDED = {"change": "material", "targetGroups": ["p_wet_langdurig", "ww"], **iss.CONSENT}
PASSING = frozenset({502, 503, 504})
PATIENCE_SECONDS = 180.0


class Client:
    """Asks until it is answered; a change keeps its Idempotency-Key however often it is sent."""

    def __init__(self, base_url: str, tokens: Tokens) -> None:
        auth = Bearer(tokens, usual)
        self._http = httpx.Client(base_url=f"{base_url}/v1", auth=auth, timeout=10)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def send(self, path: str, body: Json, etag: str | None = None) -> tuple[Json, str | None]:
        """Change something once; give the answer and the ETag to change it with next."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if etag is not None:
            headers["If-Match"] = etag
        response = wait_until(lambda: self._ask(path, headers, body), PATIENCE_SECONDS)
        assert response.is_success, (path, response.status_code, response.text)
        return response.json(), response.headers.get("ETag")

    def _ask(self, path: str, headers: dict[str, str], body: Json) -> httpx.Response | None:
        try:
            response = self._http.post(path, headers=headers, json=body)
        except httpx.TransportError:
            return None
        return None if response.status_code in PASSING else response


class Storm:
    """So many agreements, registered and published at once; every fourth is amended too."""

    def __init__(self, client: Client, employer_id: str, agreements: int) -> None:
        self.title = f"Afspraken {uuid.uuid4()}"
        self.size = agreements
        self.amended = agreements // 4
        self._client = client
        self._employer_id = employer_id
        self._published = threading.Semaphore(0)
        self._jobs: list[Future[str]] = []

    @property
    def ids(self) -> list[str]:
        """The agreements, once every one of them was answered."""
        return [job.result() for job in self._jobs]

    @contextmanager
    def raging(self) -> Iterator[None]:
        """Rage for the length of the block, and until the last call was answered."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            self._jobs = [threads.submit(self._one, number) for number in range(self.size)]
            try:
                yield
            except BaseException:
                self.assert_answered()
                raise
        assert len(set(self.ids)) == self.size

    def assert_answered(self) -> None:
        """Raise what a call was refused with, rather than what came of that."""
        for job in self._jobs:
            if job.done():
                job.result()

    def wait_for(self, publications: int) -> None:
        """Return when so many publications were answered."""
        for _ in range(publications):
            assert self._published.acquire(timeout=PATIENCE_SECONDS)

    def _one(self, number: int) -> str:
        body = {**TERMS, "employerId": self._employer_id, "title": f"{self.title} {number}"}
        agreement, etag = self._client.send("/agreements", body)
        path = f"/agreements/{agreement['id']}"
        _, etag = self._client.send(f"{path}/publications", {}, etag)
        self._published.release()
        if number % 4 == 3:
            _, etag = self._client.send(f"{path}/amendments", AMENDED, etag)
            self._client.send(f"{path}/publications", {}, etag)
        return str(agreement["id"])
