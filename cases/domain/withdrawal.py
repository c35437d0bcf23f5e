"""Why a published release is withdrawn: a closed list, since the council reads the reason.

No free text: it would be the one place where words about a situation could leave the commission.
"""

from cases.domain.choice import Choice


class WithdrawalReason(Choice):
    """What the council is told; what was seen stays known, and counts for every later release."""

    ENTRY_ERROR = "erreur_saisie", "Des situations ont été mal codées : les chiffres sont faux."
    METHOD_ERROR = "erreur_methode", "Une erreur de méthode a été trouvée dans le calcul."
    WRONG_PERIOD = "erreur_periode", "La période publiée n’était pas la bonne."
    DOUBT = "doute_anonymat", "Un doute existe sur la protection des personnes."
    DPO = "decision_dpo", "Le délégué à la protection des données l’a demandé."
    PAPER_ERROR = "erreur_rapport", "L’ancien rapport ne disait pas ces chiffres."
