"""Two hundred and fifty-six French words that two people read to each other.

Promises: short everyday words without accent, no two alike in their first four letters, so that a
fingerprint survives a telephone. The list and its order never change: fingerprints depend on them.
"""

from collections.abc import Iterable
from hashlib import sha256

from cases.vault.encoding import Part, lp

_LIST = """
agneau album algue amande ananas ancre arbre arche avion bagage balcon bambou banane barque
bassin bateau berger bijou blanc bobine bonnet broche buffet bulle bureau cabane cadeau cahier
calme camion canard casque castor cerise chaise chemin cheval cigale citron cloche coffre comete
corail cosmos courge crayon cuivre cycle cygne dahlia damier danse dessin devise digue dindon
disque dorade douche dragon eclair encre epice erable espoir etoile fable farine ferme figue
filet flamme fleuve flocon flute foret fraise fruit fumet fusee galet gamme gant garage gateau
girafe givre glace globe gomme gourde graine grue habit hamac hameau harpe herbe hibou hiver
homard huile huitre igloo indigo ivoire jade jaguar jambon jardin jasmin jouet kayak kiwi koala
lacet lagune laine lampe lapin legume lettre levier lezard lierre linge livre loutre lueur
maison marbre masque matin melon menthe meuble micro miel mimosa miroir montre moulin mousse
muguet nacre nappe navire nectar neige nomade nougat nuage numero oasis objet ocean oiseau olive
opale orange ortie oursin outil paille panier papier patate perle petale phare piano pigeon
plage planete plume poireau poivre pomme porte potage poulain prairie quartz quiche radeau radis
raisin rameau rayon recolte refuge renard reveil riviere robot rocher ruban ruche sable sabot
safran salade sandale sapin sardine sauge savon sifflet singe sirop soleil sorbet souris stylo
sucre table talon tambour tapis tartine tasse taureau tennis tigre tilleul timbre tomate tonneau
torrent toupie trefle trousse tulipe tunnel tuyau univers vache valise vanille vapeur velours
verger veste viaduc vigne village violon virgule vitrine voile voyage wagon yaourt zebre zeste
zinc
"""
WORDS: tuple[str, ...] = tuple(_LIST.split())


def words_of(digest: Iterable[int]) -> tuple[str, ...]:
    """Spell bytes, one word a byte."""
    return tuple(WORDS[byte] for byte in digest)


def fingerprint_words(label: str, *parts: Part, count: int) -> tuple[str, ...]:
    """Spell the first `count` bytes of a hash of the parts under a label."""
    return words_of(sha256(lp(label, *parts)).digest()[:count])
