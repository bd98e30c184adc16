# SPDX-License-Identifier: EUPL-1.2
"""The terms that seed S3 tells of ISS Facility Services: what the tests' agreements say.

The seed tells no day on which ISS agreed: that of the consent is an example.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

TITLE = "Landelijke samenwerkingsafspraken ISS Facility Services"
TERMS: Mapping[str, Any] = MappingProxyType(
    {
        "targetGroups": [
            "p_wet_langdurig",
            "jongeren_tot_27",
            "statushouders",
            "lks_doelgroep",
            "jonggehandicapten",
        ],
        "guidance": {
            "model": "eigen_buddy",
            "specialistProvider": "Jobstap",
            "specialistNeeds": ["zwaar", "specialistisch"],
        },
        "kinds": ["placement", "project"],
        "instruments": ["loonkostensubsidie", "proefplaats"],
        "startsOn": "2026-12-01",
        "endsOn": None,
    }
)
CONSENT: Mapping[str, Any] = MappingProxyType(
    {"employerConsentOn": "2026-01-05", "employerConsentRole": "landelijk contactpersoon"}
)
