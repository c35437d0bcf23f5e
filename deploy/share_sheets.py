"""The trustees' sheets: one page each, with the share to type and the same as a code to read.

Promises: everything is made in memory and returned; nothing is written on disk. Shares, names and
dates reach the document as data, never as markup. The text can be copied and read aloud (PDF/UA-1).
Must never: log a share.

Source: security.md D6, §2.4 (recovery); T-32.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import qrcode
from qrcode.image.svg import SvgPathImage

from cases.vault.recovery import parse_share
from clsm_core.ui.pdf import compile_pdf

_TEMPLATE = Path(__file__).parent / "documents" / "share.typ"
_GROUPS_A_ROW = 4
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
# Dark and light modules, two rows a character; light is drawn, since terminals are dark.
_BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}


def sheets(
    commission_name: str,
    shares: Sequence[str],
    threshold: int,
    root: str,
    at: datetime,
    *,
    contact: str = "",
    key_words: Sequence[str] = (),
) -> bytes:
    """Return the PDF of the trustees' sheets, one A4 page a share, in the order given.

    `shares` are lines of `Share.line`; `root` is the directory's root as configured; `contact` is
    whom to call, left to be written by hand when empty; `key_words` are the recovery key's
    (`kem_words`).

    Raises: WrongShares for a line that is no share; ValueError when its threshold is another.
    """
    data = {
        "commission": commission_name,
        "date": _date(at),
        "shares": [_share(line, threshold) for line in shares],
        "contact": contact,
        "root": root,
        "key_words": " ".join(key_words),
        "alternative": "Code à lire par un lecteur : il contient la ligne de la part, "
        "écrite en entier à côté.",
        "purpose": f"Si plus personne ne peut ouvrir des situations, {threshold} dépositaires "
        "réunis rendent l’accès à la personne désignée, sur un ordinateur sans réseau. Seule, "
        "cette feuille n’ouvre rien. Ce n’est pas votre accès personnel.",
        "do": [
            "Mettez-la sous enveloppe fermée, signée en travers du rabat.",
            "Gardez-la sous clé, hors du bureau de la commission.",
            "Apportez-la vous-même quand l’animation et le DPO vous convoquent ensemble.",
            "À la fin de votre rôle, rendez l’enveloppe fermée.",
        ],
        "never": [
            "La photographier, la scanner, la photocopier.",
            "L’envoyer par courriel, la dicter au téléphone.",
            "La taper sur un ordinateur relié à un réseau.",
            "La ranger avec la part de quelqu’un d’autre.",
        ],
        "lost": "Prévenez l’animation ou le DPO le jour même : de nouvelles parts "
        "remplaceront toutes les anciennes.",
    }
    title = f"Parts de la clé de secours – {commission_name}"
    return compile_pdf(_TEMPLATE, data, at=at, title=title)


def terminal_qr(line: str) -> str:
    """Return a share's code as lines of text, for a dark terminal."""
    rows = _code(line).get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return "\n".join(
        "".join(_BLOCKS[bool(top), bool(low)] for top, low in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )


def _share(line: str, threshold: int) -> dict[str, object]:
    share = parse_share(line)
    if share.threshold != threshold:
        raise ValueError("threshold")
    line = share.line()
    label, signs, *words = line.split(" ")
    groups = signs.split("-")
    starts = range(0, len(groups), _GROUPS_A_ROW)
    return {
        "title": f"Part {share.index} sur {share.total} – {threshold} parts nécessaires",
        "label": label,
        "rows": [" ".join(groups[start : start + _GROUPS_A_ROW]) for start in starts],
        "words": " ".join(words),
        "code": _code(line).make_image(image_factory=SvgPathImage).to_string(encoding="unicode"),
    }


def _code(line: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(line)
    code.make()
    return code


def _date(at: datetime) -> str:
    day = "1er" if at.day == 1 else str(at.day)
    return f"{day} {_MONTHS[at.month - 1]} {at.year}"
