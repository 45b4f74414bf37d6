"""Who may do what: one line for each route. A new route is a new line here, and nothing else.

`{name}` in a path, a query or a body stands for the id of a real thing of LANDLORD's and TENANT's, made by the maker of
that name in `things.py`; `using={"id_or_slug": "published_id"}` takes another maker for a name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.conftest import PASSWORD
from tests.stories.conftest import day, home_facts


class Who(Enum):
    """Everyone who calls. The things belong to LANDLORD and TENANT; the others are their twins."""

    VISITOR = "a signed-out visitor"
    TENANT = "the tenant"
    OTHER_TENANT = "another tenant"
    LANDLORD = "the landlord"
    OTHER_LANDLORD = "another landlord"
    ADMIN = "an admin"


VISITOR, TENANT, OTHER_TENANT, LANDLORD, OTHER_LANDLORD, ADMIN = Who
ALL = tuple(Who)
SIGNED_IN = ALL[1:]
LANDLORDS = (LANDLORD, OTHER_LANDLORD, ADMIN)
TWINS = {TENANT: OTHER_TENANT, OTHER_TENANT: TENANT, LANDLORD: OTHER_LANDLORD, OTHER_LANDLORD: LANDLORD}


@dataclass(frozen=True)
class Verdict:
    """What one call of a route answers to whom.

    Those in `may` get a 2xx (or their status in `answers`), everybody else 401, 403 or 404 and word for word what is
    said of ids that do not exist. With `sees`, all of `may` get an answer, but only those in it another one than before
    the things were made. `shows` names a thing that the call does not. No call takes more than `connections`, one by
    one.
    """

    may: frozenset[Who]
    sees: frozenset[Who] | None = None
    shows: str | None = None
    answers: Mapping[Who, int] = field(default_factory=dict)
    connections: int = 1
    query: str = ""
    body: Any = None
    content: bytes | None = None
    using: Mapping[str, str] = field(default_factory=dict)


def only(*may: Who, **call: Any) -> Verdict:
    """These get an answer; for everybody else there is nothing."""
    return Verdict(frozenset(may), **call)


def lists(thing: str, *sees: Who, to: Iterable[Who] = SIGNED_IN, **call: Any) -> Verdict:
    """An answer for all in `to`, that shows `thing` to those in `sees` only."""
    return Verdict(frozenset(to), frozenset(sees), shows=thing, **call)


def sorts(*sees: Who, to: Iterable[Who], **call: Any) -> Verdict:
    """An answer for all in `to`, about things named in it that are there for those in `sees` only."""
    return Verdict(frozenset(to), frozenset(sees), **call)


PAGE = {"id_or_slug": "published_id", "property_id": "published_id"}
DRAFT = {"id_or_slug": "draft_id", "property_id": "draft_id"}
BEGUN = {"draft_id": "begun_id"}
REPORT = {"reason": "not_real"}
DATES = f"start={day(1)}&end={day(30)}"
FACTS = home_facts("Leith")
A_FILE = b"id,name,price,latitude,longitude\n1,Bright flat,80,55.95,-3.19\n"
PLAN = {
    "columns": {
        "id": "source_id", "name": "title", "price": "price", "latitude": "latitude", "longitude": "longitude",
    },
    "file_wide": {
        "source": "my-list", "city": "Leith", "country": "GB", "currency": "GBP", "type": "flat", "let_type": "nightly",
    },
}  # fmt: skip
NEW_PASSWORD = "four unrelated words here"
NEWCOMER = {"email": "{new_email}", "password": PASSWORD, "name": "Newcomer"}
BLOCK = {"property_id": "{property_id}", "start": day(5), "end": day(8)}
STAY = {"property_id": "{property_id}", "check_in": day(40), "check_out": day(42), "guests": 2}

PAID = {"payment_id": "paid_id"}
A_CHANGE = {"booking_id": "changed_id"}
A_MONTH, A_PAID_MONTH = {"booking_id": "renting_id"}, {"booking_id": "paying_month_id"}
WHY = {"reason": "The roof leaks."}
OTHER_DATES = {"check_in": day(10), "check_out": day(14), "guests": 2}

VERDICTS: dict[str, Verdict | tuple[Verdict, ...]] = {
    # auth: what is asked for is known to its owner alone, so nobody's role matters
    "POST /auth/register": only(*ALL, connections=2, body=NEWCOMER),
    "POST /auth/register/send": only(*ALL, connections=2, body={"email": "{tenant_email}"}),
    # None is held while a password is checked, which takes long.
    "POST /auth/sign-in": only(*ALL, connections=2, body={"email": "{tenant_email}", "password": PASSWORD}),
    "POST /auth/refresh": only(*ALL, body={"refresh_token": "{refresh_token}"}),
    "POST /auth/sign-out": only(*ALL, body={"refresh_token": "{refresh_token}"}),
    "POST /auth/verify-email": only(*ALL, body={"token": "{verify_token}"}),
    "POST /auth/forgot-password": only(*ALL, connections=2, body={"email": "{tenant_email}"}),
    "POST /auth/reset-password": only(*ALL, connections=2, body={"token": "{reset_token}", "password": NEW_PASSWORD}),
    # auth: one's own account
    "POST /auth/verify-email/send": only(*SIGNED_IN),
    "GET /auth/sessions": lists("session_id", TENANT),
    "DELETE /auth/sessions/{session_id}": only(TENANT),
    "DELETE /auth/sessions": only(*SIGNED_IN),
    "POST /auth/change-password": only(
        *SIGNED_IN, connections=2, body={"current_password": PASSWORD, "password": NEW_PASSWORD}
    ),
    "POST /auth/roles": only(*SIGNED_IN, body={"role": "landlord"}),
    "GET /auth/closing": lists("booking_id", TENANT, LANDLORD),
    "POST /auth/close": only(*SIGNED_IN, connections=2, body={"password": PASSWORD}),
    # users
    "GET /users/me": only(*SIGNED_IN),
    # It says when it was made, so it is another one each time; what is in whose has a test of its own.
    "GET /users/me/kept": only(*SIGNED_IN),
    "PATCH /users/me": only(*SIGNED_IN, body={"name": "Another name"}),
    # properties
    "POST /properties": only(*LANDLORDS, body=FACTS),
    "GET /properties": lists("draft_id", LANDLORD, to=LANDLORDS),
    "GET /properties/counts": lists("draft_id", LANDLORD, to=LANDLORDS),
    "POST /properties/bulk-status": sorts(
        LANDLORD, ADMIN, to=LANDLORDS, body={"status": "archived", "ids": ["{property_id}"]}
    ),
    # Its answer names the edit, so it is another one each time; strangers' homes have a test of their own.
    "POST /properties/bulk-edits": only(*LANDLORDS, body={"min_nights": 2, "ids": ["{property_id}"]}),
    "POST /properties/bulk-edits/{edit_id}/undo": only(LANDLORD),
    # drafts: of one person alone, even an admin sees their own only
    "POST /properties/drafts": only(*LANDLORDS, body={"words": {"title": "Half a home"}}),
    "GET /properties/drafts": lists("begun_id", LANDLORD, to=LANDLORDS),
    "GET /properties/drafts/{draft_id}": only(LANDLORD, using=BEGUN),
    "PUT /properties/drafts/{draft_id}": (
        only(LANDLORD, body={"words": {"title": "Begun"}}, using=BEGUN),
        # The first draft about a home that is there: its landlord's, and an admin may make one of their own.
        only(LANDLORD, ADMIN, body={"words": {"title": "Other"}}, using={"draft_id": "published_id"}),
    ),
    "DELETE /properties/drafts/{draft_id}": only(*LANDLORDS, using=BEGUN),
    "POST /properties/drafts/{draft_id}/finish": only(
        LANDLORD, body={"facts": FACTS}, answers={LANDLORD: 412}, using=BEGUN
    ),
    "POST /properties/{property_id}/duplicate": only(LANDLORD, ADMIN, using=DRAFT),
    "POST /properties/{property_id}/reports": (
        only(TENANT, OTHER_TENANT, LANDLORD, OTHER_LANDLORD, ADMIN, body=REPORT, answers={LANDLORD: 403}),
        only(LANDLORD, ADMIN, body=REPORT, answers={LANDLORD: 403}, using=DRAFT),
    ),
    # cases: the admins' own queue
    "GET /cases": lists("case_id", ADMIN, to=[ADMIN]),
    "GET /cases/{case_id}": only(ADMIN),
    "POST /cases/{case_id}/take": only(ADMIN),
    "POST /cases/{case_id}/release": only(ADMIN),
    "POST /cases/{case_id}/run-again": only(ADMIN, using={"case_id": "failed_case_id"}),
    "POST /cases/{case_id}/decide": only(ADMIN, body={"outcome": "approved"}),
    "GET /properties/{id_or_slug}": (only(*ALL, using=PAGE), only(LANDLORD, ADMIN, using=DRAFT)),
    "PUT /properties/{property_id}": only(LANDLORD, ADMIN, body=FACTS),
    "POST /properties/{property_id}/status": only(LANDLORD, ADMIN, body={"status": "pending_review"}, using=DRAFT),
    # A drawing tells nothing of a home but its kind, and pages of drafts and shared links show it.
    "GET /properties/{property_id}/covers/{room}/{width}.webp": only(*ALL, using=DRAFT),
    # imports: each landlord's own; an admin's are those for landlords who have not signed up
    "POST /imports": only(*LANDLORDS, query="filename=homes.csv", content=A_FILE),
    "GET /imports": lists("run_id", LANDLORD, to=LANDLORDS),
    "GET /imports/{run_id}": only(LANDLORD),
    "PUT /imports/{run_id}/plan": only(LANDLORD, body=PLAN),
    "POST /imports/{run_id}/check": only(LANDLORD, using={"run_id": "planned_run_id"}),
    "POST /imports/{run_id}/start": only(LANDLORD, using={"run_id": "planned_run_id"}),
    "POST /imports/{run_id}/cancel": only(LANDLORD),
    "GET /imports/{run_id}/findings": only(LANDLORD),
    # None is held while a reader is slow.
    "GET /imports/{run_id}/findings.csv": only(LANDLORD, connections=2),
    # calendars
    "GET /calendars": (
        lists("block_id", LANDLORD, to=LANDLORDS, query=DATES),
        sorts(LANDLORD, ADMIN, to=LANDLORDS, query=f"{DATES}&property_ids={{property_id}}"),
    ),
    "GET /calendars/{property_id}/taken": (
        only(*ALL, query=DATES, using=PAGE),
        only(LANDLORD, ADMIN, query=DATES, using=DRAFT),
    ),
    "POST /calendars/blocks": only(LANDLORD, ADMIN, body=BLOCK),
    "PATCH /calendars/blocks/{block_id}": only(LANDLORD, ADMIN, body={"note": "The roof"}),
    "DELETE /calendars/blocks/{block_id}": only(LANDLORD, ADMIN),
    "GET /calendars/{property_id}/link": only(LANDLORD, ADMIN),
    "POST /calendars/{property_id}/link": only(LANDLORD, ADMIN),
    "DELETE /calendars/{property_id}/link": only(LANDLORD, ADMIN),
    # Other calendars read it, and they cannot sign in: the address is the secret.
    "GET /calendars/{property_id}/{secret}.ics": only(*ALL, using={"property_id": "linked_id"}),
    # payments: the provider tells, and signs what it tells; nobody else is believed
    "POST /payments/events/stripe": only(*ALL, answers=dict.fromkeys(ALL, 400)),
    # payments: of the one who pays them alone
    "GET /payments": lists("payment_id", TENANT),
    # None is held while a reader is slow.
    "GET /payments.csv": lists("payment_id", TENANT, connections=2),
    "GET /payments/{payment_id}": only(TENANT),
    "GET /payment-methods": lists("card_id", TENANT),
    "DELETE /payment-methods/{card_id}": only(TENANT),
    "GET /payments/{payment_id}/receipt.pdf": only(TENANT),
    # earnings: of the landlord who lets alone
    "GET /earnings": lists("earning_id", LANDLORD),
    # None is held while a reader is slow.
    "GET /earnings.csv": lists("earning_id", LANDLORD, connections=2),
    "GET /earnings/{earning_id}": only(LANDLORD),
    # money, for admins alone
    "GET /admin/payments": lists("paid_id", ADMIN, to=[ADMIN]),
    "GET /admin/payments/{payment_id}": only(ADMIN, using=PAID),
    "POST /admin/payments/{payment_id}/refunds": only(ADMIN, body={"amount_minor": 1, "reason": "Cold"}, using=PAID),
    "GET /admin/refund-requests": lists("request_id", ADMIN, to=[ADMIN]),
    "POST /admin/refund-requests/{request_id}/approve": only(ADMIN),
    "POST /admin/refund-requests/{request_id}/reject": only(ADMIN, body={"reason": "No"}),
    "GET /admin/disputes": lists("dispute_id", ADMIN, to=[ADMIN]),
    "GET /admin/reconciliation": lists("reconciliation_id", ADMIN, to=[ADMIN]),
    "POST /admin/reconciliation/run": only(ADMIN),
    # quotes and bookings
    "POST /quotes": (
        only(*SIGNED_IN, body=STAY, using={"property_id": "strangers_id"}),
        only(LANDLORD, body=STAY, using=DRAFT, answers={LANDLORD: 409}),  # nobody books their own home
    ),
    "POST /quotes/simulations": only(
        LANDLORD,
        ADMIN,
        body={"property_id": "{property_id}", "let_type": "nightly", "price_minor": 1, "currency": "GBP"},
    ),
    "POST /bookings": only(TENANT, body={"quote_id": "{quote_id}"}),
    "GET /bookings": (
        lists("booking_id", TENANT, query="side=tenant"),
        lists("booking_id", LANDLORD, query="side=landlord"),
        lists("booking_id", LANDLORD, query=f"side=landlord&{DATES}"),
    ),
    "GET /bookings/{booking_id}": only(TENANT, LANDLORD, ADMIN),
    "POST /bookings/{booking_id}/confirm": only(TENANT, using={"booking_id": "months_id"}),
    "POST /bookings/{booking_id}/payment": only(TENANT, answers={TENANT: 202}),
    "GET /bookings/{booking_id}/payment": only(TENANT, using={"booking_id": "paying_id"}),
    "POST /bookings/{booking_id}/payment/check": only(TENANT, answers={TENANT: 202}, using={"booking_id": "paying_id"}),
    "POST /bookings/{booking_id}/release": only(TENANT),
    "POST /bookings/{booking_id}/accept": only(LANDLORD, using={"booking_id": "requested_id"}),
    "POST /bookings/{booking_id}/decline": only(LANDLORD, body=WHY, using={"booking_id": "requested_id"}),
    "POST /bookings/{booking_id}/cancel": only(TENANT, LANDLORD, body=WHY, using={"booking_id": "agreed_id"}),
    # Nobody has failed to come before the day of arrival.
    "POST /bookings/{booking_id}/no-show": only(LANDLORD, answers={LANDLORD: 409}, using={"booking_id": "agreed_id"}),
    "POST /bookings/{booking_id}/quotes": only(TENANT, LANDLORD, body=OTHER_DATES, using={"booking_id": "agreed_id"}),
    "POST /bookings/{booking_id}/changes": only(
        TENANT, body={"quote_id": "{change_quote_id}"}, using={"booking_id": "changing_id"}
    ),
    # The tenant asked: the landlord answers, and only the tenant takes it back.
    "POST /bookings/{booking_id}/changes/{change_id}/accept": only(
        TENANT, LANDLORD, answers={TENANT: 409}, using=A_CHANGE
    ),
    "POST /bookings/{booking_id}/changes/{change_id}/decline": only(
        TENANT, LANDLORD, answers={TENANT: 409}, body=WHY, using=A_CHANGE
    ),
    "POST /bookings/{booking_id}/changes/{change_id}/withdraw": only(
        TENANT, LANDLORD, answers={LANDLORD: 409}, using=A_CHANGE
    ),
    # Nothing is to be paid before both sides agree; there is no payment to see.
    "POST /bookings/{booking_id}/changes/{change_id}/payment": only(TENANT, answers={TENANT: 409}, using=A_CHANGE),
    "GET /bookings/{booking_id}/changes/{change_id}/payment": only(TENANT, answers={TENANT: 404}, using=A_CHANGE),
    "POST /bookings/{booking_id}/changes/{change_id}/payment/check": only(
        TENANT, answers={TENANT: 404}, using=A_CHANGE
    ),
    "POST /bookings/{booking_id}/months/{number}/payment": only(TENANT, answers={TENANT: 202}, using=A_MONTH),
    "GET /bookings/{booking_id}/months/{number}/payment": only(TENANT, using=A_PAID_MONTH),
    "POST /bookings/{booking_id}/months/{number}/payment/check": only(
        TENANT, answers={TENANT: 202}, using=A_PAID_MONTH
    ),
    # notifications
    "GET /notifications": lists("notification_id", TENANT),
    "GET /notifications/unread": lists("notification_id", TENANT),
    "POST /notifications/read": only(*SIGNED_IN),
    "POST /notifications/{notification_id}/read": only(TENANT),
    # today: what each caller's own page shows
    "GET /today/tenant": lists("booking_id", TENANT),
    "GET /today/landlord": (
        lists("requested_id", LANDLORD, to=LANDLORDS),
        lists("draft_id", LANDLORD, to=LANDLORDS),
    ),
    "GET /today/admin": lists("case_id", ADMIN, to=[ADMIN]),
    "GET /today/waiting": lists("requested_id", LANDLORD),
    # search
    "GET /search": (lists("published_id", *ALL, to=ALL), lists("draft_id", to=ALL)),
    "GET /search/facets": only(VISITOR, *SIGNED_IN),
    "GET /search/suggestions": (
        lists("published_id", *ALL, to=ALL, query="text=Home"),
        lists("draft_id", to=ALL, query="text=Home"),
    ),
    "GET /search/places": (
        lists("published_id", *ALL, to=ALL, query="text=Edin"),
        lists("draft_id", to=ALL, query="text=Edin"),
    ),
    "GET /search/map": (lists("published_id", *ALL, to=ALL), lists("draft_id", to=ALL)),
    "GET /search/map/areas": only(*ALL, query="south=55&north=56&west=-4&east=-3&zoom=10"),
    "GET /search/similar": only(*ALL, query="home={property_id}", using=PAGE),
}
