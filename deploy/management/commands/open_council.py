"""Open a council: its communes, its coordinator's account, the link by which she comes in.

Runs as the council service itself, with no more rights than its pages; run again, it completes
what is missing and changes nothing else.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email, validate_slug
from django.urls import reverse

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import Refusal
from clsm_core.council.actions import members, openings
from clsm_core.council.models import Commune


class Command(BaseCommand):
    """An operator runs it once a council, after import_territory."""

    help = "Ouvre un conseil : périmètre, compte de la coordination, lien d’entrée."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the council, its communes and who coordinates."""
        parser.add_argument("slug", help="adresse courte, par exemple metz")
        parser.add_argument("--name", required=True, help="nom du conseil")
        parser.add_argument("--insee", nargs="+", default=[], metavar="CODE", help="codes INSEE")
        parser.add_argument("--epci", default="", metavar="SIREN", help="toute l’intercommunalité")
        parser.add_argument("--email", required=True, help="adresse de la coordination")
        parser.add_argument("--first-name", required=True, help="prénom")
        parser.add_argument("--last-name", required=True, help="nom")
        parser.add_argument("--job", default="", help="fonction")
        parser.add_argument("--organisation", default="", help="structure")
        parser.add_argument(
            "--print-link",
            action="store_true",
            help="affiche le lien d’entrée au lieu de compter sur le message",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check what is given, open, say what stands."""
        require_service()
        slug, name, email = (options[key].strip() for key in ("slug", "name", "email"))
        require_words(slug, name, email)
        if bool(options["insee"]) == bool(options["epci"]):
            raise CommandError("Donnez soit --insee CODE…, soit --epci SIREN.")
        if not Commune.objects.exists():
            raise CommandError("Chargez d’abord le territoire : manage.py import_territory.")
        who = members.Newcomer(
            email,
            options["first_name"],
            options["last_name"],
            options["job"],
            options["organisation"],
        )
        try:
            opening = openings.open_council(
                slug=slug,
                name=name,
                communes=openings.communes_named(options["insee"], options["epci"]),
                coordinator=who,
                on=now().date(),
            )
        except Refusal as refused:
            raise CommandError(refused.message) from refused
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        self._tell(opening, printed=options["print_link"])

    def _tell(self, opening: openings.Opening, *, printed: bool) -> None:
        council, user = opening.council, opening.coordinator
        done = "est ouvert" if opening.is_new else "existait déjà"
        self.stdout.write(f"Le conseil « {council.name} » {done}.")
        if opening.communes_added:
            self.stdout.write(f"Communes ajoutées au périmètre : {opening.communes_added}.")
        if not opening.role_given:
            self.stdout.write("Cette personne coordonnait déjà : rien n’a changé.")
        elif user.has_usable_password():
            self.stdout.write(
                "Le rôle est donné ; cette adresse a déjà un compte, prévenu par mail."
            )
        else:
            self.stdout.write("Le rôle est donné ; un message d’invitation part à cette adresse.")
        if printed and not user.has_usable_password():
            self.stdout.write("Lien d’entrée, à remettre en main propre (une fois, trois jours) :")
            self.stdout.write(members.invitation_url(user))
        home = reverse("council:home", args=[council.slug])
        self.stdout.write(f"Page du conseil : {settings.SERVICE_ORIGIN}{home}")


def require_service() -> None:
    """Demand the council service's settings. Raises: CommandError."""
    if settings.SERVICE != "governance":
        raise CommandError(
            "Cette commande se lance avec les réglages du conseil"
            " (DJANGO_SETTINGS_MODULE=deploy.settings.governance)."
        )


def require_words(slug: str, name: str, email: str) -> None:
    """Demand a short address, a name and an address that can be written to.

    Raises:
        CommandError: naming what is wrong.
    """
    try:
        validate_slug(slug)
    except ValidationError as wrong:
        raise CommandError(
            "L’adresse courte ne contient que des lettres sans accent, chiffres et tirets."
        ) from wrong
    try:
        validate_email(email)
    except ValidationError as wrong:
        raise CommandError("L’adresse électronique n’est pas valable.") from wrong
    if not name:
        raise CommandError("Le nom du conseil manque.")
