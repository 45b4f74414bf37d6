"""What the rooms round it ask of payouts: all of it is part of the caller's transaction, under the payment's lock."""

from server.payments.payouts.service.accounts import ReadyAccount, register_accounts
from server.payments.payouts.service.earning import Due, expect, put_off
from server.payments.payouts.service.giving_back import take_back, undo

__all__ = ["Due", "ReadyAccount", "expect", "put_off", "register_accounts", "take_back", "undo"]
