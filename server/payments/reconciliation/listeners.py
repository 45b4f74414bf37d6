"""Differences are a case of the admins'; and what is kept of admins who looked and explained."""

from server.cases import service as cases
from server.cases.service import Subject
from server.payments.reconciliation import service
from server.users import service as users
from shared_models.cases import CaseKind

cases.about(CaseKind.RECONCILIATION, Subject(lock=service.lock, summarise=service.summarise, decide=service.decide))
users.register_data_export(service.data_export)
