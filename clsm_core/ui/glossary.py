"""The words and acronyms of the field, on one page that anybody logged in may open (003-31).

Definitions are ours; they say what a newcomer to a council needs, no more.
"""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clsm_core.ui.plain import plain


class Term(NamedTuple):
    """An acronym or a word, its long form when it has one, what it means in a council."""

    word: str
    long: str
    meaning: str = ""


TERMS = (
    Term("ANCT", "Agence nationale de la cohésion des territoires", "politique de la ville"),
    Term("ANPAA", "association de prévention en addictologie", "Association Addictions France"),
    Term(
        "ARS", "agence régionale de santé", "cofinance la coordination, reçoit les besoins repérés"
    ),
    Term("AS", "assistante ou assistant de service social"),
    Term("ASE", "aide sociale à l’enfance", "service du département"),
    Term("ASV", "atelier santé ville", "volet santé du contrat de ville"),
    Term("Assemblée plénière", "", "réunit tous les membres du conseil, au moins une fois par an"),
    Term("BAPU", "bureau d’aide psychologique universitaire"),
    Term("CAARUD", "centre d’accueil et de réduction des risques pour usagers de drogues"),
    Term("CATTP", "centre d’accueil thérapeutique à temps partiel"),
    Term("CCAS", "centre communal d’action sociale"),
    Term("CCOMS", "centre collaborateur de l’OMS", "celui de Lille soutient les conseils locaux"),
    Term("CESF", "conseillère ou conseiller en économie sociale et familiale"),
    Term("CGET", "Commissariat général à l’égalité des territoires", "remplacé par l’ANCT en 2020"),
    Term("CHRS", "centre d’hébergement et de réinsertion sociale"),
    Term("CHS", "centre hospitalier spécialisé", "ancien nom de l’EPSM"),
    Term("CLIC", "centre local d’information et de coordination", "pour les personnes âgées"),
    Term(
        "CLS", "contrat local de santé", "accord entre une collectivité, l’ARS et des partenaires"
    ),
    Term("CLSM", "conseil local de santé mentale"),
    Term(
        "CMP",
        "centre médico-psychologique",
        "consultation publique du secteur, sans avance de frais",
    ),
    Term("CMPP", "centre médico-psycho-pédagogique"),
    Term(
        "Collège",
        "",
        "au nom de qui l’on siège : élus, psychiatrie, personnes concernées, aidants, "
        "professionnels, institutions, habitants",
    ),
    Term(
        "Comité de pilotage",
        "",
        "arrête les priorités, crée les groupes de travail, valide les actions",
    ),
    Term(
        "Commission",
        "",
        "examine des situations individuelles avec l’accord des personnes ; elle travaille dans "
        "l’autre service et ne transmet ici que des chiffres protégés",
    ),
    Term("CPAM", "caisse primaire d’assurance maladie"),
    Term("CPTS", "communauté professionnelle territoriale de santé"),
    Term("CREHPSY", "centre de ressources sur le handicap psychique"),
    Term("CRIP", "cellule de recueil des informations préoccupantes"),
    Term("CSAPA", "centre de soin, d’accompagnement et de prévention en addictologie"),
    Term("DAC", "dispositif d’appui à la coordination"),
    Term(
        "Document-cadre", "", "charte, convention ou règlement qui fonde le conseil, signé et daté"
    ),
    Term("DPO", "déléguée ou délégué à la protection des données"),
    Term("EPCI", "établissement public de coopération intercommunale"),
    Term("EPSM", "établissement public de santé mentale"),
    Term("ESAT", "établissement et service d’accompagnement par le travail"),
    Term("GEM", "groupe d’entraide mutuelle", "association de personnes concernées"),
    Term("Groupe de travail", "", "créé par le comité de pilotage, sur un thème ou un projet"),
    Term("HDJ", "hôpital de jour"),
    Term("IFSI", "institut de formation en soins infirmiers"),
    Term("IREPS", "instance régionale d’éducation et de promotion de la santé"),
    Term("ITEP", "institut thérapeutique, éducatif et pédagogique"),
    Term("MAIA", "maison pour l’autonomie et l’intégration des malades Alzheimer", "devenue DAC"),
    Term("MCO", "médecine, chirurgie, obstétrique", "hôpital général"),
    Term("MDA", "maison des adolescents"),
    Term("MDPH", "maison départementale des personnes handicapées"),
    Term("MJC", "maison des jeunes et de la culture"),
    Term("MSP", "maison de santé pluriprofessionnelle"),
    Term("PAEJ", "point accueil écoute jeunes"),
    Term("PASS", "permanence d’accès aux soins de santé"),
    Term("PMI", "protection maternelle et infantile"),
    Term("PRE", "programme de réussite éducative"),
    Term("PRS", "projet régional de santé"),
    Term("PTSM", "projet territorial de santé mentale", "à l’échelle du département"),
    Term("QPV", "quartier prioritaire de la politique de la ville"),
    Term("RSA", "revenu de solidarité active"),
    Term("SAMSAH", "service d’accompagnement médico-social pour adultes handicapés"),
    Term("SAVS", "service d’accompagnement à la vie sociale"),
    Term("SDIS", "service départemental d’incendie et de secours"),
    Term("SDRE", "soins sur décision du représentant de l’État"),
    Term("Secteur", "", "territoire dont une équipe publique de psychiatrie assure les soins"),
    Term("SESSAD", "service d’éducation spéciale et de soins à domicile"),
    Term("SIAO", "service intégré de l’accueil et de l’orientation", "hébergement, logement"),
    Term("SISM", "semaines d’information sur la santé mentale", "deux semaines en octobre"),
    Term("SPDT", "soins psychiatriques à la demande d’un tiers"),
    Term(
        "UNAFAM",
        "union nationale de familles et amis de personnes malades ou handicapées psychiques",
    ),
)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the terms, those that hold the words asked for when there are some."""
    asked = request.GET.get("q", "").strip()[:60]
    wanted = plain(asked)
    found = [one for one in TERMS if wanted in plain(" ".join(one))]
    return render(request, "ui/glossary.html", {"terms": found, "asked": asked})
