"""Stripe's error objects (docs.stripe.com/api/errors)."""

from typing import Any

Body = dict[str, Any]


class StripeError(Exception):
    """An answer that is an error. What the request did until then is undone, unless `keeps` says that it stays: a
    declined card leaves a failed charge."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",  # noqa: A002 - Stripe's word
        keeps: bool = False,
        **fields: Any,
    ) -> None:
        """`fields`: `code`, `param`, `decline_code`, `charge`, `payment_intent`."""
        super().__init__(message)
        self.status, self.keeps = status, keeps
        self.error: Body = {"message": message, "type": type, **fields}
        if code := fields.get("code"):
            self.error["doc_url"] = f"https://docs.stripe.com/error-codes#{code.replace('_', '-')}"

    @property
    def body(self) -> Body:
        """The answer, as JSON."""
        return {"error": self.error}


def missing(kind: str, id_: str, param: str = "id") -> StripeError:
    """What is named does not exist: 404, or 400 where it is named within the parameters (as Stripe does)."""
    status = 404 if param == "id" else 400
    return StripeError(
        f"No such {kind}: '{id_}'",
        status=status,
        code="resource_missing",
        param=param,
    )


def unsupported(param: str) -> StripeError:
    """Stripe takes it and this sandbox does not know it: refused, lest it be ignored in silence."""
    return StripeError(f"The sandbox does not know this yet: {param}", code="sandbox_unsupported", param=param)
