"""What is kept of admins who let money go back, and of those to whom it goes."""

from server.payments.admin.service import reading
from server.users import service as users

users.register_data_export(reading.data_export)
