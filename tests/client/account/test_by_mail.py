"""What mails lead to: an e-mail proved, a password set anew, by the link as it was mailed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import time_machine

from server.core import clock
from server.core.database import Database
from shared_models.users import Me
from tests.client.conftest import Line, OpenApp
from tests.conftest import PASSWORD, Api, MakePerson, Person
from tests.mailbox import Mailbox, RunJobs, verify_token

NEW = "four unrelated words here"
GetRoute = Callable[[Person], Awaitable[str]]


@pytest.fixture
def mailed_route(mailbox: Mailbox, run_jobs: RunJobs) -> GetRoute:
    """Where the newest mail to someone leads in the client."""

    async def get(person: Person) -> str:
        await run_jobs()
        return (await mailbox.link(person.email)).partition("/app")[2]

    return get


async def me(api: Api, person: Person) -> Me:
    return Me.model_validate((await api.as_(person).get("/users/me")).json())


async def test_a_forgotten_password_is_set_anew_from_sign_in_to_signed_in(
    open_app: OpenApp, api: Api, a_person: MakePerson, mailed_route: GetRoute
) -> None:
    person = await a_person(name="Ann Lee")
    visit = await open_app("/sign-in")
    await visit.press("Forgot your password?")
    await visit.holds(lambda: visit.route == "/forgot-password", "the address of the form")
    await visit.app.type("E-mail", person.email)
    await visit.press("Send the link")
    await visit.until(f"If {person.email} has an account here")
    visit = await open_app(await mailed_route(person))
    await visit.until("Set a new password")
    await visit.app.type("New password", NEW)
    await visit.press("Save the password")
    await visit.until("Your password is changed")
    await visit.press("To your account")
    await visit.until("Ann Lee")
    reply = await api.post("/auth/sign-in", {"email": person.email, "password": NEW})
    assert reply.status_code == 200


async def test_an_unknown_e_mail_is_told_the_same_and_a_mistyped_one_is_corrected(
    open_app: OpenApp, line: Line
) -> None:
    visit = await open_app("/forgot-password")
    await visit.app.type("E-mail", "nobody")
    await visit.press("Send the link")
    await visit.until("Enter your e-mail address, such as name@example.com.")
    await visit.app.type("E-mail", "nobody@example.com")
    await visit.press("Send the link")
    await visit.until("If nobody@example.com has an account here")


async def test_what_no_form_takes_is_said_beside_its_field(open_app: OpenApp, a_person: MakePerson) -> None:
    visit = await open_app("/forgot-password")
    await visit.app.type("E-mail", f"{'a' * 260}@example.com")
    await visit.press("Send the link")
    await visit.until("This cannot be used.")
    visit = await open_app("/account", await a_person())
    await visit.press("Change the password")
    await visit.app.type("Password you have now", "x" * 201)
    await visit.app.type("New password", NEW)
    await visit.press("Save the password")
    await visit.until("This cannot be used.")


async def test_a_link_that_is_over_leads_to_a_new_one(
    open_app: OpenApp, api: Api, a_person: MakePerson, mailed_route: GetRoute
) -> None:
    person = await a_person()
    await api.post("/auth/forgot-password", {"email": person.email})
    route = await mailed_route(person)
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        visit = await open_app(route)
        await visit.app.type("New password", NEW)
        await visit.press("Save the password")
        await visit.until("This link does not work any more")
        await visit.press("Ask for a new link")
        await visit.until("Send the link")


@pytest.mark.parametrize("route", ["/reset-password", "/reset-password?token=cut"])
async def test_a_link_that_was_cut_says_so(open_app: OpenApp, route: str) -> None:
    visit = await open_app(route)
    if "cut" in route:
        await visit.app.type("New password", NEW)
        await visit.press("Save the password")
    await visit.until("This link does not work any more")


async def test_a_weak_password_is_said_beside_the_field_and_the_link_still_works(
    open_app: OpenApp, api: Api, a_person: MakePerson, mailed_route: GetRoute
) -> None:
    person = await a_person()
    await api.post("/auth/forgot-password", {"email": person.email})
    visit = await open_app(await mailed_route(person))
    await visit.app.type("New password", "short")
    await visit.press("Save the password")
    await visit.until("Use at least 10 characters.")
    await visit.app.type("New password", "password123")
    await visit.press("Save the password")
    await visit.until("Is too common or too easy to guess")
    await visit.app.type("New password", NEW)
    await visit.press("Save the password")
    await visit.until("Your password is changed")


async def test_an_e_mail_is_confirmed_by_opening_its_link_and_the_account_says_so(
    open_app: OpenApp, api: Api, a_person: MakePerson, mailed_route: GetRoute
) -> None:
    person = await a_person(verified=False)
    visit = await open_app("/account", person)
    await visit.until("Not confirmed yet")
    await visit.press("Send the link again")
    await visit.until(f"The link is on its way to {person.email}.")
    route = await mailed_route(person)
    landing = await open_app(route)
    await landing.until("Your e-mail is confirmed")
    assert (await me(api, person)).email_verified
    signed_in = await open_app("/account", person)
    await signed_in.until("Confirmed")
    assert not signed_in.names("Send the link again")


async def test_the_link_after_registering_signs_in_and_a_second_opening_does_not(
    open_app: OpenApp, api: Api, database: Database
) -> None:
    await api.post("/auth/register", {"email": "grace@example.com", "password": PASSWORD, "name": "Grace Hopper"})
    route = f"/verify-email?token={await verify_token(database, 'grace@example.com')}"
    visit = await open_app(route)
    await visit.until("Your e-mail is confirmed")
    await visit.press("To your account")
    await visit.until("Grace Hopper")
    again = await open_app(route)
    await again.until("Your e-mail is confirmed")
    assert not again.names("To your account")
    await again.press("Sign in")
    await again.until("Create an account")


async def test_without_the_server_the_confirmation_waits_for_a_second_try(
    open_app: OpenApp, api: Api, a_person: MakePerson, mailed_route: GetRoute, line: Line
) -> None:
    person = await a_person(verified=False)
    await api.as_(person).post("/auth/verify-email/send")
    route = await mailed_route(person)
    line.cut = True
    visit = await open_app(route)
    await visit.until("Your e-mail is not confirmed yet")
    line.cut = False
    await visit.press("Try again")
    await visit.until("Your e-mail is confirmed")


async def test_a_wrong_link_is_no_confirmation(open_app: OpenApp, a_person: MakePerson) -> None:
    visit = await open_app("/verify-email?token=a-token-that-nobody-ever-mailed", await a_person(verified=False))
    await visit.until("This link does not work any more")
    await visit.press("To your account")
    await visit.until("Send the link again")


async def test_a_changed_password_keeps_this_session_and_says_what_is_wrong_beside_the_field(
    open_app: OpenApp, api: Api, a_person: MakePerson
) -> None:
    person = await a_person()
    visit = await open_app("/account", person)
    await visit.press("Change the password")
    await visit.app.type("Password you have now", "not the password")
    await visit.app.type("New password", NEW)
    await visit.press("Save the password")
    await visit.until("Is not your password")
    await visit.app.type("Password you have now", PASSWORD)
    await visit.press("Save the password")
    await visit.until("Your password is changed. You were signed out everywhere else.")
    await visit.until("Change the password")
    assert (await api.post("/auth/sign-in", {"email": person.email, "password": NEW})).status_code == 200
