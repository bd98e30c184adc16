# SPDX-License-Identifier: EUPL-1.2
"""The two programs that may ask the development issuer, with secrets that only this home knows."""

from dataclasses import dataclass

from services.cli.stack.home import Home

LOCAL, CONSOLE = "schakel-local", "schakel-console"
CALLBACK = "/login/callback"


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may ask; browsers are sent back to its registered addresses only."""

    name: str
    secret: str
    grant: str
    redirects: tuple[str, ...] = ()
    after_logout: tuple[str, ...] = ()


def clients(home: Home, console: str) -> tuple[Client, Client]:
    """Give the clients of a home; `console` is the address of the gateway, as browsers know it."""
    secrets = home.passwords([LOCAL, CONSOLE])
    return (
        Client(LOCAL, secrets[LOCAL], "client_credentials"),
        Client(
            CONSOLE,
            secrets[CONSOLE],
            "authorization_code",
            redirects=(f"{console}{CALLBACK}",),
            after_logout=(f"{console}/",),
        ),
    )
