# SPDX-License-Identifier: EUPL-1.2
"""Requests and answers of the employers service."""

from collections.abc import Mapping

from marshmallow import post_load, validate

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.kinds import UniqueList
from shared.contracts.api.shapes import Answer, Change, Page, Request, many, nested, shapes

NAME = "ISS Facility Services"

_KVK = r"^[0-9]{8}$", "{input} is not a KvK number: 8 digits."
_ABSENT = ("kvk_number", "contact", "profile")
_SBI = r"^([0-9]{2}(\.[0-9]{1,2}){0,2}|[0-9]{2,6})$", "{input} is not an SBI code."


class _Contact:
    role = f.role("Who to ask for.", "accountmanager", required=True)
    telephone = f.telephone(allow_none=True, load_default=None)
    mailbox = f.mailbox(allow_none=True, load_default=None)


class EmployerContactBody(_Contact, Request):
    """The one national contact of an employer, as it is sent."""


class EmployerContact(_Contact, Answer):
    """The one national contact of an employer."""


class _Employer:
    name = f.line("Name of the employer.", NAME)
    kvk_number = f.formed("Number in the trade register.", None, _KVK, allow_none=True)
    sbi_codes = UniqueList(
        f.formed("Code of the Standaard Bedrijfsindeling.", "81.21", _SBI),
        validate=validate.Length(max=20, error="More than {max} codes."),
        metadata={"description": "Branches, by SBI code.", "example": [], "uniqueItems": True},
    )
    profile = f.text(
        "What the employer adapts in its work and workplaces.",
        "Begeleiding in eigen regie, door collega's op de werkvloer",
        allow_none=True,
    )
    adaptations = f.codes(
        "What it adapts for somebody, as codes; `profile` says it in words.",
        ["guidance_by_colleagues"],
        codes.ADAPTATIONS,
    )


class RegisterEmployer(_Employer, Request):
    """A national employer to register."""

    name = f.line("Name of the employer.", NAME, required=True)
    contact = nested(EmployerContactBody, "The one national contact.", allow_none=True)
    reason = f.optional_reason()

    @post_load
    def fill(self, data: Mapping[str, object], **_more: object) -> dict[str, object]:
        """Give what was left out its empty value."""
        return {"sbi_codes": [], "adaptations": [], **dict.fromkeys(_ABSENT), **data}


class ChangeEmployer(_Employer, Change):
    """What changes of an employer; a contact replaces the whole contact."""

    contact = nested(EmployerContactBody, "The one national contact.", allow_none=True)


class Employer(_Employer, Answer):
    """A national employer."""

    id = f.identifier("Identity of the employer.")
    revision = f.whole("Counts the changes; also the ETag.", 1)
    contact = nested(EmployerContact, "The one national contact.", allow_none=True)
    created_at = f.moment("When it was registered.")
    changed_at = f.moment("When it last changed.")


class EmployerPage(Page):
    """Employers, by name."""

    items = many(Employer)


class EmployerName(Answer):
    """An employer as others speak of it."""

    id = f.identifier("Identity of the employer.")
    name = f.line("Name of the employer.", NAME)


OPERATIONS = shapes(
    register_employer=(RegisterEmployer, Employer),
    list_employers=(None, EmployerPage),
    get_employer=(None, Employer),
    change_employer=(ChangeEmployer, Employer),
)
