# SPDX-License-Identifier: EUPL-1.2
"""Instruments of a region: on offer, and as one is used for a candidate."""

from marshmallow import Schema

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.kinds import Options
from shared.contracts.api.shapes import Answer, Request, many

MAYBE: Options = {"allow_none": True}
PARTICULAR_KINDS = ("whole", "tenths", "day", "flag", "line", "choice")


class Particulars(Schema):
    """Every particular that some instrument takes; which, and on which day, the region tells."""

    amount = f.whole("Amount, in euros.", None, smallest=0, **MAYBE)
    certified = f.flag("Whether the coach has a certificate.", example=True, **MAYBE)
    crebo = f.whole("Number of the course.", None, **MAYBE)
    declaration_on = f.day("Day on which the declaration was asked for.", None, **MAYBE)
    ends_on = f.day("Last day.", None, **MAYBE)
    harrie_trained = f.flag("Whether the buddy had the HARRIE training.", example=True, **MAYBE)
    hirer = f.line("Organisation that hires.", None, **MAYBE)
    hours = f.whole("Hours in the period that the instrument counts.", None, **MAYBE)
    hours_per_week = f.hours("Hours a week.", 25.5, **MAYBE)
    measured_on = f.day("Day of the measurement.", None, **MAYBE)
    months = f.whole("For how many months.", None, **MAYBE)
    next_on = f.day("Day of the next measurement.", None, **MAYBE)
    percentage = f.whole("A percentage.", None, smallest=0, **MAYBE)
    regime = f.code("How intensive the coaching is.", None, codes.COACHING_REGIMES, **MAYBE)
    route = f.code("How it is learnt.", None, codes.LEARNING_ROUTES, **MAYBE)
    sbb_recognised = f.flag("Whether SBB recognises the workplace.", example=True, **MAYBE)
    starts_on = f.day("First day.", None, **MAYBE)
    uwv_advice = f.flag("Advice of UWV.", example=True, **MAYBE)
    wage_value = f.whole("Wage value, in percent.", 60, smallest=0, **MAYBE)


class UseInstrument(Particulars, Request):
    """An instrument that is used, with those particulars that it takes."""

    code = f.code("The instrument.", "loonkostensubsidie", codes.INSTRUMENTS, required=True)


class UsedInstrument(Particulars, Answer):
    """An instrument that is used, with its particulars."""

    code = f.code("The instrument.", "loonkostensubsidie", codes.INSTRUMENTS)


class SetInstruments(Request):
    """What the region has on offer from now on."""

    offered = f.codes(
        "Every instrument on offer.",
        ["loonkostensubsidie", "proefplaats"],
        codes.INSTRUMENTS,
        required=True,
    )
    reason = f.optional_reason()


class Particular(Answer):
    """One particular that an instrument takes, and its bounds."""

    name = f.line("Its name.", "wageValue")
    kind = f.line(f"One of: {', '.join(PARTICULAR_KINDS)}.", "whole")
    says = f.line("What it means.", "Wage value, in percent.")
    required = f.flag("Whether it must be given.", example=False)
    smallest = f.whole("Smallest number; of tenths for hours.", 30, smallest=0, allow_none=True)
    largest = f.whole("Largest number; of tenths for hours.", 100, smallest=0, allow_none=True)
    choices = f.lines("The words that there are to choose from.", [])


class OfferedInstrument(Answer):
    """An instrument, whether the region has it on offer, and what it takes today."""

    code = f.code("The instrument.", "loonkostensubsidie", codes.INSTRUMENTS)
    offered = f.flag("Whether it is on offer.", example=True)
    given_out = f.flag("Whether the law still gives it out.", example=True)
    since = f.day("First day of these rules.", "2024-01-01")
    until = f.day("Last day of these rules.", None, allow_none=True)
    source = f.line("Where the rules were read.", "Participatiewet 10c, 10d")
    particulars = many(Particular, "What it takes.")


class Instruments(Answer):
    """What a region has on offer, beside everything that there is."""

    region = f.region_code("The region.")
    told = f.flag("Whether the region ever said what it offers.", example=True)
    offered = f.codes("Every instrument on offer.", ["proefplaats"], codes.INSTRUMENTS)
    reason = f.reason(allow_none=True)
    changed_at = f.moment("When it was said.", allow_none=True)
    revision = f.whole("Counts the changes; also the ETag; 0 while nothing is set.", 1, smallest=0)
    instruments = many(OfferedInstrument, "Every instrument that there is.")


class RegionPromiseCheck(Answer):
    """What the agreement promises against what the region has on offer."""

    told = f.flag("Whether the region ever said what it offers.", example=True)
    promised = f.codes("Instruments promised.", ["proefplaats"], codes.INSTRUMENTS)
    missing = f.codes(
        "Promised, and not on offer; empty while the region never said.", [], codes.INSTRUMENTS
    )
