"""What a column probably means, by its name and what stands in it. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from server.properties.importing.rules.amenities import amenity_of
from server.properties.importing.rules.kinds import kind_of, plain
from shared_models.imports import MAX_KINDS, PRICES, ImportColumn, ImportField
from shared_models.properties import PropertyType

NAMES: Mapping[ImportField, str] = {
    ImportField.SOURCE_ID: "source_id id listing_id property_id reference ref external_id agent_ref property_ref"
    " unique_id property_reference objektnummer objekt_nr objektnr objekt_id anbieter_objekt_id expose_nr referencia"
    " ref_interna referencia_interna codigo codigo_imovel referencia_do_imovel id_imovel reference_annonce"
    " ref_annonce id_annonce riferimento rif codice codice_annuncio id_annuncio id_inmueble",
    ImportField.TITLE: "title name listing_name headline property_name property_title titel objekttitel ueberschrift"
    " uberschrift bezeichnung objektbezeichnung titulo titulo_del_anuncio titulo_do_anuncio nombre nome titre"
    " titre_annonce intitule titolo titolo_annuncio",
    ImportField.DESCRIPTION: "description summary full_description property_description details about beschreibung"
    " objektbeschreibung freitext descripcion observaciones descricao description_annonce descriptif descrizione testo",
    ImportField.HOST_ID: "host_id landlord_id owner_id agent_id branch_id vermieter_id propietario_id proprietario_id",
    # room_type is filled in every line and has four words; property_type has more than we have a drawing for.
    ImportField.TYPE: "type home_type room_type property_type kind prop_sub_id property_sub_type objektart objekttyp"
    " immobilientyp wohnungstyp haustyp immobilienart tipo tipo_de_inmueble tipo_inmueble tipo_de_propiedad tipologia"
    " tipo_de_imovel tipo_imovel type_de_bien type_bien type_de_logement tipo_immobile tipo_di_immobile",
    ImportField.LET_TYPE: "let_type letting rent_period price_period let_rent_frequency rent_frequency vermietungsart"
    " mietart tipo_de_alquiler tipo_de_arrendamento type_de_location tipo_di_affitto price_freq",
    ImportField.ADDRESS_LINE: "address_line address street street_address address_1 address_line_1 display_address"
    " strasse strasse_hausnummer strasse_nr strasse_und_hausnummer anschrift adresse direccion calle domicilio endereco"
    " rua morada rue adresse_du_bien voie indirizzo via",
    ImportField.NEIGHBOURHOOD: "neighbourhood_cleansed neighbourhood neighborhood_cleansed neighborhood district area"
    " suburb locality stadtteil ortsteil stadtbezirk bezirk barrio distrito zona bairro freguesia quartier"
    " arrondissement quartiere frazione",
    ImportField.CITY: "city town place post_town address_town stadt ort wohnort gemeinde ciudad municipio poblacion"
    " localidad cidade municipio_imovel concelho localidade ville commune citta comune localita",
    ImportField.POSTCODE: "postcode post_code postal_code zip zip_code zipcode plz postleitzahl codigo_postal cp cep"
    " code_postal cap codice_postale",
    ImportField.COUNTRY: "country_code country land staat laendercode pais pays paese nazione stato",
    ImportField.LATITUDE: "latitude lat breitengrad geo_breitengrad geografische_breite latitud latitudine",
    ImportField.LONGITUDE: "longitude lon lng long laengengrad langengrad geo_laengengrad geo_langengrad"
    " geografische_laenge geografische_lange longitud longitudine",
    ImportField.COORDINATES: "coordinates coords lat_long lat_lng lat_lon latlong latlng latlon latitude_longitude gps"
    " gps_coordinates geo_coordinates geolocation koordinaten gps_koordinaten geokoordinaten coordenadas"
    " coordenadas_gps coordonnees coordonnees_gps coordinate coordinate_gps",
    ImportField.PRICE: "price rate preis precio preco prix prezzo rental_price",
    ImportField.NIGHTLY_PRICE: "nightly_price price_per_night nightly_rate price_night preis_pro_nacht preis_nacht"
    " precio_por_noche precio_noche preco_por_noite diaria prix_par_nuit prix_nuit prezzo_a_notte prezzo_per_notte",
    ImportField.MONTHLY_RENT: "monthly_rent rent pcm rent_pcm price_pcm price_per_month monthly_price rent_per_month"
    " monthly_rate rental kaltmiete nettokaltmiete miete monatsmiete miete_monat warmmiete gesamtmiete grundmiete"
    " miete_pro_monat mietpreis alquiler alquiler_mensual renta renta_mensual precio_mensual precio_alquiler aluguel"
    " valor_do_aluguel valor_aluguel aluguer renda renda_mensal arrendamento loyer loyer_mensuel loyer_cc loyer_hc"
    " loyer_charges_comprises affitto affitto_mensile canone canone_mensile canone_di_locazione prezzo_affitto",
    ImportField.WEEKLY_RENT: "weekly_rent pw rent_pw price_pw price_per_week rent_per_week weekly_price weekly_rate"
    " wochenmiete preis_pro_woche precio_por_semana preco_por_semana prix_par_semaine prezzo_a_settimana",
    ImportField.CLEANING_FEE: "cleaning_fee cleaning endreinigung reinigung limpieza gastos_de_limpieza taxa_de_limpeza"
    " limpeza frais_de_menage menage spese_di_pulizia pulizia",
    ImportField.CURRENCY: "currency currency_code waehrung wahrung moneda moeda devise monnaie valuta",
    ImportField.MIN_NIGHTS: "minimum_nights min_nights minimum_stay min_stay mindestaufenthalt mindestnaechte"
    " mindestnachte estancia_minima noches_minimas estadia_minima sejour_minimum nuits_minimum soggiorno_minimo",
    ImportField.MAX_NIGHTS: "maximum_nights max_nights maximum_stay max_stay hoechstaufenthalt hochstaufenthalt"
    " estancia_maxima estadia_maxima sejour_maximum soggiorno_massimo",
    ImportField.SLEEPS: "accommodates sleeps guests max_guests capacity person_capacity personen gaeste gaste"
    " personenzahl max_personen huespedes capacidad plazas personas hospedes capacidade pessoas voyageurs capacite"
    " personnes couchages ospiti posti_letto persone",
    ImportField.BEDROOMS: "bedrooms bedroom_count beds_rooms bed_rooms schlafzimmer anzahl_schlafzimmer dormitorios"
    " habitaciones quartos dormitorios_imovel chambres nb_chambres nombre_de_chambres camere camere_da_letto",
    ImportField.BEDS: "beds bed_count betten camas lits nombre_de_lits letti",
    ImportField.BATHROOMS: "bathrooms bathroom_count baths bathrooms_text badezimmer anzahl_badezimmer baeder bader"
    " banos cuartos_de_bano aseos banheiros casas_de_banho salles_de_bain salle_de_bain nb_salles_de_bain bagni",
    ImportField.INSTANT_BOOK: "instant_bookable instant_book sofort_buchbar sofortbuchung",
    ImportField.CANCELLATION_POLICY: "cancellation_policy cancellation stornierung stornobedingungen"
    " politica_de_cancelacion politica_de_cancelamento conditions_d_annulation politica_di_cancellazione",
    ImportField.AMENITIES: "amenities features key_features facilities ausstattung ausstattungsmerkmale caracteristicas"
    " equipamiento servicios comodidades equipamentos equipements prestations dotazioni servizi caratteristiche",
    ImportField.AMENITY: "amenity",
}
"""Names people and portals give to columns, the best first, in English, German, Spanish, Portuguese, French and
Italian. Inside Airbnb's are among them (its data dictionary)."""

_SAMPLES = 3
_SAMPLE_LENGTH = 80
_MEASURE = re.compile(r"[0-9][0-9.,]*\s*(?:m2|m²|sqm|qm|sq\.? ?(?:ft|m)|ft2|ft²)?", re.IGNORECASE)


def guess(header: Iterable[str], samples: Mapping[str, Sequence[str]] | None = None) -> dict[str, ImportField]:
    """A meaning for each column whose name we know; only amenities have more than one column."""
    by_name: dict[str, str] = {}
    for column in header:
        by_name.setdefault(_name(column), column)
    guessed: dict[str, ImportField] = {}
    for field, names in NAMES.items():
        said = (by_name[name] for name in names.split() if name in by_name)
        known = next((column for column in said if _may_mean(field, (samples or {}).get(column, ()))), None)
        if known is not None and not _is_said(field, guessed.values()):
            guessed.setdefault(known, field)
    for column in by_name.values():
        if column not in guessed and amenity_of(column) is not None:
            guessed[column] = ImportField.AMENITY
    return guessed


def _is_said(field: ImportField, by_others: Collection[ImportField]) -> bool:
    """Whether other columns say the same in another way."""
    ways = PRICES if field in PRICES else {ImportField.LATITUDE} if field is ImportField.COORDINATES else ()
    return not set(ways).isdisjoint(by_others)


def _may_mean(field: ImportField, samples: Sequence[str]) -> bool:
    """An "area" of 85 m² is no neighbourhood, a "land" of 500 m² no country."""
    if field not in (ImportField.NEIGHBOURHOOD, ImportField.COUNTRY) or not samples:
        return True
    return not all(_MEASURE.fullmatch(sample.strip()) for sample in samples)


def described(
    header: Sequence[str],
    lines: Sequence[Sequence[str]],
    chosen: Mapping[str, PropertyType],
    meant: Mapping[str, ImportField] | None = None,
) -> list[ImportColumn]:
    """Every column with its guess, the first few values in it, and its words where they are kinds of home.

    `chosen`: what the landlord said of such words before; `meant`: what they took these columns for, instead of what
    their names suggest.
    """
    samples = {name: _first_values(lines, place) for place, name in enumerate(header)}
    guessed = guess(header, samples) if meant is None else meant
    return [
        ImportColumn(
            name=name,
            guess=guessed.get(name),
            samples=samples[name],
            kinds=_kinds(lines, place, chosen, sure=guessed.get(name) is ImportField.TYPE),
        )
        for place, name in enumerate(header)
    ]


def _first_values(lines: Sequence[Sequence[str]], place: int) -> list[str]:
    found: list[str] = []
    for cells in lines[:200]:
        if place < len(cells) and cells[place].strip() and cells[place][:_SAMPLE_LENGTH] not in found:
            found.append(cells[place][:_SAMPLE_LENGTH])
        if len(found) == _SAMPLES:
            break
    return found


def _kinds(
    lines: Sequence[Sequence[str]], place: int, chosen: Mapping[str, PropertyType], *, sure: bool
) -> dict[str, PropertyType | None]:
    """The different words of a column, when it is one of kinds: it is called so, or half of its words are some."""
    words: dict[str, PropertyType | None] = {}
    for cell in dict.fromkeys(cells[place] for cells in lines if place < len(cells)):
        word = " ".join(cell.split())
        if word and word not in words:
            if len(word) > 60 or len(words) == MAX_KINDS:
                return words if sure else {}
            words[word] = chosen.get(word) or kind_of(word)
    known = sum(kind is not None for kind in words.values())
    return words if sure or known * 2 > len(words) else {}


def _name(column: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", plain(column)).strip("_")
    return re.sub(r"_(?:in_)?(?:euro?|gbp|usd|chf|brl)$", "", name)
