# SPDX-License-Identifier: EUPL-1.2
"""What each instrument takes, from which day: reference rows, not legal advice.

Amounts are whole euros, percentages whole. A change of the law is a new row, and the last day of
the row before.
"""

from datetime import date

from services.regions.domain.instruments import Kind, Parameter, Rules, Span

_SINCE = date(2024, 1, 1)
_REGIMES = ("licht", "midden", "intensief")
_ROUTES = ("bbl", "bol", "praktijkverklaring")

_HOURS = Parameter("hours_per_week", Kind.TENTHS, "Hours a week.", smallest=1, largest=600)
_STARTS = Parameter("starts_on", Kind.DAY, "First day.")
_ENDS = Parameter("ends_on", Kind.DAY, "Last day.")
_DECLARED = Parameter("declaration_on", Kind.DAY, "Day on which the declaration was asked for.")
_MONTHS = Parameter("months", Kind.WHOLE, "For how many months.", smallest=1, largest=36)
_AMOUNT = Parameter("amount", Kind.WHOLE, "Amount, in euros.")


def _open(
    code: str,
    source: str,
    *parameters: Parameter,
    spans: tuple[Span, ...] = (),
    starts: str | None = None,
) -> Rules:
    return Rules(code, _SINCE, None, source, parameters, spans, starts)


RULES: tuple[Rules, ...] = (
    _open(
        "loonkostensubsidie",
        "Participatiewet 10c, 10d; Stb. 2022, 499",
        Parameter("wage_value", Kind.WHOLE, "Wage value, in percent.", smallest=30, largest=100),
        _HOURS,
    ),
    _open(
        "lks_forfaitair",
        "Participatiewet 10d(5)",
        Parameter("percentage", Kind.WHOLE, "Of the minimum wage.", smallest=1, largest=50),
        Parameter("months", Kind.WHOLE, "For how many months.", smallest=1, largest=6),
    ),
    _open(
        "loonwaardebepaling",
        "Besluit loonkostensubsidie; one national method since 1-7-2021",
        Parameter("measured_on", Kind.DAY, "Day of the measurement."),
        Parameter("next_on", Kind.DAY, "Day of the next one."),
        Parameter("wage_value", Kind.WHOLE, "Wage value, in percent.", largest=100),
    ),
    _open(
        "loondispensatie",
        "Wajong 2:20",
        Parameter("percentage", Kind.WHOLE, "Less than the wage.", smallest=1, largest=100),
        Parameter("months", Kind.WHOLE, "For how many months.", smallest=6, largest=60),
    ),
    _open(
        "jobcoach_extern",
        "Participatiewet 10, 10da; Wajong 2:22; WIA 35",
        Parameter("regime", Kind.CHOICE, "How intensive.", choices=_REGIMES),
        Parameter("hours", Kind.WHOLE, "Hours in half a year.", smallest=1, largest=1000),
        _MONTHS,
    ),
    _open(
        "jobcoach_intern",
        "Participatiewet 10, 10da; Wajong 2:22; WIA 35",
        Parameter("amount", Kind.WHOLE, "Subsidy for half a year, in euros."),
        Parameter("certified", Kind.FLAG, "Whether the coach has a certificate."),
        _MONTHS,
    ),
    _open(
        "eigen_buddy",
        "Participatiewet 10da",
        _HOURS,
        Parameter("harrie_trained", Kind.FLAG, "Whether the buddy had the HARRIE training."),
    ),
    _open("harrie_training", "No law; UWV or the municipality may pay", _STARTS),
    _open(
        "proefplaats",
        "Participatiewet 6(1)(h), 8a(2): two months, at most six",
        Parameter("starts_on", Kind.DAY, "First day.", required=True),
        Parameter("ends_on", Kind.DAY, "Last day.", required=True),
        spans=(Span("starts_on", "ends_on", 6),),
        starts="starts_on",
    ),
    _open(
        "no_risk",
        "Ziektewet 29b: no end for the Banenafspraak, else five years",
        _STARTS,
        _ENDS,
        spans=(Span("starts_on", "ends_on", 60),),
        starts="starts_on",
    ),
    Rules(
        "lkv_banenafspraak",
        _SINCE,
        date(2025, 12, 31),
        "Wtl: three years, with a declaration asked for within three months",
        (_STARTS, _ENDS, _DECLARED),
        (Span("starts_on", "ends_on", 36), Span("starts_on", "declaration_on", 3)),
        "starts_on",
    ),
    Rules(
        "lkv_banenafspraak",
        date(2026, 1, 1),
        None,
        "Wtl since 1-1-2026: as long as the job lasts, the register is enough",
        (_STARTS,),
        (),
        "starts_on",
    ),
    _open(
        "lkv_arbeidsgehandicapt",
        "Wtl: three years, with a declaration asked for within three months",
        *(_STARTS, _ENDS, _DECLARED),
        spans=(Span("starts_on", "ends_on", 36), Span("starts_on", "declaration_on", 3)),
        starts="starts_on",
    ),
    _open(
        "lkv_herplaatsen",
        "Wtl: one year",
        *(_STARTS, _ENDS),
        spans=(Span("starts_on", "ends_on", 12),),
        starts="starts_on",
    ),
    Rules(
        "lkv_oudere",
        _SINCE,
        None,
        "Wtl: being abolished (2024 to 2026), nobody enters any more",
        starts="starts_on",
        closed=True,
    ),
    _open("werkplekaanpassing", "Participatiewet 10; WIA 35, 36", _AMOUNT, _STARTS),
    _open(
        "praktijkleren_mbo",
        "WEB; Subsidieregeling praktijkleren",
        Parameter("crebo", Kind.WHOLE, "Number of the course.", smallest=10_000, largest=99_999),
        Parameter("sbb_recognised", Kind.FLAG, "Whether SBB recognises the workplace."),
        Parameter("route", Kind.CHOICE, "How it is learnt.", choices=_ROUTES),
        Parameter("hours", Kind.WHOLE, "Hours a year.", smallest=1, largest=2000),
    ),
    _open("leerwerktraject", "Agreement of the partners", _STARTS, _ENDS, starts="starts_on"),
    _open(
        "beschut_werk",
        "Participatiewet 10b",
        Parameter("uwv_advice", Kind.FLAG, "Advice of UWV.", required=True, must=True),
    ),
    _open(
        "detachering",
        "Agreement with the SW-bedrijf",
        Parameter("hirer", Kind.LINE, "Organisation that hires."),
        _MONTHS,
    ),
    _open("nazorg", "The agreement: at 1, 3, 6 and 12 months", _MONTHS),
    _open(
        "social_return",
        "Clauses of procurement",
        Parameter("percentage", Kind.WHOLE, "Of the contract.", smallest=1, largest=100),
        _AMOUNT,
    ),
)
