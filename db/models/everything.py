"""All tables in one metadata, for migrations, checks and backups."""

from sqlmodel import SQLModel

from db.models import diagnosis, documents, incident, maintenance, office, register

metadata = SQLModel.metadata
MODULES = (register, incident, office, maintenance, documents, diagnosis)
