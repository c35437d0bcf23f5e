"""The closed lists by which a note's words are recognised, plain: lower case, without accent.

Numbers, ages, ways of naming people and of naming places smaller than a commune. A list only
grows with a test that shows why.
"""

from __future__ import annotations


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


NUMBERS = _listed(
    "zero deux trois quatre cinq six sept huit dix onze douze treize quatorze quinze seize vingt"
    " vingts trente quarante cinquante soixante septante huitante octante nonante cent cents mille"
    " millier milliers million millions milliard milliards huitaine dizaine dizaines douzaine"
    " douzaines quinzaine vingtaine vingtaines trentaine quarantaine cinquantaine soixantaine"
    " centaine centaines demidouzaine pourcent"
)
"""Words that say how many, whatever stands around them."""

CONFIRMED_NUMBERS = _listed(
    "neuf moitie moities tiers quart quarts double doubles triple triples quadruple duo trio"
    " pourcentage pourcentages"
)
"""Words that say how many, or something else: « logement neuf », « un tiers aidant »."""

PERSONS = _listed(
    "personne homme femme dame monsieur usager usagere patient patiente locataire habitant"
    " habitante resident residente voisin voisine jeune mineur mineure adulte adolescent"
    " adolescente enfant fille garcon fils mere pere parent senior retraite retraitee proche"
    " conjoint conjointe epoux epouse mari veuf veuve allocataire beneficiaire situation dossier"
    " cas foyer menage famille couple"
)
"""After « un » or « une », they make a count of people or of situations."""

AGES = _listed("centenaire centenaires")
CIVILITIES = _listed("m mr mme mmes mlle mlles monsieur madame mademoiselle")
CIVILITIES_BEFORE_CAPITAL = _listed("me maitre dr docteur docteure pr professeur professeure sieur")
LINKS = _listed(
    "a au aux avec d dans de des du elle en est et ils il l la le les mais ne ni on ont ou par pour"
    " qu que qui s se si sont sur un une y tout toute"
)
"""After a civility they name a function, or nobody: « madame la maire »."""

ARTICLES = _listed("a au aux d de des du en l la le les s sous st ste saint sainte sur")
STREETS = _listed(
    "rue avenue boulevard impasse allee allees chemin quai place square sentier ruelle faubourg"
    " esplanade venelle route cours passage promenade rondpoint"
)
SMALL_PLACES = _listed(
    "quartier residence cite tour immeuble batiment foyer zac zup qpv hlm lotissement hameau"
    " lieudit lieu escalier barre bloc pavillon copropriete ehpad camping aire secteur ilot"
)
"""Kinds of places smaller than a commune; with a capitalised name after them, they name one."""

ORDINARY = _listed(
    "ai an as au aux beau beaux belle blanc blanche bois bon bonne brun camp carre champ champs"
    " chef claire clement comte constant content couture cure desire droit du en espoir est etat"
    " eu faible fin foi fontaine fort fourni franc france francais garde gay grand grande gros"
    " guerre il jardin jeune jolie joly jour juin juste la lac laborde lavoir le leger loi long"
    " louis maire mai maison marche marin mars maure mercier meunier mi mission mode monde mont"
    " moulin mur ne noble noel noir nous nuit on or ou parent paris pas pascal patient patience"
    " paul petit petite pierre place plan plus point pont porte pour prevost prieur prime puits"
    " quai ravi rein renard rey rien roi romain rond rose rouge roux royal rude sa sage sauvage se"
    " ses seul si simon soin soins son su sur tard tel temps tout toute travers un une utile"
    " vaillant val valable vert verte vie vieux vigne ville violet vivant voisin vu"
)
"""Words of everyday French that are names as well: in lower case, the author confirms them."""

GENERIC = _listed(
    "ami amie ancien ancienne assistante association beau belle centre compagne compagnon conjoint"
    " conjointe cousin cousine curateur curatrice departement epouse epoux famille fille fils frere"
    " gardien gardienne gendre grand grande infirmier infirmiere madame mandataire mari mere"
    " monsieur neveu niece oncle pere personne petite petit service services soeur tante tutelle"
    " tutelaire tuteur tutrice udaf union voisin voisine"
)
"""Words by which a relative or a mandated service is designated without being named."""
