"""The dossier that a new coordinator inherits: one page, and the same on paper.

Source: domain.md D.3 (more than 70 % are in post for less than two years).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.presenters.schemes import dates_of
from clsm_core.council.queries.post import is_held
from clsm_core.council.words import number, plural
from clsm_core.directory.models import Partnership
from clsm_core.governance.models import BodyKind, Meeting
from clsm_core.governance.presenters.alerts import alerts_of
from clsm_core.governance.presenters.bodies import SEAT_HEADERS, seats_by_college
from clsm_core.governance.presenters.decisions import is_late
from clsm_core.governance.presenters.framework import ending, name_of_document
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.presenters.papers import Block, printed, words
from clsm_core.governance.presenters.sections import sections
from clsm_core.governance.queries import framework as framework_queries
from clsm_core.governance.queries.bodies import day_of
from clsm_core.governance.queries.dossier import Dossier, dossier_of, running_schemes
from clsm_core.ui.templatetags.ui import day, short_day

TITLE = "Dossier de passation"


def page(council: Council, member: Member, at: datetime) -> dict[str, Any]:
    """Give the values of the page."""
    return {
        "council": council,
        "sections": sections(member, "governance:dossier"),
        "today": timezone.localdate(at),
        "blocks": blocks_of(council, at),
    }


def paper(council: Council, at: datetime) -> bytes:
    """Return the dossier on paper."""
    lead = [f"Ce qu’il faut savoir en arrivant, au {day(timezone.localdate(at))}."]
    return printed(council, TITLE, blocks_of(council, at), at=at, lead=lead)


def blocks_of(council: Council, at: datetime) -> list[Block]:
    """Return the parts of the dossier, what is late first."""
    dossier = dossier_of(council, at)
    today = timezone.localdate(at)
    return [
        _late(dossier, today),
        _council(council, dossier),
        _posts(dossier, today),
        _bodies(dossier, today),
        *_compositions(dossier),
        _meetings("Dernières réunions", dossier.last_meetings, "Aucune réunion ne s’est tenue."),
        _meetings("Prochaines réunions", dossier.next_meetings, "Aucune réunion n’est prévue."),
        _decisions(dossier, today),
        _documents(dossier, today),
        _partnerships(dossier, today),
        _schemes(dossier, today),
        *_directory(dossier),
    ]


def _table(
    title: str, headers: Iterable[str], widths: Iterable[float], rows: list[list[str]], empty: str
) -> Block:
    return Block(
        title=title,
        headers=tuple(headers),
        widths=tuple(widths),
        rows=rows,
        note="" if rows else empty,
    )


def _late(dossier: Dossier, today: date) -> Block:
    """What cannot wait."""
    alerts = alerts_of(
        dossier.bodies, dossier.lives, today=today, coordinators=dossier.coordinators
    )
    rows = [
        [f"Décision {one.code}", one.title, f"due le {short_day(one.due_on)}"]
        for one in dossier.open_decisions
        if is_late(one, today)
    ]
    rows += [
        [
            f"{one.body.name}, {short_day(day_of(one))}",
            "Le jour est passé : dites si la réunion s’est tenue.",
            one.get_state_display(),
        ]
        for one in dossier.unclosed_meetings
    ]
    rows += [
        [
            f"{one.body.name}, {short_day(day_of(one))}",
            "Le compte rendu n’est pas diffusé.",
            one.get_minutes_state_display(),
        ]
        for one in dossier.unfinished_minutes
    ]
    rows += [[alert.title, alert.text, ""] for alert in alerts]
    rows += [
        [title, text, ""]
        for title, text in (
            ending(one, today) for one in framework_queries.to_renew(dossier.documents, today)
        )
    ]
    rows += [
        [f"Mandat de {name_of(one.contact)}", one.body.name, f"finit le {short_day(one.ends_on)}"]
        for one in dossier.ending_mandates
    ]
    if dossier.unverified:
        rows.append(
            [
                "Annuaire",
                plural(dossier.unverified, "structure non vérifiée", "structures non vérifiées")
                + " depuis un an",
                f"sur {dossier.organisations}",
            ]
        )
    return _table(
        "Ce qui est en retard ou finit bientôt",
        ("Sujet", "Ce qu’il faut faire", "État"),
        (2.4, 3, 1.5),
        rows,
        "Rien n’est en retard.",
    )


def _council(council: Council, dossier: Dossier) -> Block:
    territory = dossier.territory
    shown = [commune.name for commune in territory.communes[:8]]
    more = len(territory.communes) - len(shown)
    places = ", ".join(shown) + (f" et {more} autre{'s' if more > 1 else ''}" if more else "")
    return Block(
        title="Le conseil et son territoire",
        text=[council.presentation] if council.presentation else [],
        facts=[
            ("Statut", council.get_status_display()),
            ("Créé le", day(council.created_on) or "non renseigné"),
            ("Présidence", council.presidency or "non renseigné"),
            ("Co-animation", council.co_animation or "non renseigné"),
            ("Portage", council.get_carrier_display()),
            ("Communes", places or "aucune"),
            ("Population", f"{number(territory.population)} habitants"),
            (
                "Quartiers prioritaires",
                ", ".join(one.name for one in council.districts.all()) or "aucun",
            ),
            (
                "Secteurs de psychiatrie",
                ", ".join(f"{one.code} ({one.hospital})" for one in council.sectors.all())
                or "aucun",
            ),
        ],
    )


def _posts(dossier: Dossier, today: date) -> Block:
    rows = [
        [
            one.holder,
            one.employer_name,
            f"{one.time_percent}\u00a0%",
            f"depuis le {short_day(one.starts_on)}"
            if is_held(one, today) and one.ends_on is None
            else f"du {short_day(one.starts_on)} au {short_day(one.ends_on) or '…'}",
        ]
        for one in dossier.posts
    ]
    return _table(
        "La coordination",
        ("Personne", "Employeur", "Temps", "Poste"),
        (2, 2.4, 1, 2),
        rows,
        "Aucun poste n’est inscrit.",
    )


def _bodies(dossier: Dossier, today: date) -> Block:
    rows = []
    for body in dossier.bodies:
        life = dossier.lives[body.pk]
        by_name = body.kind == BodyKind.COMMISSION
        rows.append(
            [
                body.name,
                body.get_kind_display(),
                "—" if by_name else f"{life.held_this_year} sur {body.meetings_per_year}",
                short_day(day_of(life.last)) if life.last else "—",
                short_day(day_of(life.next)) if life.next else "—",
            ]
        )
    return _table(
        "Instances",
        ("Instance", "Type", f"Réunions {today.year}", "Dernière", "Prochaine"),
        (2.6, 1.8, 1.2, 1.4, 1.4),
        rows,
        "Aucune instance n’est ouverte.",
    )


def _compositions(dossier: Dossier) -> list[Block]:
    found = []
    for body in dossier.bodies:
        rows = [
            [seats.title, *words(row)[:4]]
            for seats in seats_by_college(dossier.lives[body.pk].mandates, None)
            for row in seats.rows
        ]
        if rows:
            found.append(
                Block(
                    title=f"Composition : {body.name}",
                    level=3,
                    headers=("Collège", *SEAT_HEADERS[:4]),
                    widths=(1.8, 2.6, 2.2, 1.3, 1.8),
                    rows=rows,
                )
            )
    return found


def _meetings(title: str, meetings: list[Meeting], empty: str) -> Block:
    rows = [
        [
            day(day_of(one)),
            one.body.name,
            one.title or "—",
            one.place or one.get_mode_display(),
            one.get_minutes_state_display() if one.state == "held" else one.get_state_display(),
        ]
        for one in meetings
    ]
    return _table(
        title, ("Date", "Instance", "Intitulé", "Lieu", "État"), (1.7, 2, 2, 1.8, 1.5), rows, empty
    )


def _decisions(dossier: Dossier, today: date) -> Block:
    rows = [
        [
            f"{one.code} · {one.title}",
            one.meeting.body.name,
            name_of(one.owner) if one.owner else "à désigner",
            (short_day(one.due_on) or "—") + (", en retard" if is_late(one, today) else ""),
            one.get_state_display(),
        ]
        for one in dossier.open_decisions
    ]
    return _table(
        "Décisions en cours",
        ("Décision", "Instance", "Responsable", "Échéance", "État"),
        (3, 1.8, 1.6, 1.5, 1),
        rows,
        "Aucune décision n’est en cours.",
    )


def _documents(dossier: Dossier, today: date) -> Block:
    old = framework_queries.superseded(dossier.documents, today)
    rows = [
        [
            one.title,
            name_of_document(one),
            framework_queries.standing(one, today).value,
            short_day(one.ends_on) or "—",
        ]
        for one in dossier.documents
        if one.pk not in old
    ]
    return _table(
        "Documents-cadres",
        ("Document", "Version", "État", "Échéance"),
        (3, 2.4, 1.2, 1.4),
        rows,
        "Aucun document-cadre n’est inscrit.",
    )


def _partnerships(dossier: Dossier, today: date) -> Block:
    def ends(one: Partnership) -> str:
        if one.ends_on is None:
            return "—"
        return short_day(one.ends_on) + (", fini" if one.ends_on < today else "")

    rows = [
        [
            one.subject,
            ", ".join(sorted(place.name for place in one.organisations.all())),
            one.get_nature_display(),
            ends(one),
        ]
        for one in dossier.partnerships
    ]
    return _table(
        "Partenariats",
        ("Objet", "Structures", "Nature", "Fin"),
        (2.8, 2.6, 1.2, 1.3),
        rows,
        "Aucun partenariat n’est inscrit.",
    )


def _schemes(dossier: Dossier, today: date) -> Block:
    rows = [
        [one.get_kind_display(), one.name, one.reference or "—", dates_of(one)]
        for one in running_schemes(dossier.schemes, today)
    ]
    return _table(
        "Dispositifs liés",
        ("Dispositif", "Nom", "Référence", "Dates"),
        (2, 2.4, 1.6, 1.8),
        rows,
        "Aucun dispositif n’est inscrit.",
    )


def _directory(dossier: Dossier) -> list[Block]:
    return [
        Block(
            title="Annuaire",
            facts=[
                ("Structures actives", number(dossier.organisations)),
                ("Contacts actifs", number(dossier.contacts)),
            ],
        ),
        _table(
            "Listes de diffusion",
            ("Liste", "Usage"),
            (2, 4),
            [[one.name, one.purpose or "—"] for one in dossier.lists],
            "Aucune liste de diffusion n’est inscrite.",
        ),
    ]
