"""What is kept of who pays."""

from server.payments.service import data_export
from server.users import service as users

users.register_data_export(data_export.data_export)
