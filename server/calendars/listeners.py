"""What this room keeps of a person."""

from server.calendars import service
from server.users import service as users

users.keeps(service.kept_of)
