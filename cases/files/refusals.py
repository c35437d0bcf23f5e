"""Why a file is refused: one code for the ledger, one sentence that says what to do."""

from __future__ import annotations

from cases.domain.exceptions import DomainError

AS_PDF = "Enregistrez le document en PDF, puis envoyez ce PDF."

MESSAGES = {
    "file_empty": "Ce fichier est vide. Vérifiez-le, puis envoyez-le de nouveau.",
    "file_too_big": "Ce fichier dépasse 25 Mo. Réduisez-le (numérisez en 200 points par pouce, ou "
    "séparez-le en plusieurs fichiers), puis envoyez-le.",
    "file_type": "Ce type de fichier n’est pas accepté. Envoyez un PDF, une image (JPG, PNG, WebP),"
    " un document (DOCX, ODT), un tableau (XLSX, ODS) ou un texte (TXT).",
    "file_other_type": "Le contenu de ce fichier n’est pas celui que son nom annonce. Ouvrez-le "
    "avec le logiciel qui l’a fait, enregistrez-le de nouveau, puis envoyez-le.",
    "file_encrypted": "Ce fichier est protégé par un mot de passe. Enregistrez-le sans mot de "
    "passe, puis envoyez-le : il sera scellé ici.",
    "file_damaged": "Ce fichier est abîmé ou incomplet. Ouvrez-le, enregistrez-le de nouveau, puis "
    "envoyez-le.",
    "file_too_complex": "Ce fichier demande trop de calcul ou de mémoire pour être examiné. "
    f"{AS_PDF}",
    "file_hidden_data": "Ce fichier contient autre chose avant ou après son contenu (photo animée, "
    "archive). Enregistrez-le de nouveau comme simple document ou simple image.",
    "file_active": "Ce document contient un programme, une action automatique ou un formulaire "
    "actif. Imprimez-le « en PDF », puis envoyez ce nouveau PDF.",
    "file_embedded": "Ce document en contient un autre. Envoyez chaque document à part.",
    "file_macro": f"Ce document contient des macros. {AS_PDF}",
    "file_external": "Ce document va chercher une image, un modèle ou des données ailleurs. "
    f"{AS_PDF}",
    "file_archive": f"Ce document s’ouvre en un volume anormal. {AS_PDF}",
    "file_pixels": "Cette image est trop grande (plus de 52 millions de points). Réduisez-la, puis "
    "envoyez-la.",
    "file_text": "Ce texte contient des caractères qui ne sont pas du texte. Enregistrez-le en "
    "texte simple (UTF-8), ou en PDF.",
    "file_infected": "L’antivirus a reconnu un programme malveillant : le fichier n’est pas gardé. "
    "Prévenez la personne qui vous l’a donné, et votre service informatique.",
}


class FileRefused(DomainError):
    """A file may not stay; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(MESSAGES[code], code=code)


class NotScanned(DomainError):
    """The antivirus did not answer: the file is neither good nor bad, hence not accepted now."""

    code = "antivirus_down"
    message = (
        "L’antivirus ne répond pas : la pièce attend, scellée pour vous seul. Envoyez-la de "
        "nouveau dans quelques minutes ; si cela dure, prévenez l’animation."
    )


class NotScannable(NotScanned):
    """The antivirus takes no file of this size."""

    code = "antivirus_limit"
    message = (
        "L’antivirus n’examine pas un fichier de cette taille : la pièce attend, scellée pour vous "
        "seul. Réduisez le fichier, ou prévenez l’animation."
    )


class NoScanner(NotScanned):
    """No antivirus is configured and no decision allows to do without."""

    code = "antivirus_unset"
    message = (
        "Aucun antivirus n’est configuré : la pièce attend, scellée pour vous seul. Prévenez "
        "l’animation."
    )
