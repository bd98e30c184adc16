# SPDX-License-Identifier: EUPL-1.2
"""Which services there are: each folder of `services` that has an entrypoint, read from disk."""

from dataclasses import dataclass
from pathlib import Path

import services


@dataclass(frozen=True, slots=True)
class Deployable:
    """One service; a database is its own exactly when it brings migrations."""

    name: str
    has_database: bool

    @property
    def amqp_user(self) -> str:
        """The broker's user of this service, and of no other."""
        return f"schakel-{self.name}"


def deployables(folder: Path | None = None) -> tuple[Deployable, ...]:
    """List every service in order of name."""
    root = folder or Path(next(iter(services.__path__)))
    return tuple(
        Deployable(path.parent.name, has_database=(path.parent / "migrations").is_dir())
        for path in sorted(root.glob("*/service.py"))
    )
