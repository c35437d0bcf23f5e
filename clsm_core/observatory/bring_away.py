"""Everything needed to check a release alone, on another machine: one archive, one page of words.

Promises: the texts are given byte for byte; the two verifier files are those that this service
runs. The key is printed with a warning: whoever gives both the figures and the key proves nothing.

Source: decision 37; releases.md 5.7.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import audit.verifier
from clsm_core.observatory import certificate
from clsm_core.observatory.models import Release
from clsm_core.observatory.texts import (
    BUNDLE_NAME,
    CERTIFICATE_NAME,
    LEDGER_NAME,
    MANIFEST_NAME,
    SIGNATURE_NAME,
)
from clsm_core.ui.archive import archive

READ_ME_NAME: Final = "LISEZMOI.txt"
KEY_NAME: Final = "cle-publique.txt"
PROGRAMS: Final = {
    "certificate.py": Path(certificate.__file__),
    "verifier.py": Path(audit.verifier.__file__),
}
COMMANDS: Final = (
    ("Sur un ordinateur où Python est installé (3.11 ou plus) :", "python certificate.py ."),
    (
        "Avec la signature (une bibliothèque de plus, « cryptography ») :",
        "python -m pip install cryptography",
    ),
    ("", "python certificate.py . --key {key}"),
)
RESULTS: Final = (
    ("0", "tout est vérifié"),
    ("1", "une vérification échoue : la case ou la ligne est nommée"),
    ("2", "un fichier ne se lit pas : le fichier, la ligne et le champ sont nommés"),
    ("3", "tout est juste, mais la signature n’a pas été vérifiée"),
)


def files_of(release: Release, *, ledger: str, key: str) -> dict[str, bytes]:
    """Give every file by name; `ledger` is the register up to the release, `key` hexadecimal."""
    return {
        READ_ME_NAME: read_me(release, key=key).encode(),
        BUNDLE_NAME: release.bundle.encode(),
        MANIFEST_NAME: release.manifest.encode(),
        CERTIFICATE_NAME: release.certificate.encode(),
        LEDGER_NAME: ledger.encode(),
        SIGNATURE_NAME: bytes(release.signature),
        KEY_NAME: f"{key}\n".encode(),
        **{name: path.read_bytes() for name, path in PROGRAMS.items()},
    }


def everything(release: Release, *, ledger: str, key: str) -> bytes:
    """Return the archive « tout vérifier seul », the same bytes each time."""
    return archive(files_of(release, ledger=ledger, key=key))


def commands(key: str) -> list[tuple[str, str]]:
    """Give the commands to type, each with what it is for."""
    return [(purpose, command.format(key=key)) for purpose, command in COMMANDS]


def read_me(release: Release, *, key: str) -> str:
    """Write the page that goes with the files."""
    lines = [
        "VÉRIFIER SEUL UNE PUBLICATION",
        "",
        f"Commission : {release.commission_label}",
        f"Publication n° {release.rank}, du {release.period_start:%d/%m/%Y} au "
        f"{release.period_end:%d/%m/%Y} (exclu)",
        "",
        "Ces fichiers suffisent. Aucun réseau, aucun compte, aucune base de données.",
        "",
    ]
    for purpose, command in commands(key):
        lines += [purpose] if purpose else []
        lines += [f"    {command}", ""]
    lines += ["Ce que dit le résultat (code de sortie) :"]
    lines += [f"    {code} : {words}" for code, words in RESULTS]
    lines += [
        "",
        "LA CLÉ",
        "",
        f"    {key}",
        "",
        "Comparez-la à celle que la commission vous a remise autrement : sur papier, dans un",
        "compte rendu, par téléphone. Qui donne à la fois les chiffres et la clé ne prouve rien.",
        "",
        "LES FICHIERS",
        "",
        f"    {BUNDLE_NAME}       les fourchettes publiées, telles que la page les montre",
        f"    {MANIFEST_NAME}     ce que la commission a signé",
        f"    {SIGNATURE_NAME}     sa signature (Ed25519)",
        f"    {CERTIFICATE_NAME}  la preuve : des situations inventées, compatibles avec tout ce",
        "                      qui a été publié, où chaque petit groupe peut être vide ou non",
        f"    {LEDGER_NAME}      toutes les publications jusqu’à celle-ci, chacune liée à la",
        "                      précédente",
        "    certificate.py    le vérificateur : un fichier, sans solveur",
        "    verifier.py       la vérification de la signature",
        "",
    ]
    return "\r\n".join(lines)
