"""The provider's stand-in, as a person meets it: its page, in a browser."""

import httpx

TEST_CARD = "4242424242424242"
TIMEOUT_SECONDS = 10


async def press_pay(page_url: str) -> None:
    """Pay on a page with a test card. Raises httpx.HTTPError when nobody is there.

    What the page says is not read: whether it was paid, the payment tells.
    """
    form = {"number": TEST_CARD, "email": "tenant@example.com", "name": "A Tenant"}
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
        await client.post(page_url, data=form)
