"""What this room keeps of a person."""

from server.calendars import service
from server.users import service as users

users.register_data_export(service.data_export)
