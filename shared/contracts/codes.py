# SPDX-License-Identifier: EUPL-1.2
"""Every code that crosses a boundary, with its Dutch and its English label.

Codes that law or practice fixes stay Dutch; states of our own are English. A code is never reused
for something else and never removed: old messages still carry it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Label:
    """What people read where programs read the code."""

    dutch: str
    english: str


CodeList = Mapping[str, Label]


def _codes(**labels: tuple[str, str]) -> CodeList:
    return MappingProxyType({code: Label(*pair) for code, pair in labels.items()})


TARGET_GROUPS = _codes(
    p_wet_langdurig=("P-wet, langdurig uitkering", "long-term social assistance"),
    jongeren_tot_27=("Jongeren tot 27 jaar", "young people under 27"),
    statushouders=("Statushouders", "refugees with a residence permit"),
    lks_doelgroep=(
        "Niet het volledige WML zonder ondersteuning",
        "cannot earn the full minimum wage without support",
    ),
    jonggehandicapten=("Jonggehandicapt / Wajong (indicatie banenafspraak)", "young disabled"),
    banenafspraak=("Indicatie Banenafspraak", "job-agreement indication"),
    arbeidsbeperkt=("Arbeidsbeperkten", "people with a work limitation"),
    ggz=("Mensen met ggz-problematiek", "people with mental-health problems"),
    vijftigplus=("50-plussers", "people over 50"),
    jongeren=("Jongeren", "young people"),
    uitkeringsgerechtigd=(
        "Uitkeringsgerechtigden / zij-instromers",
        "benefit recipients moving to another sector",
    ),
    ww=("WW", "unemployment insurance"),
    beschut_werk=("Beschut werk", "sheltered work"),
)

REGION_ONLY_TARGET_GROUPS = frozenset({"ggz"})
"""Health data: a region may keep the group, no national agreement or event carries it."""

NATIONAL_TARGET_GROUPS: CodeList = MappingProxyType(
    {code: label for code, label in TARGET_GROUPS.items() if code not in REGION_ONLY_TARGET_GROUPS}
)

INSTRUMENTS = _codes(
    loonkostensubsidie=("Loonkostensubsidie (LKS)", "wage-cost subsidy"),
    lks_forfaitair=("Forfaitaire LKS", "flat-rate wage-cost subsidy of the first months"),
    loonwaardebepaling=("Loonwaardebepaling", "wage-value measurement"),
    loondispensatie=("Loondispensatie", "wage dispensation"),
    jobcoach_extern=("Jobcoaching extern", "external job coach"),
    jobcoach_intern=("Interne jobcoach", "in-house job coach"),
    eigen_buddy=("Werkbegeleiding door collega (buddy)", "buddy at the workplace"),
    harrie_training=("HARRIE Helpt-training", "buddy training"),
    proefplaats=("Proefplaats(ing)", "trial placement"),
    no_risk=("No-riskpolis", "sick-pay cover"),
    lkv_banenafspraak=(
        "Loonkostenvoordeel banenafspraak",
        "wage-cost advantage, job-agreement indication",
    ),
    lkv_arbeidsgehandicapt=(
        "LKV arbeidsgehandicapte werknemer",
        "wage-cost advantage, disabled employee",
    ),
    lkv_herplaatsen=("LKV herplaatsen", "wage-cost advantage, reinstated employee"),
    lkv_oudere=("LKV oudere werknemer", "wage-cost advantage, employee of 56 or over"),
    werkplekaanpassing=(
        "Werkplekaanpassing / meeneembare voorziening",
        "workplace adaptation",
    ),
    praktijkleren_mbo=("Praktijkleren in het mbo", "practice-based learning"),
    leerwerktraject=("Leerwerktraject", "work-study programme"),
    beschut_werk=("Beschut werk", "sheltered job"),
    detachering=("Detachering via SW-bedrijf", "secondment"),
    nazorg=("Nazorg", "after-care"),
    social_return=("Social return (SROI)", "social-return clause"),
)

COACHING_REGIMES = _codes(
    licht=("Licht", "light"),
    midden=("Midden", "medium"),
    intensief=("Intensief", "intensive"),
)

LEARNING_ROUTES = _codes(
    bbl=("BBL", "working with a day of school"),
    bol=("BOL", "school with work placements"),
    praktijkverklaring=("Praktijkverklaring", "declaration of practical learning"),
)

GUIDANCE_MODELS = _codes(
    eigen_buddy=("Begeleiding in eigen regie door collega's", "guidance by colleagues"),
    jobcoach_intern=("Interne jobcoach", "in-house job coach"),
    jobcoach_extern=("Externe jobcoach", "external job coach"),
)

SUPPORT_NEEDS = _codes(
    licht=("Licht", "light"),
    zwaar=("Zwaar", "heavy"),
    specialistisch=("Specialistisch", "specialist"),
)

SPECIALIST_NEEDS: CodeList = MappingProxyType(
    {code: label for code, label in SUPPORT_NEEDS.items() if code != "licht"}
)
"""A light need stays with the buddy and never goes to a provider."""

ROLES = _codes(
    **{
        "slw-coordinator": ("Coördinator SLW", "national coordinator"),
        "wsp-manager": ("Manager WSP", "manager of a service point"),
        "wsp-officer": ("Medewerker WSP", "officer of a service point"),
        "employer": ("Werkgever", "employer"),
        "support-provider": ("Ondersteuner", "support provider"),
        "ops": ("Beheer", "operations"),
        "auditor": ("Auditor", "auditor"),
        "system": ("Systeem", "the system itself"),
    }
)
"""Roles in which somebody asks or acts; the last one acts and never asks."""

AGREEMENT_KINDS = _codes(
    placement=("Individuele plaatsing", "individual placement"),
    project=("Project", "project"),
)

CHANGES = _codes(
    material=("Inhoudelijk: regio's bevestigen opnieuw", "material: regions confirm again"),
    editorial=("Redactioneel", "editorial"),
)

AGREEMENT_STATES = _codes(
    draft=("Concept", "draft"),
    in_consultation=("In consultatie", "in consultation"),
    withdrawn=("Ingetrokken", "withdrawn"),
    published=("Gepubliceerd", "published"),
    suspended=("Opgeschort", "suspended"),
    ended=("Beëindigd", "ended"),
    expired=("Verlopen", "expired"),
)

TRAVELLING_AGREEMENT_STATES: CodeList = MappingProxyType(
    {code: AGREEMENT_STATES[code] for code in ("published", "suspended", "ended", "expired")}
)
"""The states that a region can hold: a draft never leaves its owner."""

AGREEMENT_EVENTS = _codes(
    published=("Gepubliceerd", "published"),
    amended=("Gewijzigd", "amended"),
    suspended=("Opgeschort", "suspended"),
    resumed=("Hervat", "resumed"),
    ended=("Beëindigd", "ended"),
    expired=("Verlopen", "expired"),
)

CONSULTATION_STATES = _codes(
    open=("Open voor commentaar", "open for comment"),
    closed=("Gesloten", "closed"),
)

PARTICIPATION_STATES = _codes(
    invited=("Uitgenodigd", "invited"),
    considering=("In overweging", "under consideration"),
    accepted=("Geaccepteerd", "accepted"),
    declined=("Afgewezen", "declined"),
    to_be_confirmed=("Opnieuw te bevestigen", "to be confirmed"),
    withdrawn=("Teruggetrokken", "withdrawn"),
)

ANNEX_STATES = _codes(
    proposed=("Voorgesteld", "proposed"),
    agreed=("Akkoord", "agreed"),
    declined=("Afgewezen", "declined"),
    replaced=("Vervangen", "replaced"),
)

PROJECT_KINDS = _codes(
    training_track=("Opleidingstraject", "training track"),
    inflow=("Instroom naar werk", "inflow to work"),
)

PROJECT_STATES = _codes(
    idea=("Idee", "idea"),
    started=("Gestart", "started"),
    result=("Resultaat", "result"),
    completed=("Afgerond", "completed"),
)

BOTTLENECK_STATES = _codes(
    reported=("Gemeld", "reported"),
    answered=("Oplossing aangedragen", "answered"),
)

EVALUATION_STATES = _codes(
    planned=("Gepland", "planned"),
    held=("Gehouden", "held"),
)

DECISIONS = _codes(
    accepted=("Akkoord", "accepted"),
    declined=("Niet akkoord", "declined"),
    considering=("In overweging", "under consideration"),
)

DECISION_STATES = _codes(
    submitted=("Ingediend", "submitted"),
    recorded=("Verwerkt", "recorded"),
    refused=("Geweigerd", "refused"),
)

PLACEMENT_DECISIONS = _codes(
    picked_up=("Opgepakt", "picked up"),
    confirmed=("Bevestigd", "confirmed"),
    corrected=("Bevestiging gecorrigeerd", "confirmation corrected"),
    declined=("Afgewezen", "declined"),
    handed_over=("Overgedragen aan een buurregio", "handed over to a neighbouring region"),
)

TRAVELLING_PLACEMENT_DECISIONS: CodeList = MappingProxyType(
    {code: label for code, label in PLACEMENT_DECISIONS.items() if code != "corrected"}
)
"""What a region's word on a placement can be: a correction leaves it confirmed."""

DECLINE_REASONS = _codes(
    no_candidate=("Geen kandidaat gevonden", "no candidate found"),
    place_unsuitable=("Plek past niet bij de kandidaten", "place does not suit the candidates"),
    out_of_reach=("Werkplek niet bereikbaar", "workplace out of reach"),
    instrument_not_offered=(
        "Instrument niet beschikbaar in de regio",
        "instrument not on offer in the region",
    ),
    other_reason=("Anders, met toelichting", "another reason, explained"),
)

DELIVERY_STATES = _codes(
    pending=("Onderweg", "pending"),
    received=("Ontvangen", "received"),
    superseded=("Ingehaald door een nieuwere stand", "superseded"),
    refused=("Geweigerd", "refused"),
)

MISMATCH_CLASSES = _codes(
    missing=("Ontbreekt", "missing"),
    stale=("Verouderd", "stale"),
    ahead=("Loopt voor op de bron", "ahead of its owner"),
    differs=("Andere inhoud", "differs"),
    ghost=("Nooit verstuurd", "never owed"),
)

CONTACT_KINDS = _codes(
    account_manager=("Accountmanager", "account manager"),
    desk=("Loket van de regio", "desk of the region"),
)

ORGANISATION_KINDS = _codes(
    wsp=("Werkgeversservicepunt", "employer service point"),
    uwv=("UWV", "UWV"),
    sub_regional=("Subregionale organisatie", "sub-regional organisation"),
    sw_bedrijf=("SW-bedrijf", "sheltered-work company"),
    werkcentrum=("Werkcentrum", "work centre"),
)

ORGANISATION_STATES = _codes(
    actief=("Actief", "active"),
    in_opbouw=("In opbouw", "being set up"),
)

LEAD_BASES = _codes(
    eszl=("Sectorale verdeling van ESZL", "the division of sectors by ESZL"),
    override=("Keuze van de regio, met reden", "chosen by the region, with a reason"),
    only_organisation=("Enige organisatie van de regio", "the region's only organisation"),
    desk=("Loket van de regio", "the region's desk"),
)

AUDIENCES = _codes(
    werkgevers=("Werkgevers", "employers"),
    werkzoekenden=("Werkzoekenden", "job seekers"),
    werkenden=("Werkenden", "people at work"),
)

DEVELOPMENT_PATHS = _codes(
    breadth=("In de breedte", "in breadth"),
    specialisation=("Richting een specialisatie", "towards a specialisation"),
)

PLACEMENT_STATES = _codes(
    offered=("Aangeboden", "offered"),
    picked_up=("Opgepakt", "picked up"),
    confirmed=("Bevestigd", "confirmed"),
    declined=("Afgewezen", "declined"),
    handed_over=("Overgedragen aan een buurregio", "handed over to a neighbouring region"),
    started=("Gestart", "started"),
    sustained=("Duurzaam", "sustained"),
    completed=("Afgerond", "completed"),
    ended_early=("Voortijdig beëindigd", "ended early"),
    withdrawn=("Ingetrokken", "withdrawn"),
    lapsed=("Vervallen", "lapsed"),
)

PLACEMENT_ENDINGS: CodeList = MappingProxyType(
    {code: PLACEMENT_STATES[code] for code in ("completed", "ended_early")}
)
"""How somebody's work can come to an end."""

PLACEMENT_STEPS = _codes(
    offered=("Aangeboden", "offered"),
    picked_up=("Opgepakt", "picked up"),
    confirmed=("Bevestigd", "confirmed"),
    corrected=("Bevestiging gecorrigeerd", "confirmation corrected"),
    declined=("Afgewezen", "declined"),
    handed_over=("Overgedragen aan een buurregio", "handed over to a neighbouring region"),
    withdrawn=("Ingetrokken", "withdrawn"),
    lapsed=("Vervallen", "lapsed"),
    started=("Gestart", "started"),
    start_confirmed=("Start door de regio bevestigd", "start confirmed by the region"),
    checked_in=("Voortgang gemeld", "checked in"),
    sustained=("Duurzaam", "sustained"),
    completed=("Afgerond", "completed"),
    ended_early=("Voortijdig beëindigd", "ended early"),
    decision_refused=("Beslissing van de regio geweigerd", "decision of the region refused"),
)

CHECK_IN_OUTCOMES = _codes(
    going_well=("Gaat goed", "going well"),
    concerns=("Zorgen", "concerns"),
    stopped=("Gestopt", "stopped"),
)

ENDING_REASONS = _codes(
    contract_ended=("Contract liep af", "the contract ran out"),
    left_by_choice=("Zelf vertrokken", "left by choice"),
    dismissed=("Ontslagen", "dismissed"),
    other_job=("Andere baan", "another job"),
    workplace_gone=("Werkplek vervallen", "the workplace is gone"),
    other_ending=("Anders, met toelichting", "another reason, explained"),
)

FUNDERS = _codes(
    employer=("Werkgever", "employer"),
    region=("Regio", "region"),
    uwv=("UWV", "UWV"),
)

SUPPORT_STATES = _codes(
    requested=("Aangevraagd", "requested"),
    approved=("Goedgekeurd, nog geen aanbieder", "approved, no provider yet"),
    assigned=("Bij de aanbieder", "with the provider"),
    active=("Loopt", "active"),
    escalated=("Opgeschaald", "escalated"),
    closed=("Afgesloten", "closed"),
    declined=("Afgewezen", "declined"),
    withdrawn=("Ingetrokken", "withdrawn"),
    handed_back=("Teruggegeven", "handed back"),
)

SUPPORT_STEPS = _codes(
    requested=("Aangevraagd", "requested"),
    approved=("Goedgekeurd", "approved"),
    declined=("Afgewezen", "declined"),
    assigned=("Aan een aanbieder toegewezen", "assigned to a provider"),
    accepted=("Aangenomen", "accepted"),
    contacted=("Eerste contact gelegd", "first contact made"),
    escalated=("Opgeschaald", "escalated"),
    resumed=("Hervat", "resumed"),
    handed_back=("Teruggegeven", "handed back"),
    closed=("Afgesloten", "closed"),
    withdrawn=("Ingetrokken", "withdrawn"),
    placement_over=("Plaatsing voorbij", "the placement is over"),
)

SUPPORT_CLOSINGS = _codes(
    returned_to_buddy=("Terug naar de buddy", "returned to the buddy"),
    ended=("Beëindigd", "ended"),
    transferred=("Overgedragen", "transferred"),
)

SUPPORT_REASONS = _codes(
    outgrew_buddy=("Meer nodig dan de buddy kan bieden", "more than the buddy can give"),
    workplace_problem=("Probleem op de werkplek", "problem at the workplace"),
    risk_of_dropout=("Uitval dreigt", "risk of dropping out"),
    need_grew=("Behoefte werd groter", "the need grew"),
    no_budget=("Geen budget", "no budget"),
    no_capacity=("Geen capaciteit", "no capacity"),
    not_in_region=("Werkt niet in de regio", "does not work in the region"),
    not_needed=("Niet meer nodig", "not needed any more"),
    placement_over=("Plaatsing voorbij", "the placement is over"),
    other_support_reason=("Anders, met toelichting", "another reason, explained"),
)

TASK_KINDS = _codes(
    decide_on_agreement=("Over de afspraak besluiten", "decide on the agreement"),
    decide_this_week=("Deze week over de afspraak besluiten", "decide on the agreement this week"),
    no_response=("Regio heeft niet gereageerd", "a region has not answered"),
    comment_on_concept=("Op het concept reageren", "comment on the concept"),
    comments_to_read=("Commentaar verwerken", "deal with the comments"),
    annex_to_settle=("Maatwerkbijlage beoordelen", "agree to an annex, or decline it"),
    bottleneck_to_answer=("Knelpunt beantwoorden", "answer a bottleneck"),
    evaluation_to_discuss=("Evaluatie bespreken", "discuss an evaluation"),
    support_to_approve=("Ondersteuning goedkeuren", "approve support"),
    support_to_accept=("Opdracht aannemen", "accept an assignment"),
    support_not_accepted=("Opdracht niet op tijd aangenomen", "assignment not accepted in time"),
    first_contact_due=("Eerste contact leggen", "make the first contact"),
    first_contact_late=("Eerste contact blijft uit", "the first contact is late"),
    support_without_provider=("Aanbieder zoeken", "find a provider"),
    support_escalated=("Opschaling behandelen", "deal with an escalation"),
    support_handed_back=("Teruggegeven opdracht behandelen", "deal with what was handed back"),
    pick_up_overdue=("Plek oppakken, te laat", "pick up a place, late"),
    start_to_confirm=("Start bevestigen", "confirm a start"),
    check_in_due=("Voortgang melden", "check in"),
    sustained_check_due=(
        "Melden of iemand er nog werkt",
        "tell whether somebody still works there",
    ),
    ending_to_record=("Einde vastleggen", "record an ending"),
    after_care=("Nazorg", "after-care"),
)

ADAPTATIONS = _codes(
    guidance_by_colleagues=("Begeleiding door collega's", "guidance by colleagues"),
    tasks_regrouped=("Taken anders verdeeld (jobcarving)", "tasks divided differently"),
    working_hours=("Werktijden en uren aangepast", "hours and times adapted"),
    workplace=("Werkplek aangepast", "workplace adapted"),
    low_stimulus=("Prikkelarme werkplek", "a place with few stimuli"),
    plain_instruction=(
        "Instructie in eenvoudige taal of beeld",
        "instruction in plain words or pictures",
    ),
    language_at_work=("Taal leren op het werk", "learning the language at work"),
    learning_at_work=("Leren op het werk", "learning at work"),
    travel=("Vervoer geregeld", "travel arranged"),
    trial_first=("Eerst meelopen of proefplaatsen", "a trial first"),
)
