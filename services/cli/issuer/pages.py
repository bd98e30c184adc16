# SPDX-License-Identifier: EUPL-1.2
"""The one page for people: choose a role and a region. Dutch, and English on request."""

from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import urlencode

from shared.contracts import codes, reference
from shared.contracts.policy import PERSONS

PAGE = Template(files("services.cli.issuer").joinpath("authorize.html").read_text("utf-8"))
STYLE = """\
body { font-family: system-ui, sans-serif; line-height: 1.5; color: #1a1a1a; background: #fff; }
main { max-width: 36rem; margin: 2rem auto; padding: 0 1rem; }
label { display: block; font-weight: 600; }
select, input { width: 100%; padding: 0.5rem; font: inherit; box-sizing: border-box; }
button { padding: 0.6rem 1.2rem; font: inherit; cursor: pointer; }
.language { text-align: right; }
.fault { border-left: 0.3rem solid #a80000; padding-left: 0.7rem; }
"""
WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "title": "Inloggen bij Schakel (ontwikkeling)",
        "intro": "Deze machine kent geen personen: kies zelf wie u bent. Alleen voor ontwikkeling.",
        "role_label": "Rol",
        "region_label": "Arbeidsmarktregio (voor medewerker en manager WSP)",
        "organisation_label": "Organisatie in de regio (mag leeg blijven)",
        "employer_label": "Nummer van de werkgever (voor werkgever)",
        "provider_label": "Nummer van de ondersteuner (voor ondersteuner)",
        "button": "Inloggen",
        "ended": "U bent uitgelogd.",
        "refused": "Deze aanvraag om in te loggen klopt niet.",
    },
    "en": {
        "title": "Sign in to Schakel (development)",
        "intro": "This machine knows nobody: choose who you are. For development only.",
        "role_label": "Role",
        "region_label": "Labour-market region (for officer and manager of a service point)",
        "organisation_label": "Organisation in the region (may be left empty)",
        "employer_label": "Id of the employer (for an employer)",
        "provider_label": "Id of the support provider (for a support provider)",
        "button": "Sign in",
        "ended": "You are signed out.",
        "refused": "This request to sign in is not right.",
    },
}
OTHER = {"nl": ("en", "English"), "en": ("nl", "Nederlands")}


def language(said: str | None) -> str:
    """Choose the language: Dutch, unless `ui_locales` asks for English first."""
    return "en" if (said or "").lower().startswith("en") else "nl"


def authorize(query: Mapping[str, str], said: Mapping[str, str], faults: Iterable[str]) -> str:
    """Draw the page; `query` is what the browser came with, `said` what was filled in."""
    lang = language(query.get("ui_locales"))
    other_lang, other_name = OTHER[lang]
    other = {**query, "ui_locales": other_lang}
    typed = ("organisation", "employer", "provider")
    return PAGE.substitute(
        {name: escape(word) for name, word in WORDS[lang].items()},
        lang=lang,
        other_lang=other_lang,
        other_name=other_name,
        other_href=escape(f"/authorize?{urlencode(other)}"),
        faults="".join(f'<p class="fault" role="alert">{escape(one)}</p>' for one in faults),
        hidden="\n".join(_hidden(name, value) for name, value in query.items()),
        roles=_options(_roles(lang), said.get("role")),
        regions=_options(_regions(), said.get("region")),
        **{name: escape(said.get(name, "")) for name in typed},
    )


def notice(word: str, said_locales: str | None) -> str:
    """Draw a page of one sentence."""
    lang = language(said_locales)
    sentence = escape(WORDS[lang][word])
    head = (
        f'<meta charset="utf-8"><title>{sentence}</title><link rel="stylesheet" href="/style.css">'
    )
    return f'<!doctype html><html lang="{lang}">{head}<main><h1>{sentence}</h1></main></html>'


def _roles(lang: str) -> Mapping[str, str]:
    labels = {role: codes.ROLES[role] for role in PERSONS}
    return {role: one.english if lang == "en" else one.dutch for role, one in labels.items()}


def _regions() -> Mapping[str, str]:
    return {one.code: f"{one.name} ({one.code})" for one in reference.regions()}


def _options(known: Mapping[str, str], chosen: str | None) -> str:
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in known.items()
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
