"""What the rules refuse, as facts: a stable code for programs, a French sentence for people."""


class DomainError(Exception):
    """A refusal by a rule of the commission.

    Nobody reads the text to decide: `code` is the fact. No sentence names a person or says
    what a situation is about.
    """

    code = "refused"
    message = "Cette action n’est pas possible."

    def __init__(self, message: str | None = None, *, code: str | None = None) -> None:
        """Keep the class's own words unless more precise ones are given."""
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        super().__init__(self.message)


class NotAllowed(DomainError):
    """The act does not exist in this state."""

    code = "not_allowed"
    message = "Cette action n’est pas possible à cette étape."


class FactMissing(NotAllowed):
    """The act needs a fact that was not given."""

    code = "fact_missing"
    message = "Il manque une information pour faire cette action."


class SituationClosed(NotAllowed):
    """The situation is closed: reopening needs a new agreement (C-09)."""

    code = "situation_closed"
    message = (
        "Cette situation est close. Pour la reprendre, recueillez un nouvel accord puis rouvrez-la."
    )


class SituationErased(NotAllowed):
    """The situation was erased: nothing of it is left."""

    code = "situation_erased"
    message = "Cette situation a été effacée."


class SituationLimited(NotAllowed):
    """Processing is limited at the person's request (GDPR article 18, C-65)."""

    code = "situation_limited"
    message = (
        "Le traitement de cette situation est limité à la demande de la personne : "
        "elle ne peut être ni lue ni modifiée. Adressez-vous au DPO."
    )


class AgreementMissing(DomainError):
    """No valid agreement and no recorded exception (C-01, C-02)."""

    code = "agreement_missing"
    message = (
        "L’accord de la personne n’est pas recueilli. Enregistrez-le, ou une exception datée, "
        "avant d’inscrire la situation."
    )


class AgreementWithdrawn(DomainError):
    """The person objected or took the agreement back (C-04)."""

    code = "agreement_withdrawn"
    message = "La personne a retiré son accord ou s’est opposée au partage."


class AgreementExpired(DomainError):
    """The agreement or the exception has reached its date (C-09, C-10)."""

    code = "agreement_expired"
    message = "L’accord est arrivé à son terme. Recueillez-en un nouveau."


class GrantMissing(DomainError):
    """The member holds no grant on this section (C-21)."""

    code = "grant_missing"
    message = "Vous n’êtes pas habilité à ce volet."


class GrantExpired(DomainError):
    """The grant has not begun, has ended or was revoked (C-24, C-25)."""

    code = "grant_expired"
    message = "Votre habilitation n’est plus en cours."


class MandateInactive(DomainError):
    """The mandate is not in force (BR-02, BR-03)."""

    code = "mandate_inactive"
    message = "Votre mandat dans cette commission n’est pas en cours."


class CharterUnsigned(DomainError):
    """The charter in force is not signed (BR-02)."""

    code = "charter_unsigned"
    message = "Signez la charte en vigueur pour accéder aux situations."


class UnknownCode(DomainError):
    """A value is not on its closed list."""

    code = "unknown_code"
    message = "Cette valeur n’est pas dans la liste."
