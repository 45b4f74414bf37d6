"""Money as admins see it, over the real API: finding, reading, giving back, agreeing, comparing."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from client.features.payments_admin.state import amount_typed
from server.cases import service as cases
from server.cases.service import Opening
from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from server.payments.reconciliation.service import SUBJECT
from server.payments.reconciliation.tables import ReconciliationFindingTable, ReconciliationRunTable
from server.payments.tables import DisputeTable
from shared_models.auth import Role
from shared_models.cases import CaseKind
from shared_models.money import Currency
from tests.client.conftest import OpenClient
from tests.client.waiting import see, until
from tests.conftest import Api, MakePerson
from tests.server.payments.paid import a_payment

WHY = "The heating was off."


async def refunds(database: Database) -> list[tuple[int, str]]:
    async with database.transaction() as session:
        found = await session.execute(text("SELECT amount_minor, reason, status FROM refund_request ORDER BY asked_at"))
        return [(row.amount_minor, f"{row.status}: {row.reason}") for row in found]


async def test_others_than_admins_find_no_such_page(open_client: OpenClient, a_person: MakePerson) -> None:
    for path in ("/admin/payments", "/admin/refunds", "/admin/disputes", "/admin/reconciliation"):
        app = await open_client(path, await a_person(Role.LANDLORD))
        await see(app, "There is no such page")


async def test_with_nothing_there_every_page_says_what_will_be_there(
    open_client: OpenClient, a_person: MakePerson
) -> None:
    admin = await a_person(Role.ADMIN)
    for path, words in (
        ("/admin/payments", "Nobody has paid yet"),
        ("/admin/payments?text=nobody", "No payment is like that"),
        ("/admin/refunds", "Nothing waits for you"),
        ("/admin/refunds?show=decided", "Nothing was decided yet"),
        ("/admin/disputes", "No bank has anything to decide"),
        ("/admin/disputes?show=all", "Nobody has disputed a payment"),
        ("/admin/reconciliation", "Nobody has looked yet"),
        (f"/admin/payments/{new_id()}", "There is no such payment"),
        ("/admin/payments/nonsense", "There is no such payment"),
    ):
        await see(await open_client(path, admin), words)


async def test_payments_are_listed_and_found(open_client: OpenClient, a_person: MakePerson, database: Database) -> None:
    ann, admin = await a_person(name="Ann Macrae"), await a_person(Role.ADMIN)
    await a_payment(database, ann.id, 41_200, "Two nights in Leith")
    await a_payment(database, (await a_person(name="Bob")).id, 9_000, "A loft")
    app = await open_client("/admin/payments", admin)
    await see(app, "Two nights in Leith")
    await see(app, "A loft")
    await see(app, "£412.00")
    await app.type("Search", "macrae")
    await app.press("Search payments")
    await until(app, lambda: "A loft" not in app.texts())
    await see(app, "Two nights in Leith")
    await app.press("Show all")
    await see(app, "A loft")


async def test_money_goes_back_with_a_reason(open_client: OpenClient, a_person: MakePerson, database: Database) -> None:
    ann, admin = await a_person(name="Ann Macrae"), await a_person(Role.ADMIN)
    paid = await a_payment(database, ann.id, 41_200, "Two nights in Leith")
    app = await open_client(f"/admin/payments/{paid.id}", admin)
    await see(app, "The money came")
    await app.press("Give money back")
    await see(app, "£412.00 is left of it.")
    await app.press("Give it back")
    await see(app, "Say how much goes back.")
    await see(app, "Say why in a few words.")
    await app.type("How much goes back", "500")
    await app.type("Why", WHY)
    await app.press("Refund £500.00")
    await see(app, "No more than £412.00 is left.")
    await app.type("How much goes back", "12.50")
    await app.press("Refund £12.50")
    await see(app, "£12.50 is on its way back.")
    await see(app, "No second admin was needed.")
    assert await refunds(database) == [(1_250, f"approved: {WHY}")]


async def test_above_the_limit_it_says_so_before_and_asks_a_second_admin(
    open_client: OpenClient, a_person: MakePerson, database: Database
) -> None:
    ann, ada, ewan = await a_person(name="Ann"), await a_person(Role.ADMIN, name="Ada"), await a_person(Role.ADMIN)
    paid = await a_payment(database, ann.id, 100_000, "A month")
    app = await open_client(f"/admin/payments/{paid.id}", ada)
    await see(app, "The money came")
    await app.press("Give money back")
    await see(app, "Above £500.00 a second admin has to agree.")
    await app.type("How much goes back", "600")
    await see(app, "A second admin has to agree, and nothing moves until then")
    await app.type("Why", WHY)
    await app.press("Ask a second admin")
    await see(app, "A second admin is asked about £600.00.")
    await see(app, "Another admin has to agree to this.")
    second = await open_client("/admin/refunds", ewan)
    await see(second, "1 to agree to")
    await see(second, WHY)
    await second.press("Agree")
    await see(second, "£600.00 goes back to the card of Ann. It cannot be taken back.")
    await second.press("Yes, agree")
    await see(second, "£600.00 is on its way back.")
    await see(second, "Nothing waits for you")
    assert await refunds(database) == [(60_000, f"approved: {WHY}")]


async def test_a_second_admin_may_say_no_and_why(
    open_client: OpenClient, a_person: MakePerson, database: Database, api: Api
) -> None:
    ada, ewan = await a_person(Role.ADMIN, name="Ada"), await a_person(Role.ADMIN, name="Ewan")
    paid = await a_payment(database, (await a_person()).id)
    await api.as_(ada).post(f"/admin/payments/{paid.id}/refunds", json={"amount_minor": 60_000, "reason": WHY})
    app = await open_client("/admin/refunds", ewan)
    await see(app, WHY)
    await app.press("Do not agree")
    await app.type("Why", "The stay was fine.")
    await app.press("Refuse it")
    await see(app, "Nothing waits for you")
    await app.press("Decided")
    await see(app, "The stay was fine.")
    await see(app, "Ewan decided")


async def test_disputes_name_their_deadline(open_client: OpenClient, a_person: MakePerson, database: Database) -> None:
    paid = await a_payment(database, (await a_person(name="Ann")).id, title="Two nights in Leith")
    row = DisputeTable(
        payment_id=paid.id,
        external_id="dp_1",
        status="needs_response",
        reason="not_received",
        amount_minor=100_000,
        answer_by=clock.now() + timedelta(days=5),
        opened_at=clock.now(),
    )
    async with database.transaction() as session:
        session.add(row)
    app = await open_client("/admin/disputes", await a_person(Role.ADMIN))
    await see(app, "1 dispute is not decided.")
    await see(app, "£1,000.00: They did not get what they paid for")
    await see(app, "Answer by ")
    await app.press("Look at the payment: Two nights in Leith · Ann")
    await see(app, "The money came")
    await see(app, "Taken back, to be answered")


async def test_what_differs_is_said_in_words_and_leads_to_its_case(
    open_client: OpenClient, a_person: MakePerson, database: Database
) -> None:
    now = clock.now()
    run = ReconciliationRunTable(
        status="done", until=now, finished_at=now, found=1, movements=3, balances=[["GBP", 9_500, 10_000]]
    )
    async with database.transaction() as session:
        session.add(run)
        await session.flush()
        session.add(
            ReconciliationFindingTable(
                run_id=run.id,
                kind="not_in_books",
                external_id="txn_1",
                what="payout",
                theirs_minor=-50_000,
                theirs_currency="GBP",
                happened_at=now,
            )
        )
    app = await open_client("/admin/reconciliation", await a_person(Role.ADMIN))
    await see(app, "Payout of -£500.00 is missing in the books")
    await see(app, "Differs")
    await app.press("Look now")
    await see(app, "A look is under way.")
    await app.press("To the case")
    await see(app, "Review")


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("", Currency.GBP, None),
        ("  ", Currency.GBP, None),
        ("12", Currency.GBP, 1_200),
        ("12.5", Currency.GBP, 1_250),
        ("12,50", Currency.GBP, 1_250),
        ("1,412.50", Currency.GBP, 141_250),
        ("8000", Currency.JPY, 8_000),
        ("0", Currency.GBP, 0),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, currency: Currency, minor: int | None) -> None:
    amount = amount_typed(typed, currency)
    assert (None if amount is None else amount.amount_minor) == minor


@pytest.mark.parametrize(
    ("typed", "currency"),
    [("x", Currency.GBP), ("-5", Currency.GBP), ("1.5", Currency.JPY), ("NaN", Currency.GBP), ("1.234", Currency.GBP)],
)
def test_what_is_no_amount_is_refused(typed: str, currency: Currency) -> None:
    with pytest.raises(ValueError, match=r".+"):
        amount_typed(typed, currency)


async def test_books_that_differ_are_a_case_that_ends_with_words(
    open_client: OpenClient, a_person: MakePerson, database: Database
) -> None:
    async with database.transaction() as session:
        opening = Opening(SUBJECT, by=None, words=["not_in_books", "other_fee"])
        await cases.open_cases(session, CaseKind.RECONCILIATION, [opening])
    app = await open_client("/admin/review?show=reconciliation", await a_person(Role.ADMIN, name="Ada"))
    await see(app, "They differ: money that is not in the books and a fee")
    await see(app, "They were found to differ")
    await app.press("Explain it")
    await app.press("It is explained")
    await see(app, "Say why they differ.")
    await app.type("Why they differ", "Paid out by hand.")
    await app.press("It is explained")
    await see(app, "Nothing waits")
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT outcome FROM case_file")) == "explained"
