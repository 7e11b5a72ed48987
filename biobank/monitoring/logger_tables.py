"""Files of data loggers that cannot speak MQTT, by which description they are read, and what became of their readings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class LoggerFormatRow(SQLModel, table=True):
    """A version of the description (TOML) of how one kind of logger writes its files; the highest one reads new files."""

    __tablename__ = "logger_format"
    __table_args__ = (CheckConstraint("version > 0", name="version"), UniqueConstraint("logger", "version"))

    id: UUID = Field(primary_key=True)
    logger: str = Field(sa_type=Text)
    version: int
    definition: str = Field(sa_type=Text)
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime


class LoggerFile(SQLModel, table=True):
    """A file as it was exported, byte by byte, of the sensor named or those that its rows name; for the ingest of a site."""

    __tablename__ = "logger_file"
    __table_args__ = (
        CheckConstraint("sha256 = sha256(file)", name="sha256"),
        CheckConstraint("readings > 0 AND from_time <= to_time", name="read"),
        UniqueConstraint("sha256", "format_id", "freezer_id", "sensor", postgresql_nulls_not_distinct=True),
        Index("ix_logger_file_freezer_id", "freezer_id"),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    format_id: UUID = Field(foreign_key="logger_format.id")
    site: str = Field(sa_type=Text)
    sensor: str | None = Field(default=None, sa_type=Text)
    sha256: bytes = Field(sa_type=LargeBinary)
    file: bytes = Field(sa_type=LargeBinary)
    readings: int
    from_time: datetime
    to_time: datetime
    imported_by: UUID = Field(foreign_key="person.id")
    imported_at: datetime


class LoggerFileStored(SQLModel, table=True):
    """The readings of a file went the way of all readings: so many were stored, known before, and refused."""

    __tablename__ = "logger_file_stored"
    __table_args__ = (CheckConstraint("least(new, known, refused) >= 0", name="counts"),)

    id: UUID = Field(primary_key=True)
    file_id: UUID = Field(foreign_key="logger_file.id", unique=True)
    new: int
    known: int
    refused: int
    stored_at: datetime
