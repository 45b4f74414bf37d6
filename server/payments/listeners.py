"""What is kept of who pays, and what admins decide about money."""

from server.cases import service as cases
from server.cases.service import Subject
from server.payments.service import data_export, deciding
from server.users import service as users
from shared_models.cases import CaseKind

users.register_data_export(data_export.data_export)
cases.about(
    CaseKind.DISPUTE,
    Subject(lock=deciding.lock_dispute, summarise=deciding.summarise_disputes, decide=deciding.decide_dispute),
)
cases.about(
    CaseKind.FAILED_REFUND,
    Subject(lock=deciding.lock_refund, summarise=deciding.summarise_refunds, decide=deciding.decide_refund),
)
