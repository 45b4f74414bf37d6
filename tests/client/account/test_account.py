"""Signing in, registering and leaving, on the real API without a window."""

from server.auth.service import accounts
from server.auth.service import door as auth
from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import Line, OpenClient
from tests.client.harness import App
from tests.client.waiting import tick, until
from tests.conftest import PASSWORD, Api, MakePerson
from tests.mailbox import verify_token


async def register(app: App, email: str, *, landlord: bool = False) -> None:
    """Fill the registration and send it."""
    await app.press("Create an account")
    await app.type("Your name", "Grace Hopper")
    await app.type("E-mail", email)
    await app.type("Password", "compilers are kind")
    if landlord:
        await tick(app, "I also want to let a home")
    await app.press("Create account")


async def test_a_visitor_signs_in_with_the_right_password(open_client: OpenClient, a_person: MakePerson) -> None:
    person = await a_person(name="Ann Lee")
    app = await open_client("/account")
    await app.type("E-mail", person.email.upper())
    await app.type("Password", PASSWORD)
    await app.press("Sign in")
    await until(app, lambda: "Ann Lee" in app.texts())
    assert person.email in app.texts()


async def test_a_wrong_password_says_so_and_keeps_what_was_typed(open_client: OpenClient, a_person: MakePerson) -> None:
    person = await a_person()
    app = await open_client("/sign-in")
    await app.type("E-mail", person.email)
    await app.type("Password", "not the password")
    await app.press("Sign in")
    await until(app, lambda: any("E-mail or password is wrong" in text for text in app.texts()))
    assert app.field("E-mail").value == person.email


async def test_missing_fields_are_named_before_anything_is_sent(open_client: OpenClient, line: Line) -> None:
    app = await open_client("/sign-in")
    line.cut = True  # nothing may be asked of the server
    await app.press("Sign in")
    await until(app, lambda: "2 fields to correct" in app.texts())
    assert "Enter your password." in app.texts()
    assert app.focus_on("E-mail")
    await app.press("Password: Enter your password.")
    assert app.focus_on("Password")


async def test_a_password_that_is_too_short_gets_the_focus(open_client: OpenClient, a_person: MakePerson) -> None:
    app = await open_client("/account", await a_person())
    await until(app, lambda: "Change the password" in app.names())
    await app.press("Change the password")
    await app.type("Password you have now", PASSWORD)
    await app.type("New password", "short")
    await app.press("Save the password")
    await until(app, lambda: any("Use at least 10 characters" in text for text in app.texts()))
    assert app.focus_on("New password")


async def test_someone_new_opens_an_account_as_tenant_and_landlord(open_client: OpenClient, database: Database) -> None:
    app = await open_client("/account")
    await register(app, "grace@example.com", landlord=True)
    await until(app, lambda: "Look into your mail" in app.texts())
    async with database.transaction() as session:
        id_ = await accounts.id_of_email(session, "grace@example.com")
        assert id_ is not None
        assert await auth.roles_of(session, id_) == {Role.TENANT, Role.LANDLORD}


async def test_a_name_or_an_address_that_is_none_is_said_beside_its_field_before_anything_is_sent(
    open_client: OpenClient, line: Line
) -> None:
    app = await open_client("/sign-in")
    line.cut = True  # nothing may be asked of the server
    await app.press("Create an account")
    await app.type("Your name", "www.evil.example")
    await app.type("E-mail", "x,tenant@example.com")
    await app.type("Password", "compilers are kind")
    await app.press("Create account")
    await until(app, lambda: "2 fields to correct" in app.texts())
    assert any("Enter a name of one line" in text for text in app.texts())
    assert any("such as name@example.com" in text for text in app.texts())
    assert (app.field("Your name").value, app.field("E-mail").value) == ("www.evil.example", "x,tenant@example.com")


async def test_after_registering_a_mail_is_to_be_opened_and_what_was_typed_signs_in_then(
    open_client: OpenClient, database: Database, api: Api
) -> None:
    app = await open_client("/account")
    await register(app, "grace@example.com")
    await until(app, lambda: "Look into your mail" in app.texts())
    await app.press("I have confirmed")  # too early
    await until(app, lambda: any("The address is not confirmed yet." in text for text in app.texts()))
    await app.press("Send it again")
    await until(app, lambda: "The mail is on its way to grace@example.com." in app.texts())
    await api.post("/auth/verify-email", {"token": await verify_token(database, "grace@example.com")})
    await app.press("I have confirmed")
    await until(app, lambda: "Grace Hopper" in app.texts())


async def test_a_known_address_is_answered_like_a_new_one(open_client: OpenClient, a_person: MakePerson) -> None:
    person = await a_person()
    seen = []
    for email in (person.email, "grace.new@example.com"):
        app = await open_client("/sign-in")
        await register(app, email)
        await until(app, lambda app=app: "Look into your mail" in app.texts())
        await app.press("I have confirmed")
        await until(app, lambda app=app: any("not confirmed yet" in text for text in app.texts()))
        seen.append([text.replace(email, "@") for text in app.texts()])
    assert seen[0] == seen[1]


async def test_who_mistyped_the_address_finds_what_was_typed_again(open_client: OpenClient) -> None:
    app = await open_client("/account")
    await register(app, "garce@example.com")
    await until(app, lambda: "Look into your mail" in app.texts())
    await app.press("Change what I typed")
    await until(app, lambda: "Create account" in app.names())
    assert (app.field("Your name").value, app.field("E-mail").value) == ("Grace Hopper", "garce@example.com")


async def test_who_was_signed_in_last_time_still_is(open_client: OpenClient, a_person: MakePerson) -> None:
    person = await a_person(name="Mei Tanaka")
    app = await open_client("/account", person)
    await until(app, lambda: "Mei Tanaka" in app.texts())


async def test_signing_out_ends_the_session_on_the_server_too(
    open_client: OpenClient, a_person: MakePerson, api: Api
) -> None:
    person = await a_person()
    app = await open_client("/account", person)
    await until(app, lambda: "Sign out" in app.names())
    await app.press("Sign out")
    await until(app, lambda: "Create an account" in app.names())
    reply = await api.post("/auth/refresh", {"refresh_token": person.refresh_token})
    assert reply.status_code == 401


async def test_without_the_server_the_client_starts_as_a_visitor(
    open_client: OpenClient, a_person: MakePerson, line: Line
) -> None:
    person = await a_person()
    line.cut = True
    app = await open_client("/account", person)
    await until(app, lambda: "Create an account" in app.names())


async def test_the_name_others_see_can_be_changed(open_client: OpenClient, a_person: MakePerson) -> None:
    person = await a_person(name="Ann Lee")
    app = await open_client("/account", person)
    await until(app, lambda: "Change your name" in app.names())
    await app.press("Change your name")
    await app.type("Your name", "Ann Lee-Brown")
    await app.press("Save")
    await until(app, lambda: "Ann Lee-Brown" in app.texts())


async def test_enter_in_the_password_signs_in(open_client: OpenClient, a_person: MakePerson) -> None:
    person = await a_person(name="Ann Lee")
    app = await open_client("/account")
    await app.type("E-mail", person.email)
    await app.type("Password", PASSWORD)
    await app.event(app.field("Password"), "submit")
    await until(app, lambda: "Ann Lee" in app.texts())
