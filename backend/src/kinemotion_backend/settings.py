"""Every setting of the service, once: read from the environment, with defaults that work on one machine."""

import os
import tempfile
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from platformdirs import user_data_path
from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, IPvAnyNetwork, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kinemotion_backend.tiers import TIERS, Tier


def _split(value: object) -> object:
    """Split a comma-separated text into its items; return anything else as it is."""
    return tuple(item.strip() for item in value.split(",") if item.strip()) if isinstance(value, str) else value


def _refuse_empty(value: object) -> object:
    """Refuse an empty text: as a path it would name the current folder, as an address all of this machine."""
    if isinstance(value, str) and not value.strip():
        raise ValueError("must not be empty")
    return value


def _read_empty_as_none(value: object) -> object:
    """Read an empty text as "not set"; return anything else as it is."""
    return None if isinstance(value, str) and not value.strip() else value


def _strip_slash(origins: tuple[str, ...]) -> tuple[str, ...]:
    """Origins as browsers send them: without the slash that an address bar shows at the end, in small letters."""
    return tuple(origin.rstrip("/").lower() for origin in origins)


def _begin_with(*schemes: str) -> AfterValidator:
    """Refuse the URL of another kind of server: it would fail at the first use only."""

    def check(value: str) -> str:
        if value and not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"must begin with {schemes[0]}://")
        return value

    return AfterValidator(check)


NotEmpty = BeforeValidator(_refuse_empty)
EmptyIsNone = BeforeValidator(_read_empty_as_none)
Items = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_split)]


def _take_share(name: str, part: int) -> Callable[[dict[str, Any]], int]:
    """Return what gives a part of another setting, and at least 1."""

    def share(settings: dict[str, Any]) -> int:
        return max(1, settings[name] // part)

    return share


class Settings(BaseSettings):
    """Everything that can be set, each by the environment variable of its name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    environment: Literal["development", "production"] = Field(
        default="development", description="`production` refuses unsafe values."
    )
    bind_host: Annotated[str, NotEmpty] = Field(default="127.0.0.1", description="Address to listen on.")
    bind_port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("bind_port", "port"),
        description="Port to listen on; 0 is any free one. `PORT` is read where this is not set.",
    )
    max_connections: int = Field(
        default=400, ge=1, description="Open connections; any more are answered 503. Lowered where `ulimit -n` is low."
    )
    max_connections_a_client: int = Field(
        default_factory=_take_share("max_connections", 8),
        ge=1,
        description="Open connections of one client, idle ones and live streams too; more are answered 429. "
        "Default: an eighth of all.",
    )
    forwarded_allow_ips: Networks = Field(
        default=(),
        description="Proxies whose `X-Forwarded-For` and `-Proto` are believed, by address or network, with commas "
        "between.",
    )
    shutdown_s: int = Field(
        default=10,
        ge=0,
        description="Time that open requests have to finish at a shutdown, in seconds; then they are answered 503.",
    )
    trusted_hosts: Items = Field(
        default=("localhost", "127.0.0.1", "[::1]"),
        description="Host names to answer for, with commas between; `*` is any.",
    )
    cors_origins: Annotated[Items, AfterValidator(_strip_slash)] = Field(
        default=(), description="Web origins that may call, such as `https://coach.example`, with commas between."
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged.")
    json_logs: bool = Field(default=False, description="One JSON object a line instead of text for people.")

    use_mock_analyzer: bool = Field(default=False, description="Answer with examples instead of running the engine.")
    kinemotion_cli: Annotated[str, NotEmpty] = Field(
        default="kinemotion", description="Name or path of the engine's command."
    )
    analysis_timeout_s: float = Field(default=300.0, gt=0, description="Longest analysis, in seconds.")
    engine_memory_mb: int = Field(
        default=8192, ge=1024, description="Address space of one engine process, in MiB; it needs 1024."
    )
    engine_output_mb: int = Field(default=32, ge=1, description="Largest file the engine may write, in MiB.")
    max_duration_s: Annotated[float | None, EmptyIsNone] = Field(
        default=300.0,
        gt=0,
        description="Longest clip, in seconds; longer ones are refused before they are decoded. Empty: that of the "
        "engine.",
    )
    max_frames: Annotated[int | None, EmptyIsNone] = Field(
        default=18_000,
        ge=1,
        description="Most frames of a clip: 5 minutes at 60 a second, 75 s at 240. Empty: as many as the engine takes.",
    )
    max_pixels: Annotated[int | None, EmptyIsNone] = Field(
        default=9_000_000,
        ge=1,
        description="Largest picture, width times height: 4K fits. Empty: that of the engine.",
    )
    engine_nice: int = Field(
        default=10, ge=0, le=19, description="Niceness of the engine, so that requests are answered first."
    )
    max_analyses: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="Engine processes at once; default: the processors.",
    )
    stream_engines: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=0,
        description="Processes of the live engine at most; one is kept ready ahead. 0: no live streams. "
        "Default: the processors.",
    )
    streams_an_engine: int = Field(default=64, ge=1, le=256, description="Live streams in one of these processes.")
    max_streams: int = Field(default=200, ge=1, description="Live streams at once.")
    stream_idle_s: float = Field(
        default=30.0, gt=0, description="How long a live stream may be without a frame, in seconds."
    )
    stream_resume_s: float = Field(
        default=30.0, gt=0, description="How long a live stream waits for a lost connection to come back, in seconds."
    )
    stream_longest_s: float = Field(default=3600.0, gt=0, description="Longest live stream, in seconds.")
    lease_s: float = Field(
        default=30.0,
        ge=1.0,
        description="How long a worker may be silent before another takes its analyses over, in seconds.",
    )
    max_requests: int = Field(
        default=8, ge=1, description="Videos that are received, wait or are analysed at the same time."
    )
    max_requests_a_client: int = Field(
        default_factory=_take_share("max_requests", 2),
        ge=1,
        description="The same for one client address. Default: half of all.",
    )

    max_upload_mb: int = Field(default=500, ge=1, description="Largest upload, in MiB.")
    upload_idle_s: float = Field(
        default=20.0,
        gt=0,
        description="How long a client may pause: in an upload, in the head of a request, in reading; seconds.",
    )
    upload_least_kb_s: float = Field(
        default=4.0, ge=0, description="Least rate of an upload over each `UPLOAD_IDLE_S`, in KiB/s."
    )
    upload_timeout_s: float = Field(default=900.0, gt=0, description="Longest upload, in seconds.")
    work_dir: Annotated[Path, NotEmpty] = Field(
        default_factory=lambda: Path(tempfile.gettempdir()) / "kinemotion-backend",
        description="Folder for videos in work; default: one in the system's temporary folder.",
    )
    min_free_mb: int = Field(
        default=256, ge=0, description="Free space in `WORK_DIR` below which no video is taken, in MiB."
    )

    data_dir: Annotated[Path, NotEmpty] = Field(
        default_factory=lambda: user_data_path("kinemotion"),
        description="Folder for what is kept: records, videos, results; default: the user's own data folder.",
    )
    database_url: Annotated[str, _begin_with("postgresql", "postgres")] = Field(
        default="",
        repr=False,
        description="Where records are kept: `postgresql://…`; empty: an SQLite file in `DATA_DIR`.",
    )
    blob_url: Annotated[str, _begin_with("s3")] = Field(
        default="",
        description="Where videos and results are kept: `s3://bucket/prefix`; empty: a folder in `DATA_DIR`. "
        "Credentials are read from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.",
    )
    blob_endpoint: str = Field(default="", description="URL of an S3-compatible server; empty: that of AWS.")
    blob_region: str = Field(default="us-east-1", description="Region of the bucket.")
    redis_url: Annotated[str, _begin_with("redis", "rediss", "unix")] = Field(
        default="",
        repr=False,
        description="Shares events and limits between instances: `redis://host:6379/0`; empty: each has its own.",
    )
    upload_kept_h: float = Field(
        default=24.0, gt=0, description="How long an upload is kept after its last piece, in hours."
    )

    videos_kept_days: float = Field(
        default=0, ge=0, description="How long a video is kept after its analysis, in days; 0 is for ever."
    )
    results_kept_days: float = Field(
        default=0, ge=0, description="How long an analysis is kept after its end, in days; 0 is for ever."
    )

    open_networks: Networks = Field(
        default=(ip_network("127.0.0.0/8"), ip_network("::1")),
        description="Networks whose programs are served without a key, with commas between; empty: all need a key.",
    )
    key_pepper: SecretStr = Field(
        default=SecretStr(""),
        description="Secret that API keys are checked with, the same for all instances; empty: a file in `DATA_DIR`.",
    )
    tiers: dict[str, Tier] = Field(
        default_factory=lambda: dict(TIERS),
        description="Limits of each tier as JSON; the default is in docs/how-to/share-the-service.md.",
    )
    metrics_networks: Networks = Field(
        default=(ip_network("127.0.0.0/8"), ip_network("::1")),
        description="Networks whose programs may read `/metrics`, with commas between; not through a proxy.",
    )
    metrics_port: Annotated[int | None, EmptyIsNone] = Field(
        default=None, ge=0, le=65535, description="Port for the `/metrics` of a worker; empty: a worker has none."
    )
    webhook_allow: Items = Field(
        default=(),
        description="Hosts and networks that webhooks may reach although they are not public, with commas between.",
    )

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        """Refuse in production what is only safe on one's own machine."""
        if self.environment == "production":
            unsafe = {
                "USE_MOCK_ANALYZER": self.use_mock_analyzer,
                "TRUSTED_HOSTS=*": "*" in self.trusted_hosts,
                "CORS_ORIGINS=*": "*" in self.cors_origins,
                "LOG_LEVEL=DEBUG": self.log_level == "DEBUG",
                "OPEN_NETWORKS=*": any(network.prefixlen == 0 for network in self.open_networks),
            }
            if refused := [name for name, found in unsafe.items() if found]:
                raise ValueError(f"not in production: {', '.join(refused)}")
        return self


def write_table() -> str:
    """Return the settings as a Markdown table."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory else _write_default(field.default)
        rows.append(f"| `{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def _write_default(default: object) -> str:
    if default is None:
        return ""
    text = ",".join(map(str, cast("tuple[object, ...]", default))) if isinstance(default, tuple) else str(default)
    return f"`{text}`" if text else ""
