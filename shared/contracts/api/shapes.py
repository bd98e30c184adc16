# SPDX-License-Identifier: EUPL-1.2
"""What every request and every answer has in common: camelCase outside, snake_case inside."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Unpack

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validates_schema

from shared.contracts.api import fields as f
from shared.contracts.api.kinds import Line, MunicipalityCode, Options, RegionCode
from shared.contracts.reference import municipalities, region_codes


class _Camel(Schema):
    def on_bind_field(self, field_name: str, field_obj: fields.Field[object]) -> None:
        """Write the field in camelCase outside."""
        if field_obj.data_key is None:
            first, *rest = field_name.split("_")
            field_obj.data_key = first + "".join(map(str.capitalize, rest))


class Request(_Camel):
    """A body that someone sends: unknown fields are faults, and all faults come at once."""

    class Meta:
        """An unknown field is most often a misspelt one."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[object]) -> None:
        """Write the field in camelCase outside, and describe what it takes."""
        super().on_bind_field(field_name, field_obj)
        one = field_obj.inner if isinstance(field_obj, fields.List) else field_obj
        # A copy: the same field is described in answers, which show what was kept before.
        if isinstance(one, Line) and one.free:
            one.metadata = {**one.metadata, "pattern": one.form}
        elif isinstance(one, RegionCode):
            one.metadata = {**one.metadata, "enum": list(region_codes())}
        elif isinstance(one, MunicipalityCode):
            one.metadata = {**one.metadata, "enum": [m.code for m in municipalities()]}


class Change(Request):
    """A body that changes something: fields that are not sent stay as they are."""

    reason = f.optional_reason()

    @validates_schema
    def changes_something(self, data: Mapping[str, object], **_more: object) -> None:
        """Refuse a body that changes nothing; a reason alone is no change."""
        if not data.keys() - {"reason", "change"}:
            raise ValidationError("There is nothing to change: give at least one field.")


class Answer(_Camel):
    """A body that we send: every field is always there, null where there is nothing."""

    class Meta:
        """Answers grow: a reader passes over what it does not know."""

        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[object]) -> None:
        """Write the field in camelCase outside, and promise it."""
        super().on_bind_field(field_name, field_obj)
        field_obj.required = True


class Page(Answer):
    """A part of a list; `total` counts the whole."""

    page = f.whole("Number of this page, from 1.", 1)
    page_size = f.whole("How many items a page holds at most.", 50)
    total = f.whole("How many items there are in all.", 2, smallest=0)


def nested(of: type[_Camel], says: str, **options: Unpack[Options]) -> fields.Nested:
    """Take an object of its own shape."""
    return fields.Nested(of, metadata={"description": says}, **options)


def many(of: type[_Camel], says: str = "The items of this page.") -> fields.List[object]:
    """Take a list of objects of one shape."""
    return fields.List(fields.Nested(of), metadata={"description": says})


@dataclass(frozen=True, slots=True)
class Shapes:
    """What one operation takes and gives; None is no body."""

    request: type[Request] | None
    answer: type[Answer] | None


def shapes(**of: tuple[type[Request] | None, type[Answer] | None]) -> Mapping[str, Shapes]:
    """Give the shapes of a service's operations by their name, which is that of the RPC method."""
    return MappingProxyType({operation: Shapes(*pair) for operation, pair in of.items()})
