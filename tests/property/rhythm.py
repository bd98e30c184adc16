# SPDX-License-Identifier: EUPL-1.2
"""How hard a state machine is tried: few examples in CI, 200 in the profile `nightly`."""

from hypothesis import HealthCheck, settings

NIGHTLY = "nightly"
settings.register_profile(NIGHTLY, max_examples=200, deadline=None)


def trying(in_ci: int, *, steps: int) -> settings:
    """Give the settings of a machine: so many examples in CI, of so many steps at most."""
    nightly = settings.get_current_profile_name() == NIGHTLY
    return settings(
        max_examples=settings().max_examples if nightly else in_ci,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
