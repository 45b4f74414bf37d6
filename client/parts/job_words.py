"""What work in the background is called. Pure.

A test holds it to every job the server has; one that is newer than this app is called by its own name.
"""

from client.core.language import t


def job_word(name: str) -> str:
    """The name of a job in plain words."""
    room = name.partition(".")[0]
    word = _WORDS.get(name) or _WORDS_OF_ROOMS.get(room)
    return word() if word is not None else t("Work in the background: {name}", name=name)


_WORDS = {
    "auth.purge_expired": lambda: t("Forgetting old sign-ins"),
    "bookings.complete_stays": lambda: t("Ending stays that are over"),
    "bookings.lapse_changes": lambda: t("Ending wishes nobody answered"),
    "bookings.remind_of_rent": lambda: t("Reminding of months that are not paid"),
    "calendars.remove_lapsed": lambda: t("Giving back nights nobody booked"),
    "core.follow_failed_jobs": lambda: t("Looking for work that failed"),
    "core.forget_inbox": lambda: t("Forgetting what other services told us"),
    "core.forget_replies": lambda: t("Forgetting old answers"),
    "core.retry_stalled": lambda: t("Going on with work that was cut off"),
    "importing.step": lambda: t("Importing homes"),
    "notifications.send_mail": lambda: t("Sending mails"),
    "payments.ask_after": lambda: t("Asking for news of payments"),
    "payments.capture": lambda: t("Capturing what a card holds"),
    "payments.delete_customer": lambda: t("Having the payment provider forget somebody"),
    "payments.detach_card": lambda: t("Removing a saved card at the payment provider"),
    "payments.end_page": lambda: t("Closing a page to pay on"),
    "payments.look": lambda: t("Reading what has come of a payment"),
    "payments.make_customer": lambda: t("Making a payer known to the payment provider"),
    "payments.open_page": lambda: t("Opening a page to pay on"),
    "payments.read_cards": lambda: t("Reading which cards somebody has saved"),
    "payments.reconcile": lambda: t("Comparing the books with the payment provider"),
    "payments.refresh_cards": lambda: t("Looking whether saved cards are still there"),
    "payments.send_refund": lambda: t("Sending a refund"),
    "payments.void": lambda: t("Letting go what a card holds"),
    "payouts.claw_back": lambda: t("Reading what of a landlord's debt their account has"),
    "payouts.earn": lambda: t("Earning what was paid for a stay"),
    "payouts.find_due": lambda: t("Looking for what is to be paid out"),
    "payouts.reverse_transfer": lambda: t("Taking back what a landlord was paid"),
    "payouts.send_transfer": lambda: t("Paying a landlord"),
    "payouts.send_waiting": lambda: t("Trying again to pay landlords"),
    "search.learn_words": lambda: t("Learning words for the search"),
}
_WORDS_OF_ROOMS = {
    "inbox": lambda: t("Acting on what another service told us"),
    "notifications": lambda: t("Telling people what happened"),
}
