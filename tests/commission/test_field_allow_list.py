"""T-23: a post changes what its form shows, whatever else is sent with it (GHSA-x4cq).

Every attribute of every model of the commission, and of accounts, is sent beside each form's own
fields by everybody; the rows that result are those of the same post without them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import psycopg
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.urls import reverse

from cases.actions import situations as acts
from cases.models import Grant, Invitation
from clsm_core.accounts.clock import now
from tests import database, people
from tests.breadth import IS_WHOLE
from tests.commission import test_answers
from tests.commission import test_matrix_http as matrix
from tests.commission.everybody import Everybody
from tests.commission.posted_forms import form_of

# Every row of the commission and of accounts, uncommitted ones included, past the rules of rows;
# not when and where a vault was last used, which any page writes. Compared where they are.
SNAPSHOT = """
CREATE UNLOGGED TABLE t23_kept (place text, key text, said jsonb);
CREATE FUNCTION t23_rows() RETURNS TABLE (place text, key text, said jsonb)
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE v_table text;
BEGIN
    FOR v_table IN SELECT c.relname FROM pg_class c WHERE c.relkind = 'r'
        AND c.relnamespace = 'public'::regnamespace
        AND (c.relname LIKE 'cases%' OR c.relname LIKE 'clsm_accounts_user%')
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %L, COALESCE(r.said->>''id'', r.said::text), r.said FROM'
            ' (SELECT to_jsonb(t) - ''used_at'' - ''device'' AS said FROM %I t) r',
            v_table, v_table);
    END LOOP;
END $$;
CREATE FUNCTION t23_keep() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
    DELETE FROM t23_kept;
    INSERT INTO t23_kept SELECT * FROM t23_rows();
$$;
CREATE FUNCTION t23_changed() RETURNS TABLE (place text, key text, was jsonb, said jsonb)
LANGUAGE sql SECURITY DEFINER AS $$
    SELECT COALESCE(k.place, r.place), COALESCE(k.key, r.key), k.said, r.said
      FROM t23_kept k FULL JOIN t23_rows() r ON r.place = k.place AND r.key = k.key
     WHERE k.said IS DISTINCT FROM r.said
$$;
CREATE FUNCTION t23_known() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS $$
    SELECT key FROM t23_kept
$$;
"""
FUNCTIONS = ("t23_changed()", "t23_keep()", "t23_known()", "t23_rows()")
POSTERS = (
    "coordinator",
    "lead",
    "landlord",
    "guest_in",
    "uninvited",
    "dpo",
    "referrer",
    "depositary",
    "superuser",
    "suspended",
)
# Pages whose posts are valid with the fields below; the others are posted as the page has them.
TODAY = "today"
VALID: dict[str, dict[str, Any]] = {
    "cases:agreement": {
        "kind": "named_sharing",
        "giver": "personne",
        "mode": "ecrit_signe",
        "notice_handed_on": TODAY,
        "notice_form": "papier",
        "security_described": "on",
        "categories": ["logement"],
        "professions": ["professionnel_sante"],
        "purposes": ["examen", "suivi"],
        "presence": "oui",
    },
    "cases:withdraw": {"kind": "withdrawal", "understood": "on"},
    "cases:share": {"recipients": ["sophie"], "sections": ["core", "housing"], "level": "read"},
    "cases:set_aside": {"member": "marc", "reason": "autre_lien"},
    "cases:step_aside": {"reason": "autre_lien", "sure": "on"},
    "cases:lead": {"lead": "sophie", "reason": "charge"},
    "cases:close": {
        "reason": "objectifs_atteints",
        "outcome_housing": "maintien",
        "outcome_care": "inconnu",
        "outcome_rights": ["aucun"],
        "missing_offer": ["aucun"],
    },
    "cases:erase": {"reason": "accepted_request"},
    "cases:document_new": {"place": "logement", "text": "Une visite."},
    "cases:item_remove": {"reason": "personne_indisponible"},
    "cases:review": {"presence": "oui", "no_proposal": "on", "review_due_on": "2099-01-01"},
    "cases:invite_in_room": {
        "name": "Gaëlle",
        "function": "Infirmière",
        "organisation": "Centre hospitalier",
        "kind": "psychiatrie_publique",
        "profession": "professionnel_sante",
    },
    "cases:sitting_new": {"starts_at": "2099-01-01T14:00", "place": "Mairie"},
    "cases:screen": {"lead": "luc"},
    "cases:control_ask": {"sections": ["core"], "reason": "reclamation", "words": "Une plainte."},
    "cases:emergency_ask": {
        "reason": "vie_en_danger",
        "words": "On craint pour elle.",
        "is_lead_absent": "on",
    },
    "cases:grant_revoke": {"grant": "grant"},
    "cases:invitation_accept": {},
    "cases:invitation_decline": {"reason": "indisponible"},
    "cases:my_referral": {},
    "cases:referral_take_back": {},
    "cases:file_delete": {},
    "cases:depart": {},
}
# What must be among the posts that changed something: a test of nothing is no test.
CHANGED = {
    "cases:agreement",
    "cases:withdraw",
    "cases:share",
    "cases:set_aside",
    "cases:step_aside",
    "cases:lead",
    "cases:close",
    "cases:document_new",
    "cases:grant_revoke",
    "cases:control_ask",
    "cases:emergency_ask",
    "cases:screen",
    "cases:sitting_new",
    "cases:invite_in_room",
    "cases:referral_take_back",
    "cases:invitation_accept",
}
REFUSED = (404, 405)
FORM = "application/x-www-form-urlencoded"
# An account's own pages know no office: an officer posts them, a referrer without a vault, and
# whoever holds no office; everybody does in `make drill`.
OF_ACCOUNTS = ("coordinator", "referrer", "superuser")
Change = tuple[Any, ...]


def attributes(person: Any) -> dict[str, list[str]]:
    """Return every attribute of the models, by its names, with a value that would matter."""
    found: dict[str, list[str]] = {}
    accounts = get_user_model()
    for model in (*apps.get_app_config("cases").get_models(), accounts):
        for field in model._meta.concrete_fields:
            for name in {field.name, field.attname, f"{field.name}_id"}:
                found[name] = value_of(field, person)
    more = ("is_staff", "is_superuser", "user", "by", "viewer", "at", "pk", "viewer_id", "roles")
    return {**{name: ["on"] for name in more}, **found, "role": ["coordinator"]}


def value_of(field: models.Field[Any, Any], person: Any) -> list[str]:
    """Return what somebody who tries would send for a column."""
    if isinstance(field, models.BooleanField):
        return ["on"]
    if isinstance(field, (models.UUIDField, models.ForeignKey, models.OneToOneField)):
        return [str(person.user.pk)]
    if isinstance(field, models.DateTimeField):
        return ["2099-12-31T10:00"]
    if isinstance(field, models.DateField):
        return ["2099-12-31"]
    if isinstance(field, models.IntegerField):
        return ["7"]
    choices = [code for code, _ in field.choices or ()]
    return [str(choices[-1])] if choices else ["manage"]


def is_shown(view: str, name: str) -> bool:
    """Tell whether the tables of T-20 show somebody this page."""
    if name in test_answers.PEOPLE:
        column = test_answers.PEOPLE.index(name)
        return test_answers.EXPECTED[view].split()[column] == "200"
    (column_of,) = (one for one, names in matrix.COLUMNS.items() if name in names)
    return matrix.answers(view, "GET")[column_of] == 200


def is_of_accounts(view: str) -> bool:
    """Tell whether a page is an account's own: whoever holds no office is shown it."""
    return view != "home" and is_shown(view, "superuser")


class OnlyListedFields(Everybody):
    """Each post, alone then with everything else beside it."""

    __test__ = True

    @classmethod
    def setUpTestData(cls) -> None:
        """Make everybody, and the function that sees every row."""
        super().setUpTestData()
        with cls.administrator() as admin:
            admin.execute(SNAPSHOT)
            for name in FUNCTIONS:
                admin.execute(f"GRANT EXECUTE ON FUNCTION {name} TO clsm_commission")

    @classmethod
    def tearDownClass(cls) -> None:
        """Leave the suite's database as it was."""
        super().tearDownClass()
        with cls.administrator() as admin:
            for name in FUNCTIONS:
                admin.execute(f"DROP FUNCTION {name}")
            admin.execute("DROP TABLE t23_kept")

    @staticmethod
    def administrator() -> psycopg.Connection[Any]:
        """Return a superuser's connection."""
        place = database.installation()
        return psycopg.connect(place.server.url(connection.settings_dict["NAME"]), autocommit=True)

    def keep(self) -> None:
        """Keep every row as it stands in this transaction, to compare with."""
        self.known = {key for (key,) in asked("SELECT t23_keep()", "SELECT t23_known()")}

    def changed(self) -> list[Change]:
        """Return what differs from the rows kept."""
        return differences(asked("SELECT place, key, was, said FROM t23_changed()"), self.known)

    def address_for(self, name: str, view: str) -> str:
        """Return where somebody posts: her own invitation, when it is one."""
        is_answer = view in ("cases:invitation_accept", "cases:invitation_decline")
        if not (is_answer and name in ("uninvited", "guest_in")):
            return self.address(view)
        with people.as_person(self.cast.people[name]):
            own = Invitation.objects.get(user=self.cast.people[name].user)
        return reverse(view, args=[own.pk])

    def payload(self, client: Any, name: str, view: str) -> dict[str, Any]:
        """Return the least that a form needs, from its page and the table."""
        page = client.get(self.address_for(name, view))
        shown: dict[str, Any] = {}
        if page.streaming:
            page.getvalue()
        elif page.status_code == 200 and "html" in page["Content-Type"]:
            shown = form_of(page.content.decode(), self.address_for(name, view))
        return {**shown, **self.valid(view)}

    def valid(self, view: str) -> dict[str, Any]:
        """Return what the table says of a form."""
        return {field: self.named(value) for field, value in VALID.get(view, {}).items()}

    def named(self, value: Any) -> Any:
        """Return the account, the right or the day that a word of the table stands for."""
        if isinstance(value, list):
            return [self.named(one) for one in value]
        if value == TODAY:
            return now().date().isoformat()
        if value == "grant":
            with people.as_person(self.cast.luc):
                held = Grant.objects.filter(
                    situation=self.situation,
                    recipient=self.cast.marc.user,
                    revoked_at__isnull=True,
                )
                return str(held.values_list("pk", flat=True)[0])
        people_named = ("sophie", "marc", "luc")
        return str(self.cast.people[value].user.pk) if value in people_named else value

    def changes(self, client: Any, address: str, sent: dict[str, Any]) -> tuple[int, Any]:
        """Post and undo; return the answer's code, and what it had changed.

        A refusal is not undone: whoever asks looks at the rows when everything was refused.
        """
        with transaction.atomic():
            # Not the test client's multipart: read field by field, it takes longer than the page.
            text = urlencode(sent, doseq=True)
            status = client.post(address, text, content_type=FORM).status_code
            if status in REFUSED:
                return status, []
            found = self.changed()
            transaction.set_rollback(True)
        return status, found

    def posts_of(self, name: str, extra: dict[str, Any]) -> Iterator[tuple[str, int, Any, Any]]:
        """Give each post of somebody: where, its answer, its changes alone and with the rest."""
        client = self.client_of(name)
        self.keep()
        for view in test_answers.EXPECTED:
            if not IS_WHOLE and name not in OF_ACCOUNTS and is_of_accounts(view):
                continue
            address = self.address_for(name, view)
            # Refused whatever is sent, most of them: their page is not asked for.
            if not is_shown(view, name) and (
                self.changes(client, address, {**extra, **self.valid(view)})[0] in REFUSED
            ):
                continue
            own = self.payload(client, name, view)
            beside = {field: value for field, value in extra.items() if field not in own}
            status, more = self.changes(client, address, {**beside, **own})
            if more:
                yield view, status, self.changes(client, address, own)[1], more
        yield "every refused post", 404, [], self.changed()

    def test_only_what_the_form_shows_changes(self) -> None:
        """T-23, each URL × everybody."""
        wrong, changed = [], set()
        extra = attributes(self.other.claire)
        self.assertGreater(len(extra), 150)
        for name in POSTERS:
            for view, status, alone, more in self.posts_of(name, extra):
                if alone:
                    changed.add(view)
                if more != alone:
                    wrong.append(f"{view} {name} ({status}): {beyond(alone, more)}")
        self.assertEqual(wrong, [])
        self.assertEqual(CHANGED - changed, set())

    def test_a_view_that_writes_more_is_found(self) -> None:
        """Control: an act that keeps a column it was sent is another set of rows."""
        client = self.client_of("lead")
        self.keep()
        own = self.payload(client, "lead", "cases:close")
        honest = acts.change
        address = self.address("cases:close")
        _, alone = self.changes(client, address, own)

        def eager(viewer: Any, situation: Any, **fields: Any) -> None:
            honest(viewer, situation, **fields, answer_reason="pirate")

        self.assertTrue(alone)
        with mock.patch.object(acts, "change", eager):
            _, more = self.changes(client, address, {**own, "answer_reason": "pirate"})
        self.assertNotEqual(more, alone)
        self.assertIn("answer_reason", str(beyond(alone, more)))


def asked(*statements: str) -> list[tuple[Any, ...]]:
    """Ask several questions; return the last one's answer."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())


def differences(rows: list[tuple[Any, ...]], known: set[str]) -> list[Change]:
    """Return what changed between two states, without what is drawn or timed at each post."""
    found: list[Change] = []
    for place, key, *sides in rows:
        was, said = (json.loads(one) if isinstance(one, str) else one for one in sides)
        if said is None:
            found.append((place, key, "gone"))
            continue
        before = was or {}
        values = {
            (name, plain(name, value, known))
            for name, value in said.items()
            if was is None or before.get(name) != value
        }
        found.append((place, "new" if was is None else key, tuple(sorted(values))))
    return sorted(found, key=str)


def plain(name: str, value: Any, known: set[str]) -> str:
    """Return a value that two posts share: not an id just made, sealed bytes, an hour."""
    said = str(value)
    if said.startswith("\\x") or name in ("code", "reference", "key", "digest"):
        return "drawn"
    if name.endswith("_at") or name in ("not_before", "at", "exp"):
        return said[:10]
    is_id = len(said) == 36 and said.count("-") == 4
    return "made" if is_id and said not in known else said


def beyond(alone: Any, more: Any) -> list[str]:
    """Return what one post changed and the other did not."""
    here, there = {str(one) for one in alone}, {str(one) for one in more}
    return sorted(here ^ there)[:4]
