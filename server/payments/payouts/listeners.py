"""What is kept of landlords' money, and what admins decide about it."""

from server.cases import service as cases
from server.cases.service import Subject
from server.payments.payouts.service import deciding, reading
from server.users import service as users
from shared_models.cases import CaseKind

cases.about(CaseKind.PAYOUT, Subject(lock=deciding.lock, summarise=deciding.summarise, decide=deciding.decide))
users.register_data_export(reading.data_export)
