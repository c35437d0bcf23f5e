"""How many situations a member may open in an hour before she says why (decision 23).

A stolen session reads one by one; whoever reads many has a reason, which the ledger keeps.
"""

from cases.domain.choice import Choice

WINDOW_SECONDS = 3600
MEMBER, COORDINATOR = 60, 200
"""Different situations an hour."""


class OpeningReason(Choice):
    """Why so many situations are opened."""

    SITTING = "preparation_seance", "préparation d’une séance"
    FOLLOW_UP = "point_des_suites", "point sur les actions en cours"
    HANDOVER = "relais", "relais d’un collègue ou arrivée"
    REVIEW = "relecture", "relecture demandée par le DPO"
    OTHER = "autre_motif", "autre motif, à dire au DPO s’il le demande"
