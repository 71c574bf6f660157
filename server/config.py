"""Every setting: name, default, how it is read, what it is for. They come from the environment, as WORDTIDE_<NAME>."""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from protocol.messages import HELLO_TIMEOUT_MS


class SettingError(Exception):
    """A setting has a value that is not allowed. The text says which one, what it is, and what is allowed."""


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError
        return value

    parse.__doc__ = f"a whole number from {least} to {most}"
    return parse


def _url(*schemes: str, needs_host: bool) -> Callable[[str], str]:
    """Not `needs_host`: the machine may be left out, as for a Unix socket."""

    def parse(text: str) -> str:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port  # what is no number from 0 to 65535 raises ValueError
        is_file = parts.scheme == "unix"
        if parts.scheme not in schemes or not text[len(parts.scheme) :].startswith("://") or port == 0:
            raise ValueError
        if (is_file and not parts.path.strip("/")) or (needs_host and not host) or (port is not None and not host):
            raise ValueError
        return text.rstrip("/") if host else text

    begins = " or ".join(f"{scheme}://" for scheme in schemes)
    rest = "a host" if needs_host else "a host or what stands for one"
    parse.__doc__ = f"an address that begins with {begins}, and goes on with {rest}; a port is from 1 to 65535"
    return parse


def _root_url(text: str) -> str:
    """an address of http:// or https://, a host, perhaps a port, and nothing else; a port is from 1 to 65535"""
    parts = urlsplit(_url("http", "https", needs_host=True)(text))
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError
    return parts.geturl()


def _line(text: str) -> str:
    """a line of at most 200 characters that can be seen"""
    if len(text) > 200 or not text.isprintable():
        raise ValueError
    return text


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError
        return text.lower()

    parse.__doc__ = f"one of {', '.join(words)}"
    return parse


def _networks(text: str) -> str:
    """addresses and networks parted by commas, as 10.0.0.7,192.168.4.0/24"""
    return ",".join(str(ipaddress.ip_network(each.strip())) for each in text.split(","))


def _folder(text: str) -> Path:
    """a folder; it is made if it is not there"""
    path = _path(text)
    if not next(each for each in (path, *path.parents) if each.exists()).is_dir():
        raise ValueError
    return path


def _file(text: str) -> Path:
    """a file that this user can read"""
    path = _path(text)
    if not path.is_file() or not os.access(path, os.R_OK):
        raise ValueError
    return path


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:  # ~nobody-here
        raise ValueError from error


def _data_home(environ: Mapping[str, str]) -> Path:
    home = environ.get("XDG_DATA_HOME") or str(Path(environ.get("HOME") or "~").expanduser() / ".local/share")
    return Path(home) / "wordtide"


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` None: the setting may be absent. `parse` says in its docstring what is allowed."""

    name: str
    default: Any
    parse: Callable[[str], Any]
    help: str

    @property
    def variable(self) -> str:
        return f"WORDTIDE_{self.name.upper()}"


SETTINGS = (
    Setting("data", None, _folder, "Folder for the SQLite database. Default: wordtide in the user's data home."),
    Setting(
        "redis_url",
        None,
        _url("redis", "rediss", "unix", needs_host=False),
        "Redis, which more than one process needs.",
    ),
    Setting(
        "database_url",
        None,
        _url("postgresql", "postgres", needs_host=False),
        "PostgreSQL, which more than one process needs. Default: SQLite in the data folder.",
    ),
    Setting(
        "database_password_file",
        None,
        _file,
        "A file with the password for WORDTIDE_DATABASE_URL, which then carries none. Read at the start.",
    ),
    Setting(
        "public_url",
        None,
        _root_url,
        "The address people use. Makes cookies Secure where it is https, and is the one Origin allowed.",
    ),
    Setting(
        "trusted_proxies",
        None,
        _networks,
        "The proxies in front, whose X-Forwarded-For is believed. Without them all people seem to come from the proxy.",
    ),
    Setting(
        "openid_issuer",
        None,
        _url("http", "https", needs_host=True),
        "An OpenID provider by which people can sign in. Register WORDTIDE_PUBLIC_URL/in/openid there.",
    ),
    Setting("openid_client_id", None, _line, "What the provider calls this server."),
    Setting("openid_client_secret", None, _line, "The secret that goes with it, if the provider gave one."),
    Setting("openid_client_secret_file", None, _file, "A file with that secret instead. Read at the start."),
    Setting("openid_name", None, _line, "What the provider is called on buttons. Default: the issuer's host."),
    Setting("min_sprint_s", 60, _whole(1, 3_600), "The shortest sprint, in seconds."),
    Setting("max_sprint_s", 86_400, _whole(60, 7 * 86_400), "The longest sprint, in seconds."),
    Setting("reporting_s", 120, _whole(1, 86_400), "How long the window for reports is after the bell, in seconds."),
    Setting(
        "sessions_each",
        500_000,
        _whole(1, 100_000_000),
        "How many sessions each writer may enter and import. Sprints are never refused.",
    ),
    Setting(
        "projects_each",
        1_000,
        _whole(1, 1_000_000),
        "How many projects each writer may keep, the archived ones among them.",
    ),
    Setting("rooms_each", 10_000, _whole(1, 1_000_000), "How many rooms each writer may make."),
    Setting(
        "room_writers", 20_000, _whole(1, 1_000_000), "How many writers a room takes. Its hosts are always let in."
    ),
    Setting(
        "checkpoint_ms", 5_000, _whole(10, 60_000), "Counts are stored at the latest so long after a change, in ms."
    ),
    Setting(
        "poll_ms", 5_000, _whole(50, 60_000), "How often a process reads the rooms' revs from the database, in ms."
    ),
    Setting(
        "recheck_ms",
        30_000,
        _whole(100, 600_000),
        "How often the counts of open rooms are read from the database, for those that nobody told, in ms.",
    ),
    Setting("sweep_ms", 30_000, _whole(100, 600_000), "How often overdue sprints are looked for, in ms."),
    Setting("outbox_ms", 5_000, _whole(100, 600_000), "How often a process looks for what must happen once, in ms."),
    Setting(
        "lease_ms",
        30_000,
        _whole(100, 600_000),
        "What a process took on to do once, and has not done so long after, another takes on, in ms.",
    ),
    Setting(
        "drain_ms", 2_000, _whole(0, 60_000), "Over how long clients reconnect elsewhere when a process stops, in ms."
    ),
    Setting("max_connections", 20_000, _whole(1, 1_000_000), "Sockets that one process takes."),
    Setting("big_from", 1_000, _whole(2, 1_000_000), "From so many writers on a room is big (docs/architecture.md)."),
    Setting("big_below", 800, _whole(2, 1_000_000), "Below so many writers a big room is small again."),
    Setting(
        "clock_shift_s",
        0,
        _whole(-10 * 366 * 86_400, 10 * 366 * 86_400),
        "Shifts the server's clock by so many seconds: for tests and rehearsals only.",
    ),
    Setting(
        "hello_ms",
        HELLO_TIMEOUT_MS,
        _whole(100, 60_000),
        "How long a socket may take to say which room it wants, in ms.",
    ),
    Setting(
        "stuck_ms",
        15_000,
        _whole(100, 600_000),
        "A socket that has not read all that waits for it so long after it was too slow is cut off, in ms.",
    ),
    Setting("ping_ms", 20_000, _whole(100, 600_000), "A socket that has said nothing for so long is pinged, in ms."),
    Setting("silent_ms", 45_000, _whole(100, 600_000), "A socket that has said nothing for so long is closed, in ms."),
    Setting(
        "headers_ms",
        10_000,
        _whole(100, 600_000),
        "How long a connection may take to say what it asks for over HTTP, in ms.",
    ),
    Setting(
        "watch_loop_ms", 250, _whole(1, 60_000), "How often the event loop's lateness is measured for /metrics, in ms."
    ),
    Setting("log_level", "info", _one_of("debug", "info", "warning", "error"), "How much is logged."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """One frozen object, named as in SETTINGS. Durations say their unit in the name."""

    data: Path
    redis_url: str | None
    database_url: str | None
    """With the password of `database_password_file`, if there is one: not to be shown to anybody."""
    database_password_file: Path | None
    public_url: str | None
    trusted_proxies: str | None
    openid_issuer: str | None
    openid_client_id: str | None
    openid_client_secret: str | None
    """Also that of `openid_client_secret_file`: not to be shown to anybody."""
    openid_client_secret_file: Path | None
    openid_name: str | None
    min_sprint_s: int
    max_sprint_s: int
    reporting_s: int
    sessions_each: int
    projects_each: int
    rooms_each: int
    room_writers: int
    checkpoint_ms: int
    poll_ms: int
    recheck_ms: int
    sweep_ms: int
    outbox_ms: int
    lease_ms: int
    drain_ms: int
    max_connections: int
    big_from: int
    big_below: int
    clock_shift_s: int
    hello_ms: int
    stuck_ms: int
    ping_ms: int
    silent_ms: int
    headers_ms: int
    watch_loop_ms: int
    log_level: str


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings; raises SettingError for a value that is not allowed."""
    values = {setting.name: _read(setting, environ) for setting in SETTINGS}
    values["data"] = values["data"] or _data_home(environ)
    values["database_url"] = _with_password(values["database_url"], values["database_password_file"])
    values["openid_client_secret"] = _openid_secret(values)
    settings = Settings(**values)
    if settings.ping_ms >= settings.silent_ms:
        raise SettingError(
            f"WORDTIDE_SILENT_MS is {settings.silent_ms}, but has to be more than WORDTIDE_PING_MS, which is "
            f"{settings.ping_ms}: else sockets that answer every ping are closed."
        )
    _in_order(settings, "min_sprint_s", "max_sprint_s")
    _in_order(settings, "big_below", "big_from")
    return settings


def _in_order(settings: Settings, least: str, most: str) -> None:
    low, high = getattr(settings, least), getattr(settings, most)
    if low > high:
        raise SettingError(
            f"WORDTIDE_{least.upper()} is {low}, but has to be at most WORDTIDE_{most.upper()}, which is {high}."
        )


def without_password(address: str) -> str:
    """An address that may be shown and logged, also one that is written wrongly or has its password in the query."""
    shown = re.sub(r"^((?:[\w+.-]+:?/+)?+[^:@/]*):.*@", r"\1:***@", address, flags=re.DOTALL)
    return re.sub(r"([?&]password=)[^&]*", r"\1***", shown, flags=re.IGNORECASE)


def unknown(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Variables that look like settings and are none: most likely misspelt."""
    known = {setting.variable for setting in SETTINGS}
    return sorted(name for name in environ if name.startswith("WORDTIDE_") and name not in known)


def _with_password(url: str | None, file: Path | None) -> str | None:
    if file is None:
        return url
    if url is None:
        raise SettingError("WORDTIDE_DATABASE_PASSWORD_FILE is set, but WORDTIDE_DATABASE_URL is not: set both.")
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    if not user or ":" in user:
        raise SettingError(
            f"WORDTIDE_DATABASE_URL is {without_password(url)!r}, but with WORDTIDE_DATABASE_PASSWORD_FILE it has to "
            "name a user and no password, as postgresql://wordtide@host/wordtide."
        )
    password = _secret_in(file, "WORDTIDE_DATABASE_PASSWORD_FILE")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}").geturl()


def _openid_secret(values: Mapping[str, Any]) -> str | None:
    """The provider's secret, wherever it stands. Raises SettingError where the settings about it do not fit."""
    secret: str | None = values["openid_client_secret"]
    file: Path | None = values["openid_client_secret_file"]
    if (values["openid_issuer"] is None) != (values["openid_client_id"] is None):
        raise SettingError("Of WORDTIDE_OPENID_ISSUER and WORDTIDE_OPENID_CLIENT_ID one is set: set both, or neither.")
    if secret is not None and file is not None:
        raise SettingError("WORDTIDE_OPENID_CLIENT_SECRET and WORDTIDE_OPENID_CLIENT_SECRET_FILE are set: set one.")
    return secret if file is None else _secret_in(file, "WORDTIDE_OPENID_CLIENT_SECRET_FILE")


def _secret_in(file: Path, variable: str) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        secret = ""
    if not secret:
        raise SettingError(f"{variable} is {str(file)!r}, but has to be a file with the secret as text in UTF-8.")
    return secret


def _read(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = environ.get(setting.variable, "").strip()
    if not text:
        return setting.default
    try:
        return setting.parse(text)
    except ValueError:
        said = "what it is" if "secret" in setting.name and setting.parse is _line else repr(without_password(text))
        raise SettingError(f"{setting.variable} is {said}, but has to be {setting.parse.__doc__}.") from None
