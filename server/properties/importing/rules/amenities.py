"""What a home has, in the words of people and portals: as a list in one cell, or a column for each. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from server.properties.importing.rules.kinds import plain
from shared_models.properties import Amenity

WORDS: Mapping[Amenity, str] = {
    Amenity.KITCHEN: "kitchen|fitted kitchen|küche|einbauküche|ebk|cocina|cozinha|cuisine|cuisine équipée|cucina",
    Amenity.OVEN: "oven|backofen|ofen|horno|forno|four",
    Amenity.DISHWASHER: "dishwasher|spülmaschine|geschirrspüler|lavavajillas|lava-louças|máquina de lavar loiça"
    "|lave-vaisselle|lavastoviglie",
    Amenity.FRIDGE: "fridge|refrigerator|fridge freezer|kühlschrank|nevera|frigorífico|réfrigérateur|frigo|frigorifero",
    Amenity.COFFEE_MACHINE: "coffee machine|coffee maker|coffee|kaffeemaschine|cafetera|máquina de café|cafetière"
    "|machine à café|macchina del caffè",
    Amenity.WIFI: "wifi|wi-fi|wireless internet|internet|broadband|wlan|w-lan|pocket wifi|fast wifi",
    Amenity.DESK: "desk|dedicated workspace|laptop friendly workspace|workspace|schreibtisch|arbeitsplatz|escritorio"
    "|secretária|bureau|scrivania",
    Amenity.HEATING: "heating|central heating|gas central heating|heizung|zentralheizung|fußbodenheizung|calefacción"
    "|aquecimento|aquecimento central|chauffage|riscaldamento",
    Amenity.AIR_CONDITIONING: "air conditioning|air con|aircon|ac|a/c|central air conditioning|klimaanlage"
    "|aire acondicionado|ar condicionado|climatisation|clim|aria condizionata|climatizzazione",
    Amenity.WASHING_MACHINE: "washing machine|washer|washer/dryer|waschmaschine|lavadora|máquina de lavar"
    "|máquina de lavar roupa|lave-linge|machine à laver|lavatrice",
    Amenity.DRYER: "dryer|tumble dryer|trockner|wäschetrockner|secadora|máquina de secar|sèche-linge|asciugatrice",
    Amenity.TV: "tv|television|cable tv|hdtv|fernseher|fernsehen|sat-tv|kabel-tv|televisión|televisor|televisão"
    "|télévision|télé|televisore|televisione",
    Amenity.BED_LINEN: "bed linen|bed linens|linen|bettwäsche|ropa de cama|roupa de cama|linge de lit|linge de maison"
    "|biancheria da letto",
    Amenity.COT: "cot|crib|baby bed|pack 'n play/travel crib|babybett|kinderbett|cuna|berço|lit bébé|culla|lettino",
    Amenity.BATH: "bath|bathtub|bath tub|hot tub|badewanne|wanne|bañera|banheira|baignoire|vasca|vasca da bagno",
    Amenity.SHOWER: "shower|dusche|ducha|chuveiro|duche|douche|doccia",
    Amenity.TOWELS: "towels|handtücher|toallas|toalhas|serviettes|asciugamani",
    Amenity.HAIR_DRYER: "hair dryer|hairdryer|föhn|haartrockner|secador de pelo|secador de cabelo|secador"
    "|sèche-cheveux|asciugacapelli|phon",
    Amenity.GARDEN: "garden|backyard|garden or backyard|private garden|communal garden|garten|gartennutzung|jardín"
    "|jardim|jardin|giardino",
    Amenity.BALCONY: "balcony|patio or balcony|terrace|patio|balkon|terrasse|balkon/terrasse|balcón|terraza|varanda"
    "|terraço|balcon|balcone|terrazza|terrazzo",
    Amenity.PARKING: "parking|free parking on premises|free parking|car parking|off street parking|garage|car park"
    "|driveway|stellplatz|parkplatz|tiefgarage|garage/stellplatz|aparcamiento|plaza de garaje|garaje|estacionamento"
    "|garagem|lugar de garagem|stationnement|place de parking|parcheggio|posto auto",
    Amenity.BICYCLE_STORAGE: "bicycle storage|bike storage|cycle storage|fahrradkeller|fahrradraum"
    "|aparcamiento de bicicletas|local à vélos|deposito biciclette",
    Amenity.SMOKE_ALARM: "smoke alarm|smoke detector|rauchmelder|rauchwarnmelder|detector de humo|detetor de fumo"
    "|détecteur de fumée|rilevatore di fumo",
    Amenity.CARBON_MONOXIDE_ALARM: "carbon monoxide alarm|carbon monoxide detector|co alarm|co-melder"
    "|kohlenmonoxidmelder",
    Amenity.FIRST_AID_KIT: "first aid kit|erste-hilfe-set|verbandskasten|botiquín|kit de primeiros socorros"
    "|trousse de secours|kit di pronto soccorso",
    Amenity.STEP_FREE: "step-free|step free|step-free access|wheelchair accessible|wheelchair access|barrierefrei"
    "|stufenlos|rollstuhlgerecht|accesible|adaptado|acessível|accessible pmr|accessibile",
    Amenity.LIFT: "lift|elevator|aufzug|fahrstuhl|personenaufzug|ascensor|elevador|ascenseur|ascensore",
}
_INDEX = {plain(word): amenity for amenity, words in WORDS.items() for word in words.split("|")}
_INDEX |= {plain(amenity.value.replace("_", " ")): amenity for amenity in WORDS}
_ASIDE = re.compile(r"^(?:has|with|mit|con|com|avec) |[\[\]{}\"“”]")


def amenity_of(word: str) -> Amenity | None:
    """What a word or the name of a column says a home has; None where we do not know it."""
    return _INDEX.get(plain(_ASIDE.sub("", word.replace("_", " ").lower())))


def listed(cell: str) -> tuple[list[Amenity], bool]:
    """Everything a list in a cell names that we know, and whether it names more.

    Taken are JSON (`["Wifi", "Lift"]`), the older `{Wifi,"Lift"}`, and words with commas, semicolons, bars or lines.
    """
    words = [word for word in _split(cell) if word.strip(' []{}"')]
    found = [amenity_of(word) for word in words]
    return list(dict.fromkeys(amenity for amenity in found if amenity is not None)), None in found


def _split(cell: str) -> list[str]:
    try:
        value: Any = json.loads(cell)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)]
    if isinstance(value, dict):
        return [name for name, has in value.items() if has is True]
    return re.split(r"[,;|\n\u2022]", cell)
