"""Files of homes as other programs write them, small: workbooks built part by part, and feeds of the trade."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Cell = str | int | float | bool | None
XLSX_NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODS_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
)
HOMES: Sequence[Sequence[Cell]] = (
    ("id", "name", "city", "price"),
    (1, "Bright flat", "Edinburgh", 80.0),
    (2, "Quiet <house>", "Edinburgh", 1234.5),
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[Cell]] | str] | None = None,
    *,
    hidden: Sequence[str] = (),
    parts: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook as Excel lays it out. A sheet is its rows, or its XML; `parts` adds to the archive."""
    sheets = {"Homes": HOMES} if sheets is None else sheets
    states = {name: "hidden" if name in hidden else "visible" for name in sheets}
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}" state="{states[name]}"/>'
        for number, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATION}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="s" Type="{_RELATION}/styles" Target="styles.xml"/>'
    first = f'<Relationship Id="r1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/>'
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{first}</Relationships>',
            "xl/workbook.xml": f'<workbook {XLSX_NAMES} xmlns:r="{_RELATION}"><sheets>{names}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
            # Style 1 is a date, style 2 a date with its time.
            "xl/styles.xml": f"<styleSheet {XLSX_NAMES}><cellXfs>"
            '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>',
        }
        | {
            f"xl/worksheets/sheet{number}.xml": rows if isinstance(rows, str) else sheet_xml(rows)
            for number, rows in enumerate(sheets.values(), start=1)
        }
        | dict(parts or {})
    )


def sheet_xml(rows: Sequence[Sequence[Cell]], more: str = "", *, first: int = 1) -> str:
    """A sheet of an .xlsx. `first`: the number of its first row; `more`: what follows the data."""
    lines = [
        f'<row r="{number}">{"".join(_xlsx_cell(f"{chr(65 + place)}{number}", cell) for place, cell in enumerate(row))}'
        "</row>"
        for number, row in enumerate(rows, start=first)
    ]
    return f"<worksheet {XLSX_NAMES}><sheetData>{''.join(lines)}</sheetData>{more}</worksheet>"


def _xlsx_cell(place: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell!r}</v></c>'


def ods(
    sheets: Mapping[str, Sequence[Sequence[Cell]] | str] | None = None, *, parts: Mapping[str, str] | None = None
) -> bytes:
    """A workbook as LibreOffice lays it out. A sheet is its rows, or the XML of its rows."""
    sheets = {"Homes": HOMES} if sheets is None else sheets
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{rows if isinstance(rows, str) else "".join(map(ods_row, rows))}'
        "</table:table>"
        for name, rows in sheets.items()
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f"<office:document-content {_ODS_NAMES}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        }
        | dict(parts or {})
    )


def ods_row(cells: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(map(ods_cell, cells))}</table:table-row>"


def ods_cell(cell: Cell, more: str = "") -> str:
    if cell is None:
        return f"<table:table-cell {more}/>"
    if isinstance(cell, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{cell!r}"'
    return f"<table:table-cell {kind} {more}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


BLM = """#HEADER#
Version : 3
EOF : '^'
EOR : '~'
Property Count : 3
#DEFINITION#
AGENT_REF^ADDRESS_1^ADDRESS_2^TOWN^POSTCODE1^POSTCODE2^FEATURE1^FEATURE2^SUMMARY^DESCRIPTION^BRANCH_ID^STATUS_ID^\
BEDROOMS^PRICE^PROP_SUB_ID^DISPLAY_ADDRESS^LATITUDE^LONGITUDE^LET_RENT_FREQUENCY^TRANS_TYPE_ID^MEDIA_IMAGE_00^~
#DATA#
77_1^12^Leith Walk^Edinburgh^EH6^5AA^Garden^^Short.^Long words
over two lines.^77^0^2^950^8^Leith Walk, Edinburgh^55.9650^-3.1760^1^2^77_1_IMG_00.JPG^~
77_2^3^High Street^Edinburgh^EH1^1AA^^^For sale.^^77^0^3^250000^4^High Street^55.95^-3.18^^1^^~
77_3^9^Rose Street^Edinburgh^EH2^2AA^^^A studio.^^77^0^1^180^9^Rose Street, Edinburgh^55.9530^-3.1970^0^2^^~
#END#
"""

KYERO = """<?xml version="1.0" encoding="UTF-8"?>
<root>
  <kyero><feed_version>3</feed_version></kyero>
  <property>
    <id>501</id><date>2026-11-02 10:00:00</date><ref>V-501</ref>
    <price>1500</price><currency>EUR</currency><price_freq>month</price_freq>
    <type>Villa</type><town>Valencia</town><province>Valencia</province><country>Spain</country>
    <location><latitude>39.4699</latitude><longitude>-0.3763</longitude></location>
    <beds>3</beds><baths>2</baths>
    <desc><es>Una casa.</es><en>A house &amp; garden.</en></desc>
    <features><feature>pool</feature><feature>terrace</feature></features>
    <images><image id="1"><url>https://example.org/1.jpg</url></image></images>
  </property>
  <property>
    <id>502</id><ref>V-502</ref><price>310000</price><currency>EUR</currency><price_freq>sale</price_freq>
    <type>Apartment</type><town>Valencia</town><country>Spain</country>
  </property>
  <property>
    <id>503</id><ref>V-503</ref><price>300</price><currency>EUR</currency><price_freq>week</price_freq>
    <type>Apartment</type><town>Valencia</town><province>Valencia</province><country>Spain</country>
    <location><latitude>39.4702</latitude><longitude>-0.3768</longitude></location>
    <beds>1</beds><baths>1</baths><desc><de>Eine Wohnung.</de></desc>
  </property>
</root>
"""

_IMMOBILIE = """
<immobilie>
  <objektkategorie>
    <nutzungsart WOHNEN="true" GEWERBE="false"/><vermarktungsart KAUF="{sale}" MIETE_PACHT="{let}"/>
    <objektart><wohnung wohnungtyp="ETAGE"/></objektart>
  </objektkategorie>
  <geo>
    <plz>10405</plz><ort>Berlin</ort><geokoordinaten breitengrad="52.5320" laengengrad="13.4210"/>
    <strasse>Raumerstraße</strasse><hausnummer>7</hausnummer><land iso_land="DEU"/>
    <regionaler_zusatz>Prenzlauer Berg</regionaler_zusatz>
  </geo>
  <preise><kaltmiete>800.00</kaltmiete><warmmiete>980.50</warmmiete><waehrung iso_waehrung="EUR"/></preise>
  <flaechen><wohnflaeche>55</wohnflaeche><anzahl_schlafzimmer>1</anzahl_schlafzimmer>
    <anzahl_badezimmer>1</anzahl_badezimmer></flaechen>
  <freitexte><objekttitel>Helle Wohnung {number}</objekttitel>
    <objektbeschreibung>Ruhig &amp; hell.</objektbeschreibung></freitexte>
  <anhaenge><anhang location="INTERN"><daten><anhanginhalt>QUJD</anhanginhalt></daten></anhang></anhaenge>
  <verwaltung_techn><objektnr_extern>W-{number}</objektnr_extern><aktion aktionart="{act}"/></verwaltung_techn>
</immobilie>"""


def immobilie(number: int = 1, *, let: bool = True, act: str = "CHANGE") -> str:
    yes_or_no = {True: "true", False: "false"}
    return _IMMOBILIE.format(number=number, let=yes_or_no[let], sale=yes_or_no[not let], act=act)


def openimmo(*homes: str, head: str = "") -> str:
    """An OpenImmo file of these homes; one to let, one for sale unless others are given."""
    inside = "".join(homes) or immobilie(1) + immobilie(2, let=False)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<openimmo xmlns="http://www.openimmo.de">'
        f'<uebertragung version="1.2.7"/><anbieter><firma>Muster</firma>{inside}</anbieter></openimmo>'
    )
