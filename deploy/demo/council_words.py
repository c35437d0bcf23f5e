"""What the two councils of the demonstration hold: structures, people, bodies, subjects.

Every person, structure and district is fictitious; the founding texts give the kinds of subjects.
"""

from __future__ import annotations

from typing import NamedTuple


class Structure(NamedTuple):
    """A structure, its category, its city, its missions."""

    name: str
    category: str
    missions: str


class Someone(NamedTuple):
    """A contact: names, function, college, structure by rank, whether she accepts letters."""

    first: str
    last: str
    job: str
    college: str
    structure: int
    writes: bool = True


class Subject(NamedTuple):
    """A point of an agenda: title, purpose, minutes, what was said."""

    title: str
    purpose: str
    minutes: int
    said: str = ""


STRUCTURES = (
    Structure(
        "Ville, service santé (fiction)", "municipal", "Politique locale de santé, ateliers."
    ),
    Structure("Centre hospitalier du Val (fiction)", "adult_psychiatry", "Soins de secteur, CMP."),
    Structure("Pôle enfants du Val (fiction)", "child_psychiatry", "Soins des moins de 18 ans."),
    Structure("GEM Les Passerelles (fiction)", "users", "Entraide entre personnes concernées."),
    Structure("Amis et proches du Val (fiction)", "carers_union", "Écoute et soutien des proches."),
    Structure("Bailleur Horizon (fiction)", "landlord", "Logement social, gestion de proximité."),
    Structure(
        "Centre social de l’Étang (fiction)",
        "social_centre",
        "Accueil, ateliers, accès aux droits.",
    ),
    Structure("SAVS du Plateau (fiction)", "sociomedical", "Accompagnement à la vie sociale."),
    Structure("Mission locale du Val (fiction)", "local_mission", "Insertion des 16-25 ans."),
    Structure("Délégation territoriale de l’ARS (fiction)", "ars", "Suivi et financement."),
    Structure(
        "Maison de santé des Tilleuls (fiction)", "health_house", "Soins de premier recours."
    ),
    Structure(
        "Conseil départemental, action sociale (fiction)", "department", "Action sociale, PMI."
    ),
)
PEOPLE = (
    Someone("Élise", "Fontaine", "adjointe à la santé", "elected", 0),
    Someone("Luc", "Perrin", "chef de pôle", "psychiatry", 1),
    Someone("Nour", "Haddad", "pédopsychiatre", "psychiatry", 2),
    Someone("Sacha", "Meunier", "adhérent", "users", 3),
    Someone("Odile", "Grandjean", "présidente", "carers", 4),
    Someone("Marc", "Delaunay", "responsable d’agence", "social", 5),
    Someone("Inès", "Roy", "directrice", "social", 6),
    Someone("Paul", "Vidal", "chef de service", "social", 7),
    Someone("Awa", "Diop", "conseillère", "social", 8),
    Someone("Hervé", "Lacombe", "chargé de mission", "institutions", 9),
    Someone("Jeanne", "Colin", "médecin généraliste", "health", 10),
    Someone("Rémi", "Aubert", "responsable de territoire", "institutions", 11),
    Someone("Lila", "Benali", "habitante", "inhabitants", 6, False),
    Someone("Yves", "Caron", "infirmier, suppléant du pôle", "psychiatry", 1),
)
# Ranks in PEOPLE: titulars of the steering committee, its president, its co-animator.
STEERING, PRESIDENT, CO_ANIMATOR, SUBSTITUTE = (0, 1, 3, 4, 5, 6, 9, 10), 0, 1, 13
PLENARY = tuple(range(13))
PARTNERSHIPS = (
    ("convention", "Accueil et orientation des locataires en difficulté", (5, 1), 30),
    ("protocol", "Visites à domicile à deux : bailleur et équipe de soins", (5, 7), 5),
    ("informal", "Permanence mensuelle du groupe d’entraide au centre social", (3, 6), None),
)
OPENING = (
    Subject("Points d’actualité", "information", 10, "Chaque membre dit ce qui change chez lui."),
    Subject(
        "Ce que la commission fait remonter",
        "discussion",
        30,
        "Les fourchettes publiées sont lues ensemble ; deux thèmes reviennent : le logement et la"
        " rupture du lien avec les soins.",
    ),
)
STEERING_SUBJECTS = (
    Subject(
        "Créer un groupe de travail sur le logement",
        "decision",
        25,
        "Le besoin est partagé par les bailleurs et les équipes de soins.",
    ),
    Subject("Préparer les semaines d’information", "decision", 20, "Thème et lieux proposés."),
    Subject("Moyens de la coordination", "discussion", 20, "Le plan de financement est présenté."),
)
PLENARY_SUBJECTS = (
    Subject("Bilan de l’année", "information", 30, "Le bilan est présenté groupe par groupe."),
    Subject(
        "Paroles de personnes concernées", "discussion", 40, "Trois témoignages ouvrent l’échange."
    ),
    Subject(
        "Orientations pour l’année qui vient", "decision", 30, "Deux orientations sont retenues."
    ),
)
WAITING = (
    ("Inviter la maison des adolescents", "Elle ne siège dans aucune instance."),
    ("Un dépliant des lieux d’écoute", "Demandé par les habitants au centre social."),
)
CHARTER = """\
Les signataires travaillent ensemble à la santé mentale des habitants, avec les personnes concernées
et leurs proches. Ils partagent ce qu’ils savent des besoins du territoire. Aucune situation
individuelle n’est évoquée dans les instances du conseil.
"""
