# SPDX-License-Identifier: EUPL-1.2
"""Migrations, as a job that runs once: numbered SQL, forward only, never at a service's start."""

import importlib
import importlib.util
import sys
from pathlib import Path

from yoyo import get_backend, read_migrations

from shared.runtime.config import settings
from shared.runtime.db import connect, open_pool, transaction, wait_as_long_as_it_takes
from shared.runtime.scope import EVERYTHING


def migrate(service: str, url: str) -> int:
    """Bring a service's database to the newest schema, and give how many steps that took.

    Runs under an advisory lock, so that a second job waits and then finds nothing to do. After
    the steps, `after_migrate(cursor)` of the service's store loads its reference data, if any.
    """
    with connect(url, application_name="schakel-migrate") as lock:
        wait_as_long_as_it_takes(lock)
        lock.execute("SELECT pg_advisory_lock(hashtext('schakel-migrate'))")
        steps = sum(_apply(url, folder) for folder in _folders(service))
        _load_reference(service, url)
    return steps


def _folders(service: str) -> list[Path]:
    packages = ("shared.runtime", "shared.messaging", f"services.{service}")
    specs = [importlib.util.find_spec(package) for package in packages]
    return [Path(str(spec.origin)).parent / "migrations" for spec in specs if spec is not None]


def _apply(url: str, folder: Path) -> int:
    if not folder.is_dir():
        return 0
    backend = get_backend(url.replace("postgresql://", "postgresql+psycopg://", 1))
    # The owner of the tables is held to their policies too, and moves every row there is.
    backend.execute("SET schakel.everything = 'on'")
    try:
        steps = backend.to_apply(read_migrations(str(folder)))
        backend.apply_migrations(steps)
        return len(steps)
    finally:
        backend.connection.close()


def _load_reference(service: str, url: str) -> None:
    store = importlib.import_module(f"services.{service}.store")
    if hasattr(store, "after_migrate"):
        with (
            open_pool(url, size=1, name="schakel-migrate") as pool,
            transaction(pool, scope=EVERYTHING) as cur,
        ):
            store.after_migrate(cur)


def main() -> int:
    """Migrate the service named on the command line."""
    service = sys.argv[1]
    steps = migrate(service, settings().need_database_url())
    sys.stdout.write(f"{service}: {steps} steps\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
