"""A name is one line that can be read, and no way to a web page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared_models.names import MAX_NAME, normal_name
from shared_models.users import ProfileChange


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Ann Lee",
            "J.R.R. Tolkien",
            "St.John Smith",
            "O’Brien-Smith",
            "Dr. Who",
            "Müller & Söhne GmbH",
            "Host 60423",
        ),
        *("نام\u200cخانوادگی", "क्\u200dष", "王小明", "Nguyễn Thị Ánh", "שָׁלוֹם", "Ann 🏡", "X Æ A-12"),  # noqa: RUF001
    ],
)
def test_names_of_every_script_are_taken(name: str) -> None:
    assert ProfileChange(name=f" {name} ").name == normal_name(name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Ann\nLee", "one line"),
        ("Ann\u2028Lee", "one line"),
        ("Ann\u2029Lee", "one line"),
        ("Ann\tLee", "one line"),
        ("\u200b\u200b", "nobody can see"),
        ("Ann\u202eeeL", "nobody can see"),
        ("Ann\u200d", "nobody can see"),
        ("\u3164", "nobody can see"),
        ("\ue000", "nobody can see"),
        ("🏡", "needs a letter"),
        ("---", "needs a letter"),
        ("A" + "\u0300\u0316" * 3, "marks"),
        ("A" + "\u0301" * 6, "marks"),
        ("evil.com", "web page"),
        ("Sign in at EVIL.COM", "web page"),
        ("See https://x", "web page"),
        ("www.evil", "web page"),
        ("WWW.Evil", "web page"),
        ("ann@evil.example", "web page"),
        ("\ufb1d" * 100, "at most"),
    ],
)
def test_what_is_no_name_is_told_by_its_field_and_why(name: str, reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ProfileChange(name=name)
    (error,) = caught.value.errors()
    assert error["loc"] == ("name",)
    assert reason in error["msg"]


@given(st.text(max_size=MAX_NAME))
def test_whatever_is_taken_has_one_form_that_fits_the_table(name: str) -> None:
    try:
        taken = normal_name(name)
    except ValueError:
        return
    assert normal_name(taken) == taken
    assert 1 <= len(taken) <= MAX_NAME
    assert taken.splitlines() == [taken]
