"""What a password manager is told of each form with a password, and when it is asked to keep what was typed."""

import asyncio

import pytest
from flet import AutofillGroup, AutofillGroupDisposeAction, AutofillHint, TextField

from tests.client.conftest import Line, OpenClient
from tests.client.harness import App
from tests.client.waiting import until
from tests.conftest import PASSWORD, MakePerson

BY_NAME = [AutofillHint.USERNAME, AutofillHint.EMAIL]


def hints(app: App, *labels: str) -> list[object]:
    """The hints of these fields, which are all that the only group of the page holds, in this order."""
    fields = [app.field(label) for label in labels]
    assert app.inside(app.one(AutofillGroup), TextField) == fields
    return [field.autofill_hints for field in fields]


def is_kept(app: App) -> bool:
    """Whether a manager keeps what was typed when the form goes from the page now."""
    return app.one(AutofillGroup).dispose_action is AutofillGroupDisposeAction.COMMIT


async def test_signing_in_asks_for_the_password_of_an_address_and_registering_for_a_new_one(
    open_client: OpenClient,
) -> None:
    app = await open_client("/sign-in")
    assert hints(app, "E-mail", "Password") == [BY_NAME, AutofillHint.PASSWORD]
    await app.press("Create an account")
    assert hints(app, "Your name", "E-mail", "Password") == [AutofillHint.NAME, BY_NAME, AutofillHint.NEW_PASSWORD]


async def test_a_password_by_mail_is_a_new_one(open_client: OpenClient) -> None:
    app = await open_client("/reset-password?token=x")
    assert hints(app, "New password") == [AutofillHint.NEW_PASSWORD]


async def test_a_password_is_changed_from_the_old_one_to_a_new_one(
    open_client: OpenClient, a_person: MakePerson
) -> None:
    app = await open_client("/account", await a_person())
    await until(app, lambda: "Change the password" in app.names())
    await app.press("Change the password")
    old, new = "Password you have now", "New password"
    assert hints(app, old, new) == [AutofillHint.PASSWORD, AutofillHint.NEW_PASSWORD]
    assert not is_kept(app)


@pytest.mark.parametrize("password", ["not the password", PASSWORD])
async def test_only_a_password_that_was_sent_and_not_refused_is_kept(
    open_client: OpenClient, a_person: MakePerson, line: Line, password: str
) -> None:
    person = await a_person(name="Ann Lee")
    app = await open_client("/sign-in")
    await app.type("E-mail", person.email)
    await app.type("Password", password)
    assert not is_kept(app)
    group = app.one(AutofillGroup)._i
    line.holds = "/sign-in"
    line.flowing.clear()
    pressing = asyncio.create_task(app.press("Sign in"))
    await until(app, lambda: line.waiting == 1 and is_kept(app))
    line.flowing.set()
    await pressing
    if password == PASSWORD:
        await until(app, lambda: not app.all(AutofillGroup))
    else:
        await until(app, lambda: any("E-mail or password is wrong" in text for text in app.texts()))
        assert not is_kept(app)
        assert app.one(AutofillGroup)._i == group  # of one that is made anew, the one before would be kept or lost
