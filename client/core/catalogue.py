"""The words of a language, read from the file that translators edit (gettext's `.po`)."""

import gettext
import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def read(file: Path) -> gettext.NullTranslations:
    """A catalogue from its file; there is no second, compiled one that could be older."""
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
