"""Sending mails: each once, as far as that can be had; see `server/core/attempts.py`."""

from server.core import attempts
from server.core.jobs import Queue
from server.core.retries import MAILS
from server.notifications import gateway, service

attempts.declare(
    service.SEND_MAIL, attempts.Steps(prepare=service.email_of, call=gateway.send), queue=Queue.MAIL, retry=MAILS
)
