"""The trustees' act itself: rebuild the recovery key, give each key to one person, forget.

Promises: nothing is given unless the shares rebuild the very key the request names; each key is
opened against its commitment before it is given; what is given is signed by the recovery key.
Must never: keep the seed beyond the call, return a section's key. Python cannot overwrite the bytes
it freed: the machine is switched off after the ceremony.

Source: security.md D6, §2.4 (recovery); T-32.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from cases.vault.errors import InvalidValue, VaultError, WrongShares
from cases.vault.grants import GrantStatement, wrap_digest
from cases.vault.identity import KemPair, kem_key_id
from cases.vault.offline import AnsweredKey, RecoveryAnswer, RecoveryRequest, RequestedKey
from cases.vault.recovery import Share, combine
from cases.vault.recovery_kit import (
    RECOVERY_GRANTOR,
    RecoverySigner,
    recovery_pair,
    recovery_signer,
    sign_recovery_grant,
)
from cases.vault.wraps import WrapContext, unwrap_key, wrap_key

_MOST_TRIALS = 1000


@dataclass(frozen=True)
class RefusedKey:
    """A key of the request that was not given; `code` is the refusal's."""

    key: RequestedKey
    code: str


def rebuild_seed(shares: Sequence[Share]) -> bytes:
    """Rebuild the recovery seed; of more shares than needed, name the false ones.

    Raises: WrongShares, whose message says what is wrong.
    """
    try:
        return combine(shares)
    except WrongShares as refusal:
        false = _false_shares(shares) if refusal.code == "share_altered" else []
        if not false:
            raise
        names = " et ".join(str(index) for index in false)
        plural = len(false) > 1
        raise WrongShares(
            "share_altered",
            f"Les parts {names} sont fausses : écartez-les."
            if plural
            else f"La part {names} est fausse : écartez-la.",
        ) from None


def rewrap(
    seed: bytes, request: RecoveryRequest, progress: Callable[[int], None] | None = None
) -> tuple[RecoveryAnswer, list[RefusedKey]]:
    """Give each requested key to the recipient; return the answer and what was refused.

    `progress` is called with how many keys were treated, after each.

    Raises: WrongShares when the seed is not that of the request's recovery key.
    """
    try:
        pair, signer = recovery_pair(seed), recovery_signer(seed)
    except InvalidValue:
        raise _foreign() from None
    if pair.public != request.recovery_public:
        raise _foreign()
    given: list[AnsweredKey] = []
    refused: list[RefusedKey] = []
    for key in request.keys:
        try:
            given.append(_give(pair, signer, request, key))
        except VaultError as refusal:
            refused.append(RefusedKey(key, refusal.code))
        if progress:
            progress(len(given) + len(refused))
    return RecoveryAnswer(request.commission, pair.key_id, tuple(given)), refused


def _give(
    pair: KemPair, signer: RecoverySigner, request: RecoveryRequest, key: RequestedKey
) -> AnsweredKey:
    context = WrapContext(key.situation, key.section, key.version, pair.key_id, key.commitment)
    dek = unwrap_key(pair, key.wrap, context)
    recipient = request.public
    wrap = wrap_key(dek, recipient.kem, replace(context, recipient_key_id=recipient.key_id))
    new = request.new_recovery_public
    recovery_wrap = (
        None
        if new is None
        else wrap_key(dek, new, replace(context, recipient_key_id=kem_key_id(new)))
    )
    statement = GrantStatement(
        grant=key.grant,
        situation=key.situation,
        section=key.section,
        recipient=request.recipient,
        recipient_key_id=recipient.key_id,
        level=key.level,
        not_before=key.not_before,
        not_after=key.not_after,
        basis=key.basis,
        agreement=key.agreement,
        wrap_sha256=wrap_digest(wrap),
        commitment=key.commitment,
        previous=key.previous,
        grantor=RECOVERY_GRANTOR,
        grantor_key_id=signer.key_id,
    )
    return AnsweredKey(
        key.grant,
        key.situation,
        key.section,
        key.version,
        wrap,
        sign_recovery_grant(signer, statement),
        recovery_wrap,
    )


def _false_shares(shares: Sequence[Share]) -> list[int]:
    """Return the indexes that disagree with some shares that rebuild a secret by themselves."""
    distinct = list({share.index: share for share in shares}.values())
    for chosen in islice(combinations(distinct, distinct[0].threshold), _MOST_TRIALS):
        if _agree(chosen):
            return [share.index for share in distinct if not _agree((*chosen, share))]
    return []


def _agree(shares: Sequence[Share]) -> bool:
    try:
        combine(shares)
    except WrongShares:
        return False
    return True


def _foreign() -> WrongShares:
    return WrongShares(
        "shares_foreign",
        "Ces parts reconstituent une autre clé que celle de la demande : elles viennent d’une "
        "autre commission ou d’une ancienne cérémonie.",
    )
