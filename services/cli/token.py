# SPDX-License-Identifier: EUPL-1.2
"""`schakel token`: a bearer token of the local stack's issuer, to use with anything."""

import sys
from typing import Annotated

import typer

from services.cli.output import refusing
from services.cli.tokens import Identity, TokenRefused, local_tokens
from shared.contracts.identity import faults_of
from shared.contracts.policy import PERSONS


def add_to(schakel: typer.Typer) -> None:
    """Add this command to the command line."""
    schakel.command()(token)


def token(
    *,
    role: Annotated[str, typer.Option(help=f"One of: {', '.join(PERSONS)}.")],
    region: Annotated[str | None, typer.Option(help="Code, such as AM36.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Of a region.")] = None,
    provider: Annotated[str | None, typer.Option(help="Id of a support provider.")] = None,
    employer: Annotated[str | None, typer.Option(help="Id of an employer.")] = None,
) -> None:
    """Print a token of a role, good for a quarter of an hour; of a local stack only."""
    identity = Identity(role, region, organisation, employer, provider)
    faults = faults_of(role, identity.bounds)
    if faults:
        raise typer.BadParameter("; ".join(faults))
    with refusing(TokenRefused, as_json=False):
        fresh, _ = local_tokens().fresh(identity)
    sys.stdout.write(f"{fresh}\n")
