"""Who plays in the demonstration: fictitious people, at addresses that cannot exist (RFC 2606)."""

from __future__ import annotations

from dataclasses import dataclass

from cases.domain.sections import ProfessionCategory
from cases.domain.vocabulary import ReferrerCategory

HEALTH = ProfessionCategory.HEALTH_PROFESSIONAL.value
SOCIAL = ProfessionCategory.SOCIAL_WORKER.value
OUTSIDE = ProfessionCategory.NONE.value

CCAS = ReferrerCategory.MUNICIPAL_SOCIAL_SERVICE.value
COUNTY = ReferrerCategory.COUNTY_SOCIAL_SERVICE.value
PSYCHIATRY = ReferrerCategory.PUBLIC_PSYCHIATRY.value
LANDLORD = ReferrerCategory.SOCIAL_LANDLORD.value
ASSOCIATION = ReferrerCategory.SOCIAL_ASSOCIATION.value
USERS = ReferrerCategory.RELATIVES.value
TOWN = ReferrerCategory.MUNICIPAL_SAFETY.value
OTHER = ReferrerCategory.OTHER.value

# The codes of mandates (`cases.models.Mandate.Role`): this module is read without Django as well.
COORDINATOR = "coordinator"
DEPOSITARY = "depositary"
PERMANENT = "permanent"
USERS_REPRESENTATIVE = "users_representative"
DPO = "dpo"
REFERRER = "referrer"

METZ = "metz"
TERRES = "terres-des-confluences"


@dataclass(frozen=True)
class Post:
    """What a person is in one commission."""

    commission: str
    roles: tuple[str, ...]
    kind: str
    profession: str = OUTSIDE


@dataclass(frozen=True)
class Person:
    """One person of the cast; ``council_role`` in ``council`` for those who enter the council."""

    first: str
    last: str
    job: str
    organisation: str
    posts: tuple[Post, ...] = ()
    council: str = ""
    council_role: str = ""

    @property
    def login(self) -> str:
        """Return the short login, such as ``claire.morel``."""
        plain = str.maketrans("àâäéèêëîïôöûüçÉ", "aaaeeeeiioouucE")
        return f"{self.first}.{self.last}".translate(plain).replace(" ", "-").lower()

    @property
    def email(self) -> str:
        """Return the address typed at login; its domain can never exist."""
        return f"{self.login}@exemple.invalid"

    @property
    def name(self) -> str:
        """Return the name shown to colleagues."""
        return f"{self.first} {self.last}"

    @property
    def realm(self) -> str:
        """Return the service where the person types a passphrase."""
        return "commission" if self.posts else "council"

    @property
    def has_vault(self) -> bool:
        """Tell whether the person holds keys: everybody but referrers (decision 19)."""
        return any(role != REFERRER for post in self.posts for role in post.roles)

    def in_commission(self, slug: str) -> Post | None:
        """Return the person's post in a commission."""
        return next((post for post in self.posts if post.commission == slug), None)


PEOPLE: tuple[Person, ...] = (
    Person(
        "Claire",
        "Morel",
        "Coordinatrice du CLSM",
        "Ville de Metz (fiction)",
        (Post(METZ, (COORDINATOR,), CCAS),),
        METZ,
        "coordinator",
    ),
    Person(
        "Denis",
        "Faure",
        "Délégué à la protection des données",
        "Cabinet Faure (fiction)",
        (Post(METZ, (DPO,), OTHER), Post(TERRES, (DPO,), OTHER)),
    ),
    Person(
        "Nadia",
        "Benali",
        "Assistante de service social",
        "CCAS des Trois-Saules (fiction)",
        (Post(METZ, (DEPOSITARY, PERMANENT), CCAS, SOCIAL),),
    ),
    Person(
        "Luc",
        "Perrin",
        "Psychiatre",
        "Centre hospitalier du Tilleul (fiction)",
        (Post(METZ, (PERMANENT,), PSYCHIATRY, HEALTH),),
    ),
    Person(
        "Sophie",
        "Petit",
        "Infirmière, équipe mobile",
        "Centre hospitalier du Tilleul (fiction)",
        (Post(METZ, (PERMANENT,), PSYCHIATRY, HEALTH),),
    ),
    Person(
        "Marc",
        "Didier",
        "Responsable de la vie sociale",
        "Habitat des Rives (fiction)",
        (Post(METZ, (PERMANENT,), LANDLORD),),
    ),
    Person(
        "Inès",
        "Roy",
        "Représentante des usagers",
        "Association L’Éclaircie (fiction)",
        (Post(METZ, (USERS_REPRESENTATIVE,), USERS),),
    ),
    Person(
        "Julie",
        "Lambert",
        "Conseillère sociale",
        "Habitat des Rives (fiction)",
        (Post(METZ, (REFERRER,), LANDLORD),),
    ),
    Person(
        "Hugo",
        "Garnier",
        "Travailleur social",
        "Association Le Pas-de-Porte (fiction)",
        (Post(METZ, (REFERRER,), ASSOCIATION),),
    ),
    Person(
        "Élise",
        "Fontaine",
        "Adjointe à la santé",
        "Ville de Metz (fiction)",
        council=METZ,
        council_role="steering_member",
    ),
    Person(
        "Paul",
        "Vidal",
        "Animateur du CLSM",
        "Communauté de communes (fiction)",
        (Post(TERRES, (COORDINATOR,), CCAS),),
        TERRES,
        "coordinator",
    ),
    Person(
        "Anne",
        "Costa",
        "Assistante de service social",
        "Centre intercommunal d’action sociale (fiction)",
        (Post(TERRES, (DEPOSITARY, PERMANENT), CCAS, SOCIAL),),
    ),
    Person(
        "Thomas",
        "Brun",
        "Infirmier de secteur",
        "CMP de la Confluence (fiction)",
        (Post(TERRES, (PERMANENT,), PSYCHIATRY, HEALTH),),
    ),
    Person(
        "Léa",
        "Fabre",
        "Chargée de gestion locative",
        "Office des Deux-Vallées (fiction)",
        (Post(TERRES, (PERMANENT,), LANDLORD),),
    ),
    Person(
        "Marie",
        "Castel",
        "Assistante de service social",
        "Maison des solidarités (fiction)",
        (Post(TERRES, (REFERRER,), COUNTY),),
    ),
    Person(
        "Bernard",
        "Lacaze",
        "Vice-président à la cohésion sociale",
        "Communauté de communes (fiction)",
        council=TERRES,
        council_role="steering_member",
    ),
)


def members_of(slug: str) -> list[Person]:
    """Return the cast of a commission."""
    return [person for person in PEOPLE if person.in_commission(slug)]


def holder(slug: str, role: str) -> Person:
    """Return the person who holds a role in a commission."""
    for person in members_of(slug):
        post = person.in_commission(slug)
        if post is not None and role in post.roles:
            return person
    raise LookupError(f"nobody is {role} of {slug}")


ROLE_WORDS = {
    COORDINATOR: "animation",
    DEPOSITARY: "dépositaire",
    PERMANENT: "membre permanent",
    USERS_REPRESENTATIVE: "représentation des usagers",
    DPO: "délégué à la protection des données",
    REFERRER: "saisissant",
    "steering_member": "comité de pilotage",
}


def role_words(person: Person) -> str:
    """Return what the person is, in French words."""
    if not person.posts:
        return f"{ROLE_WORDS[person.council_role]}, {PLACES[person.council]}"
    places: dict[str, list[str]] = {}
    for post in person.posts:
        words = " et ".join(ROLE_WORDS[role] for role in post.roles)
        places.setdefault(words, []).append(PLACES[post.commission])
    return " ; ".join(f"{words}, {' et '.join(where)}" for words, where in places.items())


PLACES = {METZ: "Metz", TERRES: "Terres des Confluences"}
