# One image for every process of an installation; the compose file says which one runs.
FROM python:3.11-slim

# The number of Mosquitto's own user: both write into the broker's volume.
RUN useradd --uid 1883 --create-home biobank \
 && install -d -o biobank -g biobank /var/lib/biobank /mosquitto/data

WORKDIR /srv/biobank
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY biobank biobank
COPY devices devices
COPY labels labels
COPY alembic alembic

ENV PYTHONPATH=/srv/biobank PYTHONUNBUFFERED=1 BIOBANK_HOME=/var/lib/biobank
USER biobank
CMD ["python", "-m", "biobank.cli", "serve"]
