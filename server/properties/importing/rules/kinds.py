"""Kinds of home in the words of people and portals, by language. A translation, not a guess. Pure."""

import re
import unicodedata
from collections.abc import Mapping

from shared_models.properties import PropertyType

_FLAT, _APARTMENT, _HOUSE = PropertyType.FLAT, PropertyType.APARTMENT, PropertyType.HOUSE
_STUDIO, _ROOM, _COTTAGE, _BOAT = PropertyType.STUDIO, PropertyType.ROOM, PropertyType.COTTAGE, PropertyType.BOAT

WORDS: Mapping[str, Mapping[PropertyType, str]] = {
    "en": {
        _FLAT: "Flat|entire home/apt|entire rental unit|entire flat|maisonette|penthouse|loft|duplex|triplex"
        "|rental unit|ground floor flat|basement flat|granny flat|annexe|annex|entire loft|guest suite"
        "|entire guest suite",
        _APARTMENT: "Apartment|entire apartment|entire serviced apartment|serviced apartment|serviced apartments"
        "|entire condo|entire condominium|condominium|condo|apartment block|apart-hotel|aparthotel",
        _HOUSE: "House|entire house|entire home|entire townhouse|entire villa|entire bungalow|townhouse|town house"
        "|villa|bungalow|terraced|terraced house|terrace|end of terrace|end terrace|mid terrace|semi-detached"
        "|semi detached|semi-detached house|semi|detached|detached house|link detached|mews|mews house|chalet"
        "|farmhouse|farm house|country house|detached bungalow|semi-detached bungalow|detached villa|home"
        "|single family home|single-family home|entire guesthouse|guesthouse|guest house|entire chalet",
        _STUDIO: "Studio|bedsit|studio flat|studio apartment|efficiency",
        _ROOM: "Room|private room|shared room|hotel room|house share|flat share|room share|double room|single room",
        _COTTAGE: "Cottage|entire cottage|cabin|entire cabin|barn|barn conversion|lodge",
        _BOAT: "Boat|houseboat|narrowboat|house boat|barge",
    },
    "de": {
        _FLAT: "Wohnung|etagenwohnung|erdgeschosswohnung|dachgeschosswohnung|dachgeschoss|souterrainwohnung|souterrain"
        "|eigentumswohnung|mietwohnung|altbauwohnung|neubauwohnung|hochparterre|terrassenwohnung|einliegerwohnung"
        "|maisonettewohnung|penthousewohnung|loftwohnung|galeriewohnung",
        _APARTMENT: "Apartment|appartement|ferienwohnung|ferienappartement|wohnung auf zeit|möblierte wohnung",
        _HOUSE: "Haus|einfamilienhaus|reihenhaus|reihenmittelhaus|reiheneckhaus|reihenendhaus|doppelhaushälfte|dhh"
        "|doppelhaus|zweifamilienhaus|mehrfamilienhaus|stadthaus|bauernhaus|landhaus|ferienhaus|efh|mfh|stadtvilla",
        _STUDIO: "Studio|einzimmerwohnung|1-zimmer-wohnung|einraumwohnung|1-raum-wohnung",
        _ROOM: "Zimmer|wg-zimmer|wg|privatzimmer|einzelzimmer|doppelzimmer|gästezimmer",
        _COTTAGE: "Hütte|blockhaus|almhütte|gartenhaus",
        _BOAT: "Hausboot|boot",
    },
    "es": {
        _FLAT: "Piso|ático|atico|dúplex|planta baja|bajo|vivienda|entresuelo",
        _APARTMENT: "Apartamento|apartamento turístico|departamento|apartamentos",
        _HOUSE: "Casa|chalet|chalet adosado|chalet pareado|chalet independiente|adosado|pareado|casa adosada"
        "|casa pareada|casa de campo|casa de pueblo|casa rural|finca|cortijo|masía|casa unifamiliar"
        "|villa independiente",
        _STUDIO: "Estudio|loft estudio|monoambiente",
        _ROOM: "Habitación|habitación privada|cuarto",
        _COTTAGE: "Cabaña|bungaló",
        _BOAT: "Barco|casa flotante",
    },
    "pt": {
        _FLAT: "Andar|cobertura|rés do chão",
        _APARTMENT: "Apartamento|apartamento t1|apartamento t2|apartamento t3|apto|ap",
        _HOUSE: "Casa|moradia|moradia geminada|moradia em banda|vivenda|sobrado|casa geminada|casa de condomínio|quinta"
        "|casa de férias|casa térrea",
        _STUDIO: "Estúdio|t0|quitinete|kitnet|kitinete|conjugado",
        _ROOM: "Quarto|quarto privado|quarto privativo",
        _COTTAGE: "Chalé|cabana",
        _BOAT: "Barco|casa-barco",
    },
    "fr": {
        _FLAT: "Logement|rez-de-chaussée|rez de jardin|souplex|logement entier|t2|t3|t4|f2|f3|f4",
        _APARTMENT: "Appartement|appartement meublé|appartement entier|appart",
        _HOUSE: "Maison|maison de ville|maison mitoyenne|maison individuelle|pavillon|mas|ferme|gîte|maison entière"
        "|hôtel particulier|longère|propriété",
        _STUDIO: "Studio|studette|t1|f1|t1 bis",
        _ROOM: "Chambre|chambre privée|colocation|chambre d'hôtes",
        _COTTAGE: "Cabane|chaumière",
        _BOAT: "Bateau|péniche",
    },
    "it": {
        _FLAT: "Attico|mansarda|bilocale|trilocale|quadrilocale|pentalocale|alloggio|piano terra",
        _APARTMENT: "Appartamento|appartamento intero|appartamento arredato",
        _HOUSE: "Casa|villetta|villetta a schiera|villa a schiera|casa indipendente|casa singola|casale|rustico|cascina"
        "|bifamiliare|villa bifamiliare|casa vacanze",
        _STUDIO: "Monolocale",
        _ROOM: "Stanza|camera|camera privata|stanza privata",
        _COTTAGE: "Baita|capanna",
        _BOAT: "Barca|casa galleggiante",
    },
}
"""The first word of each kind is the one a title is made with. "Entire home/apt" says neither house nor flat; we call
it a flat, our most general word for a home behind a door of its own."""

_ROOM_IN = re.compile("(?:private |shared )?room in .+")


def plain(word: str) -> str:
    """A word as it is compared: without capitals, accents, punctuation at its ends and doubled space."""
    letters = unicodedata.normalize("NFKD", word.lower().replace("ß", "ss"))
    return " ".join("".join(sign for sign in letters if not unicodedata.combining(sign)).split()).strip(" .,;:")


def _index() -> dict[str, tuple[PropertyType, str]]:
    found: dict[str, tuple[PropertyType, str]] = {kind.value: (kind, "en") for kind in PropertyType}
    for language, kinds in WORDS.items():
        for kind, words in kinds.items():
            for word in words.split("|"):
                found.setdefault(plain(word), (kind, language))
    del found[PropertyType.UNKNOWN.value]
    return found


_INDEX = _index()


def kind_of(word: str) -> PropertyType | None:
    """The kind of home a word names; None where we do not know it."""
    value = plain(word)
    if _ROOM_IN.fullmatch(value):
        return PropertyType.ROOM
    return _INDEX[value][0] if value in _INDEX else None


def title_word(kind: PropertyType, word: str) -> str:
    """What a home of this kind is called in the language of `word`, for a title; in English where that is unknown."""
    language = _INDEX.get(plain(word), (kind, "en"))[1]
    return WORDS[language][kind].partition("|")[0]
