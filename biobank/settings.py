"""What an installation can set: environment variables with the prefix BIOBANK_, and DATABASE_URL."""

import json
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from labels import gs1
from labels.documents import Label
from labels.isbt128.numbers import Facility
from labels.layouts import LAYOUTS, OF_THE_STUDY, OPTIONAL, TRADE_ITEMS, UNITS
from labels.words import LANGUAGES

_A_KIT = "B7K2Q9XMG"
"""Such a number stands on every carton."""


class Settings(BaseSettings):
    """The settings of one process. ``database_url`` names server and database only; passwords stand in ``credentials``."""

    model_config = SettingsConfigDict(env_prefix="BIOBANK_", populate_by_name=True)

    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    admin_url: str = Field(default="", description="a login that may create roles and databases; only `db prepare` uses it")
    home: Path = Path(".biobank")
    credentials: Path | None = None
    clock: Literal["system", "simulated"] = "system"
    site_prefix: str = Field(
        default="01", pattern=r"^[A-HJ-NP-Z0-9]{2}$", description="two characters of this installation's codes"
    )
    label_language: str = Field(
        default="en", pattern=f"^({'|'.join(LANGUAGES)})$", description="the language of labels that are printed from now on"
    )
    label_contacts: dict[str, str] = Field(
        default={},
        description="by study, as JSON: name, address and telephone of whom a kit names for questions; else it names the sponsor",
    )
    gs1_items: dict[str, str] = Field(
        default={},
        description="by label, as JSON: the trade item's number under the site's own GS1 prefix; such labels carry GS1 symbols",
    )
    isbt128: Facility | None = Field(
        default=None,
        description="as JSON, what a site that issues ISBT 128 has: facility `number`, reference of the `licence`, days `since`"
        " and `valid_until`; if wanted the product code of a frozen `unit`, and the `first` and `last` sequence number of a year",
    )
    label_cartons: dict[str, dict[str, str]] = Field(
        default={},
        description="by study, or by study and site as in smart-ms/01, as JSON: what stands on the outer carton of every kit, "
        f"{', '.join(sorted(OF_THE_STUDY))}; else none is printed",
    )
    labels_left_out: frozenset[str] = Field(
        default=frozenset(), description=f"as a JSON list: labels that are not printed here, of {', '.join(sorted(OPTIONAL))}"
    )
    site: str = Field(
        default="oslo",
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        description="the site, as topics name it, whose devices the ingest hears",
    )
    print_folder: Path | None = None
    keys: Path | None = Field(default=None, description="the folder of the private key that signs heads of the log")
    heads: Path | None = Field(default=None, description="where signed heads go: best another machine's disk")
    backup_folder: Path | None = Field(default=None, description="where backups and the archived log go: another disk")
    backup_key: Path | None = Field(default=None, description="the file of the key that encrypts backups")
    mqtt_url: str = "mqtts://127.0.0.1:8883"
    mqtt_certificates: Path | None = Field(default=None, description="the folder of certificates for the broker")
    public_url: str = Field(default="http://127.0.0.1:8000", description="where people reach the pages; messages carry it")
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_tls: bool = Field(default=False, description="speak to the mail server by STARTTLS, with a certificate that is checked")
    smtp_from: str = "biobank@localhost"
    sms_url: str = Field(default="", description="the gateway for short messages, which takes JSON with to, text and reference")
    notice_credentials: Path | None = Field(
        default=None, description="a JSON file with smtp_user, smtp_password and sms_token, as far as they are needed"
    )
    watchdog_tells: str = Field(
        default="",
        description="whom the watchdog tells that worker or ingest fell silent: email:night@lab.example sms:+4799999999",
    )
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=2, ge=1, le=32)
    pool_size: int = Field(default=40, ge=1, le=200, description="connections per login and process; the thread pool has 40")
    session_hours: int = Field(default=12, ge=1, le=24, description="after this a session ends, used or not")
    idle_minutes: int = Field(default=30, ge=1, le=120, description="a session that nobody used for as long is over")
    inside: str = Field(
        default="127.0.0.0/8, ::1/128, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, fe80::/10",
        description="networks from which a password is enough; from elsewhere a code of an authenticator is asked for too",
    )
    proxies: str = Field(default="", description="addresses of proxies whose forwarded headers are believed; none are by default")
    late_after_minutes: int = Field(
        default=15, ge=1, le=1440, description="what is recorded longer after it happened is shown as a late entry"
    )
    max_body_bytes: int = 1_000_000
    max_photo_body_bytes: int = Field(
        default=12_000_000, ge=1_000_000, le=50_000_000, description="where a photo is sent, which grows by a third on its way"
    )
    requests_per_second: int = Field(
        default=100,
        ge=1,
        le=100_000,
        description="what one account may ask, of each worker; a page asks about ten times",
    )
    requests_at_once: int = Field(default=1000, ge=1, le=100_000, description="what one account may ask before that counts")
    strangers_per_second: int = Field(
        default=20, ge=1, le=100_000, description="what one source may ask without a session, of each worker; not to sign in"
    )
    strangers_at_once: int = Field(default=300, ge=1, le=100_000, description="what it may ask before that counts")

    @field_validator("gs1_items")
    @classmethod
    def _are_trade_items(cls, items: dict[str, str]) -> dict[str, str]:
        for layout, number in items.items():
            if layout not in TRADE_ITEMS:
                raise ValueError(f"{layout} is none of the labels {', '.join(sorted(TRADE_ITEMS))}")
            gs1.Elements(((gs1.ITEM, number),))
        return items

    @field_validator("isbt128")
    @classmethod
    def _numbers_alone(cls, facility: Facility | None, info: ValidationInfo) -> Facility | None:
        for layout in UNITS & info.data.get("gs1_items", {}).keys() if facility and facility.unit else ():
            raise ValueError(f"labels of the kind {layout} have a number of GS1 already")
        return facility

    @field_validator("label_cartons")
    @classmethod
    def _are_whole(cls, cartons: dict[str, dict[str, str]], info: ValidationInfo) -> dict[str, dict[str, str]]:
        for where, texts in cartons.items():
            if texts.keys() != OF_THE_STUDY or not all(map(str.strip, texts.values())):
                raise ValueError(f"a carton of {where} names {', '.join(sorted(OF_THE_STUDY))}")
            _check_room(texts, info.data.get("label_language", "en"))
        return cartons

    @field_validator("labels_left_out")
    @classmethod
    def _are_optional(cls, layouts: frozenset[str]) -> frozenset[str]:
        for layout in layouts - OPTIONAL:
            raise ValueError(f"{layout} is none of the labels {', '.join(sorted(OPTIONAL))}")
        return layouts

    @property
    def mqtt_folder(self) -> Path:
        """Where the certificates stand with which our processes speak to the broker."""
        return self.mqtt_certificates or self.home / "mqtt"

    @property
    def credentials_file(self) -> Path:
        """The file of passwords and the instance key, readable by its owner only."""
        return self.credentials or self.home / "credentials.json"

    @property
    def prints(self) -> Path:
        """Where printed labels go, one folder for each side's printer; print programs take them from there."""
        return self.print_folder or self.home / "prints"

    @property
    def backups(self) -> Path:
        """Where backups go, and beside them the archived log."""
        return self.backup_folder or self.home / "backups"

    @property
    def backup_key_file(self) -> Path:
        """The key of the backups, readable by its owner only; it is in no backup."""
        return self.backup_key or self.home / "backup.key"

    @property
    def keys_folder(self) -> Path:
        """The folder of the private key that signs heads; open to its owner only."""
        return self.keys or self.home / "keys"

    @property
    def heads_folder(self) -> Path:
        """The folder of exported heads and public keys."""
        return self.heads or self.home / "heads"

    @property
    def clock_file(self) -> Path:
        """Where a simulated clock stands."""
        return self.home / "clock"

    @property
    def of_records(self) -> dict[str, str]:
        """What bears on records, on proofs of identity and on the trail: every change of it is written down."""
        proofs = ("clock", "late_after_minutes", "session_hours", "idle_minutes", "inside", "proxies")
        labels = ("site_prefix", "label_language", "label_contacts", "label_cartons", "gs1_items", "isbt128")
        left_out = {"labels_left_out": ", ".join(sorted(self.labels_left_out))}
        return left_out | {name: str(getattr(self, name)) for name in (*proofs, *labels, "keys_folder", "heads_folder")}

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Passwords by login, and ``instance_key`` (hex), as `biobank db prepare` wrote them.

        Raises FileNotFoundError when the database was never prepared.
        """
        loaded: dict[str, str] = json.loads(self.credentials_file.read_text())
        return loaded


def _check_room(texts: dict[str, str], language: str) -> None:
    """What finds no room on a carton is refused here, not when a dose is planned. Raises RefusedLabel, which names the text."""
    from labels.geometry import place  # draws symbols, for which a process without cartons has no use

    others = dict.fromkeys((field.name for field in LAYOUTS["carton"].fields()), "-")
    place(Label("carton", others | texts, _A_KIT, language))
