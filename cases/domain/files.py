"""What a file of a situation is, how much a situation holds, why a copy of it is handed over."""

from cases.domain.choice import Choice

QUOTA_BYTES = 200 * 2**20
"""What the files of a situation may weigh in all."""
MOST_WAITING = 5
"""How many files one person may keep waiting in a situation."""
WAITING_HOURS = 24
"""How long a file waits for its form to be sent again (decision 50)."""


class FileSort(Choice):
    """What a file is (domain.md, Document; the papers that the commission makes are not here)."""

    AGREEMENT = "recueil_accord", "Recueil d’accord signé"
    LETTER = "courrier", "Courrier"
    CERTIFICATE = "certificat", "Certificat ou attestation"
    PHOTOGRAPH = "photographie", "Photographie"
    LEASE = "bail", "Bail ou état des lieux"
    DECISION = "decision", "Décision (justice, administration)"
    OTHER = "autre", "Autre pièce"


class ExportReason(Choice):
    """Why somebody takes a copy of a situation out of the service (C-85)."""

    SITTING = "export_sitting", "Préparer une réunion sans accès au service"
    PROFESSIONAL = "export_professional", "Remettre à un professionnel que l’accord nomme"
    PERSON = "export_person", "Répondre à la personne qui demande ses informations"
    AUTHORITY = "export_authority", "Répondre à une demande légale"
