"""Files of data loggers that cannot speak MQTT, by written descriptions of how each kind of logger writes them.

Revision: 0061
"""

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

FILES = """
CREATE TABLE logger_format (
  id uuid CONSTRAINT pk_logger_format PRIMARY KEY,
  logger text NOT NULL,
  version integer NOT NULL CONSTRAINT ck_logger_format_version CHECK (version > 0),
  definition text NOT NULL,
  recorded_by uuid NOT NULL CONSTRAINT fk_logger_format_recorded_by REFERENCES person,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT uq_logger_format_logger_version UNIQUE (logger, version)
);
CREATE TABLE logger_file (
  id uuid CONSTRAINT pk_logger_file PRIMARY KEY,
  freezer_id uuid NOT NULL CONSTRAINT fk_logger_file_freezer_id REFERENCES freezer,
  format_id uuid NOT NULL CONSTRAINT fk_logger_file_format_id REFERENCES logger_format,
  site text NOT NULL,
  sensor text,
  sha256 bytea NOT NULL,
  file bytea NOT NULL,
  readings integer NOT NULL,
  from_time timestamptz NOT NULL,
  to_time timestamptz NOT NULL,
  imported_by uuid NOT NULL CONSTRAINT fk_logger_file_imported_by REFERENCES person,
  imported_at timestamptz NOT NULL,
  CONSTRAINT ck_logger_file_sha256 CHECK (sha256 = sha256(file)),
  CONSTRAINT ck_logger_file_read CHECK (readings > 0 AND from_time <= to_time),
  CONSTRAINT uq_logger_file_sha256_format_id_freezer_id_sensor UNIQUE NULLS NOT DISTINCT (sha256, format_id, freezer_id, sensor)
);
CREATE INDEX ix_logger_file_freezer_id ON logger_file (freezer_id);
CREATE TABLE logger_file_stored (
  id uuid CONSTRAINT pk_logger_file_stored PRIMARY KEY,
  file_id uuid NOT NULL CONSTRAINT uq_logger_file_stored_file_id UNIQUE CONSTRAINT fk_logger_file_stored_file_id REFERENCES logger_file,
  new integer NOT NULL,
  known integer NOT NULL,
  refused integer NOT NULL,
  stored_at timestamptz NOT NULL,
  CONSTRAINT ck_logger_file_stored_counts CHECK (least(new, known, refused) >= 0)
);
CALL audit.watch('logger_format');
CALL audit.freeze('logger_format');
CALL audit.watch('logger_file', 'file');
CALL audit.freeze('logger_file');
CALL audit.watch('logger_file_stored');
CALL audit.freeze('logger_file_stored');
GRANT SELECT, INSERT ON logger_format, logger_file TO biobank_facility;
GRANT SELECT ON logger_file_stored TO biobank_facility;
GRANT SELECT (id, definition) ON logger_format TO biobank_ingest;
GRANT SELECT (id, format_id, site, sensor, file, imported_at) ON logger_file TO biobank_ingest;
GRANT SELECT (file_id), INSERT ON logger_file_stored TO biobank_ingest;
COMMENT ON COLUMN logger_file.file IS 'Every byte of it; the trail keeps its SHA-256';
"""


def upgrade() -> None:
    op.execute(FILES)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
