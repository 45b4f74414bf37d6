"""What the API can do: each way in, the SDK's type of its parameters, and which of them are known here."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from server.sandbox.stripe import lists
from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.objects import checkout, customers, disputes, ledger, payments, refunds, transfers, webhooks
from server.sandbox.stripe.parameters import Params
from server.sandbox.stripe.world import World

Act = Callable[..., Body]
"""Called with the world, the ids of the path, and the parameters."""


@dataclass(frozen=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    params: str
    """The SDK's type, within `stripe.params`."""
    act: Act
    supported: frozenset[str] = field(default_factory=frozenset)
    of_account: bool = False
    """It may be asked of a connected account."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{\w+\}", r"([^/]+)", self.path))


def _takes(*names: str) -> frozenset[str]:
    return frozenset({"expand", *names})


def _retrieve(path: str, kind: str, params: str) -> Operation:
    return Operation("GET", f"{path}/{{id}}", params, lambda world, id_, _: world.get(kind, id_), _takes())


def _list(path: str, kind: str, params: str, *filters: str) -> Operation:
    """A list of all objects of a kind; `filters` are fields that a caller may name."""

    def act(world: World, given: Params) -> Body:
        wanted = {name: given[name] for name in filters if name in given and name != "created"}
        found = lists.created_within(world.all(kind, **wanted), given.get("created"))
        return lists.page(found, given, path)

    return Operation("GET", path, params, act, lists.PAGING | frozenset(filters))


SESSIONS, INTENTS, REFUNDS = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/refunds"
CUSTOMERS, METHODS, ENDPOINTS = "/v1/customers", "/v1/payment_methods", "/v1/webhook_endpoints"
TRANSFERS = "/v1/transfers"

_SAID_OF_A_PAYMENT = ("description", "metadata", "receipt_email", "statement_descriptor_suffix", "transfer_group")
_SESSION = _takes(
    "adaptive_pricing.enabled",
    "allowed_payment_method_types",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer",
    "customer_creation",
    "customer_email",
    "expires_at",
    *(f"line_items.price_data.{name}" for name in ("currency", "unit_amount")),
    *(f"line_items.price_data.product_data.{name}" for name in ("name", "description")),
    "line_items.quantity",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data.capture_method",
    "payment_intent_data.setup_future_usage",
    *(f"payment_intent_data.{name}" for name in _SAID_OF_A_PAYMENT),
    "saved_payment_method_options.payment_method_save",
    "submit_type",
    "success_url",
    "ui_mode",
)
_INTENT = _takes(
    "amount",
    "capture_method",
    "confirm",
    "currency",
    "customer",
    "off_session",
    "payment_method",
    "return_url",
    "setup_future_usage",
    *_SAID_OF_A_PAYMENT,
)
_CUSTOMER = _takes("description", "email", "metadata", "name", "phone", "preferred_locales")
_ENDPOINT = ("description", "enabled_events", "metadata", "url")


def _cards_only(act: Act) -> Act:
    """Other ways to pay are refused: what is known of them here is nothing.

    Where nothing is said Stripe offers whatever its dashboard allows, so it has to be said.
    """

    def checked(world: World, params: Params) -> Body:
        if params.get("allowed_payment_method_types") != ["card"]:
            raise StripeError(
                "The sandbox knows cards only: allowed_payment_method_types=[card].",
                code="sandbox_unsupported",
                param="allowed_payment_method_types",
            )
        if params.get("ui_mode", "hosted_page") != "hosted_page":
            raise StripeError("The sandbox knows hosted pages only.", code="sandbox_unsupported", param="ui_mode")
        return act(world, params)

    return checked


def _session_lines(world: World, id_: str, params: Params) -> Body:
    return lists.page(checkout.lines(world, id_), params, f"{SESSIONS}/{id_}/line_items")


def _methods(world: World, params: Params) -> Body:
    if "customer" not in params:  # as at Stripe: cards of nobody are listed for nobody
        raise StripeError("Missing required param: customer.", code="parameter_missing", param="customer")
    return lists.page(customers.methods(world, params["customer"], params), params, METHODS)


def _methods_of(world: World, id_: str, params: Params) -> Body:
    found = customers.methods(world, world.get("customer", id_)["id"], params)
    return lists.page(found, params, f"{CUSTOMERS}/{id_}/payment_methods")


def _events(world: World, params: Params) -> Body:
    wanted = set(params.get("types", [params["type"]] if "type" in params else []))
    found = lists.created_within(world.all("event"), params.get("created"))
    return lists.page([event for event in found if not wanted or event["type"] in wanted], params, "/v1/events")


def _balance(world: World, _: Params) -> Body:
    account = world.cause.account
    return ledger.balance(world) if account is None else transfers.balance_of(world, account)


def _reversals(world: World, id_: str, params: Params) -> Body:
    return lists.page(transfers.reversals_of(world, id_), params, f"{TRANSFERS}/{id_}/reversals")


def _method_of(world: World, customer: str, id_: str, _: Params) -> Body:
    return customers.of_customer(world, customer, id_)


OPERATIONS = (
    Operation(
        "POST", SESSIONS, "checkout._session_create_params.SessionCreateParams", _cards_only(checkout.create), _SESSION
    ),
    _list(
        SESSIONS,
        "checkout.session",
        "checkout._session_list_params.SessionListParams",
        *("created", "customer", "payment_intent", "status"),
    ),
    _retrieve(SESSIONS, "checkout.session", "checkout._session_retrieve_params.SessionRetrieveParams"),
    Operation(
        "POST",
        f"{SESSIONS}/{{id}}",
        "checkout._session_update_params.SessionUpdateParams",
        checkout.update,
        _takes("metadata"),
    ),
    Operation(
        "POST",
        f"{SESSIONS}/{{id}}/expire",
        "checkout._session_expire_params.SessionExpireParams",
        checkout.expire,
        _takes(),
    ),
    Operation(
        "GET",
        f"{SESSIONS}/{{id}}/line_items",
        "checkout._session_list_line_items_params.SessionListLineItemsParams",
        _session_lines,
        lists.PAGING,
    ),
    Operation("POST", CUSTOMERS, "_customer_create_params.CustomerCreateParams", customers.create, _CUSTOMER),
    _list(CUSTOMERS, "customer", "_customer_list_params.CustomerListParams", "created", "email"),
    Operation(
        "GET",
        f"{CUSTOMERS}/{{id}}",
        "_customer_retrieve_params.CustomerRetrieveParams",
        customers.retrieve,
        _takes(),
    ),
    Operation(
        "POST", f"{CUSTOMERS}/{{id}}", "_customer_update_params.CustomerUpdateParams", customers.update, _CUSTOMER
    ),
    Operation("DELETE", f"{CUSTOMERS}/{{id}}", "_customer_delete_params.CustomerDeleteParams", customers.delete),
    Operation(
        "GET",
        f"{CUSTOMERS}/{{id}}/payment_methods",
        "_customer_list_payment_methods_params.CustomerListPaymentMethodsParams",
        _methods_of,
        lists.PAGING | {"allow_redisplay", "type"},
    ),
    Operation(
        "GET",
        f"{CUSTOMERS}/{{id}}/payment_methods/{{method}}",
        "_customer_retrieve_payment_method_params.CustomerRetrievePaymentMethodParams",
        _method_of,
        _takes(),
    ),
    Operation(
        "POST",
        METHODS,
        "_payment_method_create_params.PaymentMethodCreateParams",
        customers.create_method,
        _takes("billing_details.email", "billing_details.name", "card", "type"),
    ),
    Operation(
        "GET",
        METHODS,
        "_payment_method_list_params.PaymentMethodListParams",
        _methods,
        lists.PAGING | {"allow_redisplay", "customer", "type"},
    ),
    _retrieve(METHODS, "payment_method", "_payment_method_retrieve_params.PaymentMethodRetrieveParams"),
    Operation(
        "POST",
        f"{METHODS}/{{id}}",
        "_payment_method_update_params.PaymentMethodUpdateParams",
        customers.update_method,
        _takes("allow_redisplay", "metadata"),
    ),
    Operation(
        "POST",
        f"{METHODS}/{{id}}/attach",
        "_payment_method_attach_params.PaymentMethodAttachParams",
        customers.attach,
        _takes("customer"),
    ),
    Operation(
        "POST",
        f"{METHODS}/{{id}}/detach",
        "_payment_method_detach_params.PaymentMethodDetachParams",
        customers.detach,
        _takes(),
    ),
    Operation(
        "POST",
        INTENTS,
        "_payment_intent_create_params.PaymentIntentCreateParams",
        payments.create,
        _INTENT,
    ),
    _list(INTENTS, "payment_intent", "_payment_intent_list_params.PaymentIntentListParams", *("created", "customer")),
    _retrieve(INTENTS, "payment_intent", "_payment_intent_retrieve_params.PaymentIntentRetrieveParams"),
    Operation(
        "POST",
        f"{INTENTS}/{{id}}",
        "_payment_intent_update_params.PaymentIntentUpdateParams",
        payments.update,
        _takes("description", "metadata", "receipt_email", "transfer_group"),
    ),
    Operation(
        "POST",
        f"{INTENTS}/{{id}}/confirm",
        "_payment_intent_confirm_params.PaymentIntentConfirmParams",
        payments.confirm,
        _takes("off_session", "payment_method", "return_url"),
    ),
    Operation(
        "POST",
        f"{INTENTS}/{{id}}/capture",
        "_payment_intent_capture_params.PaymentIntentCaptureParams",
        payments.capture,
        _takes("amount_to_capture"),
    ),
    Operation(
        "POST",
        f"{INTENTS}/{{id}}/cancel",
        "_payment_intent_cancel_params.PaymentIntentCancelParams",
        payments.cancel,
        _takes("cancellation_reason"),
    ),
    _list(
        "/v1/charges",
        "charge",
        "_charge_list_params.ChargeListParams",
        *("created", "customer", "payment_intent", "transfer_group"),
    ),
    _retrieve("/v1/charges", "charge", "_charge_retrieve_params.ChargeRetrieveParams"),
    Operation(
        "POST",
        REFUNDS,
        "_refund_create_params.RefundCreateParams",
        refunds.create,
        _takes("amount", "charge", "metadata", "payment_intent", "reason"),
    ),
    _list(REFUNDS, "refund", "_refund_list_params.RefundListParams", "charge", "created", "payment_intent"),
    _retrieve(REFUNDS, "refund", "_refund_retrieve_params.RefundRetrieveParams"),
    Operation(
        "POST", f"{REFUNDS}/{{id}}", "_refund_update_params.RefundUpdateParams", refunds.update, _takes("metadata")
    ),
    Operation("POST", f"{REFUNDS}/{{id}}/cancel", "_refund_cancel_params.RefundCancelParams", refunds.cancel, _takes()),
    _list("/v1/disputes", "dispute", "_dispute_list_params.DisputeListParams", "charge", "created", "payment_intent"),
    _retrieve("/v1/disputes", "dispute", "_dispute_retrieve_params.DisputeRetrieveParams"),
    Operation(
        "POST",
        "/v1/disputes/{id}",
        "_dispute_update_params.DisputeUpdateParams",
        disputes.update,
        _takes("evidence", "metadata", "submit"),
    ),
    Operation("POST", "/v1/disputes/{id}/close", "_dispute_close_params.DisputeCloseParams", disputes.accept, _takes()),
    Operation(
        "GET", "/v1/balance", "_balance_retrieve_params.BalanceRetrieveParams", _balance, _takes(), of_account=True
    ),
    Operation(
        "POST",
        TRANSFERS,
        "_transfer_create_params.TransferCreateParams",
        transfers.create,
        _takes(
            *("amount", "currency", "description", "destination", "metadata"), "source_transaction", "transfer_group"
        ),
    ),
    _list(
        TRANSFERS, "transfer", "_transfer_list_params.TransferListParams", "created", "destination", "transfer_group"
    ),
    _retrieve(TRANSFERS, "transfer", "_transfer_retrieve_params.TransferRetrieveParams"),
    Operation(
        "POST",
        f"{TRANSFERS}/{{id}}",
        "_transfer_update_params.TransferUpdateParams",
        transfers.update,
        _takes("description", "metadata"),
    ),
    Operation(
        "POST",
        f"{TRANSFERS}/{{id}}/reversals",
        "_transfer_create_reversal_params.TransferCreateReversalParams",
        transfers.reverse,
        _takes("amount", "metadata"),
    ),
    Operation(
        "GET",
        f"{TRANSFERS}/{{id}}/reversals",
        "_transfer_list_reversals_params.TransferListReversalsParams",
        _reversals,
        lists.PAGING,
    ),
    _list(
        "/v1/balance_transactions",
        "balance_transaction",
        "_balance_transaction_list_params.BalanceTransactionListParams",
        *("created", "currency", "source", "type"),
    ),
    _retrieve(
        "/v1/balance_transactions",
        "balance_transaction",
        "_balance_transaction_retrieve_params.BalanceTransactionRetrieveParams",
    ),
    Operation(
        "GET",
        "/v1/events",
        "_event_list_params.EventListParams",
        _events,
        lists.PAGING | {"created", "type", "types"},
    ),
    _retrieve("/v1/events", "event", "_event_retrieve_params.EventRetrieveParams"),
    Operation(
        "POST",
        ENDPOINTS,
        "_webhook_endpoint_create_params.WebhookEndpointCreateParams",
        webhooks.create,
        _takes("api_version", *_ENDPOINT),
    ),
    _list(ENDPOINTS, "webhook_endpoint", "_webhook_endpoint_list_params.WebhookEndpointListParams"),
    _retrieve(ENDPOINTS, "webhook_endpoint", "_webhook_endpoint_retrieve_params.WebhookEndpointRetrieveParams"),
    Operation(
        "POST",
        f"{ENDPOINTS}/{{id}}",
        "_webhook_endpoint_update_params.WebhookEndpointUpdateParams",
        webhooks.update,
        _takes("disabled", *_ENDPOINT),
    ),
    Operation(
        "DELETE",
        f"{ENDPOINTS}/{{id}}",
        "_webhook_endpoint_delete_params.WebhookEndpointDeleteParams",
        webhooks.delete,
    ),
)


def find(method: str, path: str) -> tuple[Operation, tuple[str, ...]]:
    """The operation of a request, and the ids in its path. Raises StripeError."""
    for operation in OPERATIONS:
        if operation.method == method and (matched := operation.pattern.fullmatch(path)):
            return operation, matched.groups()
    raise StripeError(
        f"Unrecognized request URL ({method}: {path}). The sandbox may not know it yet: see docs/sandbox_stripe.md.",
        status=404,
    )
