"""What the directory holds already, and how a line of a file is recognised in it.

Source: an organisation is its name and its postcode; a contact her name, then her e-mail or her
organisation.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from uuid import UUID

from clsm_core.council.models import Council
from clsm_core.directory.models import Contact, Organisation
from clsm_core.directory.naming import contact_key, organisation_key
from clsm_core.ui.plain import plain


class Several(Exception):
    """Say that more than one row of the directory could be meant."""

    code = "several"

    def __init__(self, message: str) -> None:
        super().__init__(self.code)
        self.message = message


class KnownOrganisations:
    """The organisations of a council, active ones before those set aside."""

    def __init__(self, council: Council) -> None:
        self._by_key: dict[str, Organisation] = {}
        self._by_name: dict[str, list[Organisation]] = defaultdict(list)
        found = Organisation.objects.filter(council=council).order_by("-is_active", "sort_key")
        for one in found:
            self._by_key.setdefault(one.sort_key, one)
            self._by_name[plain(one.name)].append(one)

    @staticmethod
    def key(name: str, postcode: str) -> str:
        """Return what tells an organisation from another."""
        return organisation_key(name, postcode)

    def matching(self, name: str, postcode: str) -> Organisation | None:
        """Return the organisation meant, None when it is not there.

        Without a postcode on either side, the name is enough while one organisation bears it.

        Raises:
            Several: several do.
        """
        if found := self._by_key.get(organisation_key(name, postcode)):
            return found
        same = self._by_name.get(plain(name), [])
        candidates = [one for one in same if one.is_active] or same
        if postcode:
            candidates = [one for one in candidates if not one.postcode]
        if len(candidates) > 1:
            raise Several("plusieurs structures portent ce nom : indiquez le code postal.")
        return candidates[0] if candidates else None

    def near(self, name: str) -> str:
        """Return the name that looks most like this one, or nothing."""
        known = {key: rows[0].name for key, rows in self._by_name.items() if rows[0].is_active}
        close = difflib.get_close_matches(plain(name), known, n=1, cutoff=0.75)
        return known[close[0]] if close else ""


class KnownContacts:
    """The contacts of a council by name; who was forgotten is nobody."""

    def __init__(self, council: Council) -> None:
        self._by_name: dict[str, list[Contact]] = defaultdict(list)
        for one in Contact.objects.filter(council=council).exclude(last_name=""):
            self._by_name[one.sort_key].append(one)

    @staticmethod
    def key(last_name: str, first_name: str) -> str:
        """Return the name as it is compared."""
        return contact_key(last_name, first_name)

    def matching(
        self, last_name: str, first_name: str, *, email: str, organisation: str | None
    ) -> Contact | None:
        """Return the contact meant, None when she is not there.

        Raises:
            Several: people of the same name whom nothing tells apart.
        """
        same = self._by_name.get(contact_key(last_name, first_name), [])
        by_mail = [one for one in same if email and one.email.casefold() == email.casefold()]
        place = UUID(organisation) if organisation else None
        by_place = [one for one in same if one.organisation_id == place]
        # A line that says neither address nor organisation means the only person of that name.
        bare = same if not email and not organisation else []
        for candidates in (by_mail, by_place, bare):
            active = [one for one in candidates if one.is_active] or candidates
            if len(active) == 1:
                return active[0]
            if active:
                raise Several(
                    "plusieurs contacts portent ce nom : indiquez la structure ou l’adresse"
                    " électronique qui les distingue."
                )
        return None
