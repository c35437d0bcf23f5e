"""The closed list of actions of the ledger, with the words the DPO reads.

A code never changes its meaning and is never reused: old events must stay readable. A new
act means a new line here.
"""

import sys
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of fact an action is, hence how it must be written."""

    SHOWN = "shown"
    """Something was displayed: written on its own connection before the display."""
    DONE = "done"
    """Data changed: written in the transaction of the change."""
    DENIED = "denied"
    """An act was refused: written on its own connection, survives the rollback."""
    AUTH = "auth"
    """Somebody came, left or opened a vault: written on its own connection."""


@dataclass(frozen=True)
class Action:
    """One line of the closed list."""

    code: str
    label: str
    kind: Kind


_SHOWN = {
    "agenda.shown": "Ordre du jour affiché",
    "agreement.shown": "Accord affiché",
    "desk.shown": "Bureau de la DPO affiché",
    "document.printed": "Document imprimé",
    "document.shown": "Document affiché",
    "exceptional.shown": "Accès exceptionnels affichés",
    "export.written": "Export remis",
    "facets.opened": "Données codées ouvertes pour une publication",
    "file.shown": "Pièce jointe ouverte",
    "identity.searched": "Identités comparées à une recherche",
    "history.shown": "Historique affiché",
    "identity.revealed": "Identité affichée",
    "ledger.exported": "Journal exporté",
    "ledger.read": "Journal consulté",
    "ledger.verified": "Journal vérifié",
    "list.shown": "Liste affichée",
    "minutes.shown": "Compte rendu affiché",
    "referral.shown": "Saisine affichée",
    "note.shown": "Note de la commission affichée",
    "plan.shown": "Plan des chiffres affiché",
    "release.shown": "Publication en préparation affichée",
    "search.run": "Recherche effectuée",
    "sitting.projected": "Situation projetée en séance",
    "sitting.shown": "Séance affichée",
    "situation.shown": "Situation affichée",
}

_DENIED = {
    "access.denied": "Accès refusé",
    "agreement.denied": "Accord refusé à l’affichage",
    "document.denied": "Document refusé",
    "file.denied": "Pièce jointe refusée",
    "file.refused": "Fichier refusé au dépôt",
    "identity.denied": "Identité refusée",
    "ledger.denied": "Journal refusé",
    "integrity.alert": "Alerte : une donnée n’est plus ce qui a été signé ou scellé",
    "list.denied": "Liste refusée",
    "referral.denied": "Saisine refusée à l’affichage",
    "sitting.denied": "Séance refusée",
    "situation.denied": "Situation refusée",
    "ticket.refused": "Passage vers le conseil refusé",
    "vault.refused": "Ouverture du coffre refusée",
}

_AUTH = {
    "auth.factor_added": "Second facteur ajouté",
    "auth.factor_removed": "Second facteur retiré",
    "auth.failed": "Connexion échouée",
    "auth.locked": "Connexion bloquée après trop d’essais",
    "auth.login": "Connexion",
    "auth.logout": "Déconnexion",
    "auth.password_changed": "Phrase de passe de connexion changée",
    "auth.session_ended": "Session fermée à distance",
    "ticket.issued": "Passage vers le conseil demandé",
    "ticket.used": "Passage vers le conseil effectué",
    "vault.closed": "Coffre refermé",
    "vault.confirmed": "Secret du coffre présenté de nouveau",
    "vault.device_closed": "Coffre refermé à distance",
    "vault.replaced": "Clés personnelles refaites",
    "vault.many_opened": "Beaucoup de situations ouvertes en une heure, avec un motif",
    "vault.opened": "Coffre ouvert",
    "vault.slot_added": "Nouvelle manière d’ouvrir le coffre",
    "vault.slot_removed": "Manière d’ouvrir le coffre retirée",
}

_DONE = {
    "agenda.item_added": "Situation inscrite à l’ordre du jour",
    "agenda.item_closed": "Point de l’ordre du jour refermé",
    "agenda.item_opened": "Point de l’ordre du jour ouvert",
    "agenda.item_removed": "Situation retirée de l’ordre du jour",
    "agreement.objected": "Opposition enregistrée",
    "agreement.recorded": "Accord enregistré",
    "agreement.withdrawn": "Retrait de l’accord enregistré",
    "attendance.recorded": "Présence enregistrée",
    "commission.closed": "Commission fermée",
    "commission.officers_changed": "Officiers de la commission changés",
    "commission.opened": "Commission ouverte",
    "commission.recovery_renewed": "Clé de secours de la commission renouvelée",
    "backup.keys_written": "Clés des situations sauvegardées à part",
    "config.changed": "Réglage modifié",
    "council.changed": "Donnée du conseil modifiée",
    "directory.imported": "Fichier importé dans l’annuaire",
    "directory.undone": "Import de l’annuaire annulé",
    "directory.forgotten": "Lignes d’un import de l’annuaire effacées, passé leur délai",
    "document.deleted": "Document supprimé",
    "document.written": "Document enregistré",
    "exceptional.asked": "Accès exceptionnel demandé",
    "exceptional.confirmed": "Accès exceptionnel confirmé par une seconde personne",
    "exceptional.declined": "Accès exceptionnel non confirmé",
    "exceptional.ended": "Accès exceptionnel refermé",
    "exceptional.reviewed": "Accès exceptionnel examiné par le DPO",
    "facets.written": "Données codées enregistrées",
    "file.deleted": "Pièce jointe supprimée",
    "file.written": "Pièce jointe déposée",
    "grant.expired": "Habilitation arrivée à son terme",
    "grant.extended": "Habilitation prolongée",
    "grant.given": "Habilitation donnée",
    "grant.revoked": "Habilitation retirée",
    "identity.written": "Identité enregistrée",
    "interest.declared": "Déport déclaré",
    "interest.lifted": "Déport levé",
    "interest.set_aside": "Déport demandé par l’animation",
    "invitation.answered": "Réponse à une invitation",
    "invitation.cancelled": "Invitation annulée",
    "invitation.sent": "Invitation à un point de l’ordre du jour",
    "job.failed": "Tâche de fond échouée",
    "job.finished": "Tâche de fond terminée",
    "job.queued": "Tâche de fond demandée",
    "job.started": "Tâche de fond commencée",
    "key.recovered": "Clé de secours utilisée",
    "erasure.asked": "Effacement demandé",
    "erasure.declined": "Effacement non confirmé",
    "key.rotated": "Clé renouvelée",
    "key.wrapped": "Clé remise à un membre",
    "ledger.purged": "Journal purgé à son terme",
    "letter.asked": "Courriers d’une réunion du conseil demandés",
    "letter.failed": "Courrier d’une réunion du conseil non parti",
    "letter.sent": "Courrier d’une réunion du conseil envoyé",
    "lead.changed": "Référent de la situation changé",
    "member.activated": "Membre activé",
    "member.charter_signed": "Charte signée",
    "member.departed": "Fin de mandat",
    "member.excluded": "Membre exclu",
    "member.invited": "Membre invité",
    "member.key_published": "Clé de membre publiée",
    "member.key_revoked": "Clé de membre révoquée",
    "member.key_signed": "Clé de membre signée",
    "member.rekeyed": "Accès redonnés sous de nouvelles clés",
    "member.reset": "Second facteur réinitialisé par deux officiers",
    "member.reset_asked": "Réinitialisation du second facteur demandée",
    "member.reset_declined": "Réinitialisation du second facteur non confirmée",
    "member.suspended": "Membre suspendu",
    "minutes.written": "Compte rendu enregistré",
    "note.approved": "Note de la commission approuvée",
    "note.dropped": "Note de la commission abandonnée",
    "note.published": "Note de la commission publiée",
    "note.withdrawn": "Note de la commission retirée",
    "note.written": "Note de la commission écrite",
    "person.informed": "Information de la personne enregistrée",
    "plan.activated": "Plan des chiffres mis en vigueur",
    "plan.approved": "Plan des chiffres approuvé",
    "plan.dropped": "Version du plan des chiffres abandonnée",
    "plan.prepared": "Nouvelle version du plan des chiffres préparée",
    "proposal.answered": "Réponse de la personne à une proposition",
    "proposal.recorded": "Proposition enregistrée",
    "proposal.updated": "Avancement d’une proposition",
    "referral.admitted": "Saisine admise",
    "referral.answered": "Réponse donnée au saisissant",
    "referral.completed": "Complément apporté à la saisine",
    "referral.drafted": "Saisine commencée",
    "referral.not_admitted": "Saisine non recevable",
    "referral.redirected": "Saisine réorientée",
    "referral.screened": "Recevabilité examinée",
    "referral.sent": "Saisine transmise",
    "referral.taken_back": "Saisine reprise par son auteur",
    "release.approved": "Publication approuvée",
    "release.audited": "Publication vérifiée",
    "release.dropped": "Publication abandonnée",
    "release.frozen": "Publication figée",
    "release.paper_entered": "Ancien rapport saisi",
    "release.published": "Publication diffusée",
    "release.refused": "Publication non publiable",
    "release.resumed": "Vérification d’une publication reprise",
    "release.withdrawn": "Publication retirée",
    "restitution.recorded": "Restitution à la personne enregistrée",
    "review.recorded": "Examen enregistré",
    "role.given": "Fonction donnée",
    "role.withdrawn": "Fonction retirée",
    "rights_request.answered": "Demande de droits : réponse",
    "rights_request.received": "Demande de droits reçue",
    "sitting.cancelled": "Séance annulée",
    "sitting.closed": "Séance close",
    "sitting.convened": "Séance convoquée",
    "sitting.created": "Séance créée",
    "sitting.opened": "Séance ouverte",
    "situation.archived": "Situation archivée",
    "situation.closed": "Situation close",
    "situation.created": "Situation créée",
    "situation.erased": "Situation effacée",
    "situation.reopened": "Situation rouverte",
    "situation.restricted": "Limitation du traitement posée ou levée",
    "situation.state": "État de la situation changé",
    "situation.written": "Situation modifiée",
}


def _catalogue() -> dict[str, Action]:
    """Join the four lists; a code stands in one only."""
    actions: dict[str, Action] = {}
    for kind, lines in (
        (Kind.SHOWN, _SHOWN),
        (Kind.DENIED, _DENIED),
        (Kind.AUTH, _AUTH),
        (Kind.DONE, _DONE),
    ):
        for code, label in lines.items():
            if code in actions:
                raise ValueError(f"action listed twice: {code}")
            actions[code] = Action(code=code, label=label, kind=kind)
    return actions


ACTIONS = _catalogue()
KINDS = {
    Kind.SHOWN: "Ce qui a été affiché",
    Kind.DONE: "Ce qui a été fait",
    Kind.DENIED: "Ce qui a été refusé",
    Kind.AUTH: "Connexions, coffres, passages vers le conseil",
}


def page() -> str:
    """Write the list of events in French."""
    parts = ["# Évènements du journal", "", "Page produite par `python -m audit.catalogue`.", ""]
    for kind, title in KINDS.items():
        parts += [f"## {title}", "", "| Code | Ce que la DPO lit |", "|---|---|"]
        parts += [f"| `{a.code}` | {a.label} |" for a in ACTIONS.values() if a.kind is kind]
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
