"""Compare what the database says with what was signed, sealed or recorded, and raise the alert.

An SQL writer gains no key by a row; each of his rows leaves an alert in the ledger within one
request of whoever it concerns, himself included (T-11). The three locks do not wait for these
comparisons: they hold without them.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Concat

from cases import queries
from cases.access import keys, recording
from cases.access.directory import directory_of
from cases.domain.lifecycle import SituationState
from cases.domain.recorded import is_stopped_after, states_after
from cases.models import Agreement, Erasure, Grant, Situation, SituationUserPermission
from cases.permissions import Viewer
from cases.queries import GrantRow
from cases.vault.errors import BadSignature, VaultError

PROJECTION = "projection"
STATE = "state_not_recorded"
MOST = 200


def check_rights(
    viewer: Viewer, situation: Situation, rows: Iterable[GrantRow], projected: Collection[str]
) -> None:
    """Compare the viewer's unrevoked grants with their signatures and with guardian's rows.

    ``projected`` holds guardian's codenames for this viewer and situation. Raises:
    LedgerUnavailable.
    """
    awake = [row for row in rows if not row.is_dormant]
    said = {_codename(row) for row in awake}
    due = {
        _codename(row)
        for row in awake
        if row.not_before <= viewer.at < row.not_after and not _is_complement(row)
    }
    stray = (set(projected) - said) | (due - set(projected))
    if stray:
        recording.alert(
            viewer,
            PROJECTION,
            commission=situation.commission_id,
            objects=(situation.pk,),
            sections={codename.split("_", 1)[1] for codename in stray},
        )
    if not awake:
        return
    try:
        register = directory_of(viewer, situation.commission)
    except BadSignature:
        return  # The directory's own alert is raised.
    for row in awake:
        try:
            keys.verified(row, register)
        except VaultError:
            keys.alert(viewer, situation, keys.GRANT, row)


def _codename(row: GrantRow) -> str:
    return f"{row.level}_{row.section}"


def _is_complement(row: GrantRow) -> bool:
    """Tell whether a referrer's complement made it: she may not project it (decision 19)."""
    return row.basis == Grant.Basis.INTAKE and row.key_version > 1


def check_course(
    viewer: Viewer,
    situation: Situation,
    steps: Iterable[tuple[datetime, str]] | None = None,
    agreements: Iterable[Agreement] | None = None,
) -> None:
    """Compare a situation's state and flag with its steps and the person's expressions.

    A page that has read them gives them. Raises: LedgerUnavailable.
    """
    if not _agrees(situation, steps, agreements):
        recording.alert(viewer, STATE, commission=situation.commission_id, objects=(situation.pk,))


def _agrees(
    situation: Situation,
    steps: Iterable[tuple[datetime, str]] | None,
    agreements: Iterable[Agreement] | None,
) -> bool:
    if situation.state == SituationState.ERASED:
        # What was erased keeps no step: the journal of erasures tells, to whoever may see the row.
        return Erasure.objects.filter(pk=situation.pk).exists()
    told = queries.steps(situation) if steps is None else steps
    rows = queries.agreements(situation) if agreements is None else agreements
    state = SituationState(situation.state) if situation.state else None
    stopped = is_stopped_after(queries.undated(row) for row in rows)
    return state in states_after(told) and situation.is_withdrawn == stopped


def check_refusal(viewer: Viewer, code: str) -> None:
    """Look, on the way to a 404, for what an SQL writer would have left there.

    The answer stays the same: a page refused to him says nothing, the ledger does.

    Raises: LedgerUnavailable.
    """
    situation = Situation.objects.filter(code=code).select_related("commission").first()
    if situation is not None:
        rows = [row for row in queries.grants(situation) if row.recipient_id == viewer.user_id]
        check_rights(viewer, situation, rows, projected(viewer, situation))
        check_course(viewer, situation)
    said = (
        Grant.objects.filter(
            situation_id=OuterRef("content_object_id"),
            recipient_id=viewer.user_id,
            revoked_at__isnull=True,
            is_dormant=False,
        )
        .annotate(codename=Concat(F("level"), Value("_"), F("section"), output_field=CharField()))
        .filter(codename=OuterRef("permission__codename"))
    )
    stray = SituationUserPermission.objects.filter(~Exists(said), user_id=viewer.user_id)
    for found in set(stray.values_list("content_object_id", flat=True)[:MOST]):
        recording.alert(viewer, PROJECTION, commission=commission_of(found), objects=(found,))


def projected(viewer: Viewer, situation: Situation) -> set[str]:
    """Return the codenames of guardian's rows for the viewer on a situation."""
    return set(
        SituationUserPermission.objects.filter(
            content_object=situation, user_id=viewer.user_id
        ).values_list("permission__codename", flat=True)
    )


def commission_of(situation_id: uuid.UUID) -> uuid.UUID | None:
    """Return the commission of a situation that the viewer may not see, for its DPO."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clsm_commission_of(%s)", [situation_id])
        found: uuid.UUID | None = cursor.fetchone()[0]
    return found
