"""Settings: defaults, where they are read from, and what a wrong one is told."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from server import config
from server.config import SettingError


def test_without_any_variable_the_defaults_hold() -> None:
    settings = config.read({"HOME": "/home/ana"})
    assert settings.data == Path("/home/ana/.local/share/wordtide")
    assert (settings.min_sprint_s, settings.reporting_s, settings.redis_url) == (60, 120, None)


def test_the_data_home_of_the_user_is_honoured() -> None:
    assert config.read({"XDG_DATA_HOME": "/data", "HOME": "/home/ana"}).data == Path("/data/wordtide")


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("WORDTIDE_MIN_SPRINT_S", "0", "a whole number from 1 to 3600"),
        ("WORDTIDE_MIN_SPRINT_S", "soon", "a whole number from 1 to 3600"),
        ("WORDTIDE_REDIS_URL", "http://redis", "redis://"),
        ("WORDTIDE_DATABASE_URL", "sqlite:///x", "postgresql://"),
        ("WORDTIDE_PUBLIC_URL", "wordtide.example", "https://"),
        ("WORDTIDE_REDIS_URL", "redis://h:abc", "a port is from 1 to 65535"),
        ("WORDTIDE_REDIS_URL", "redis://h:70000", "a port is from 1 to 65535"),
        ("WORDTIDE_REDIS_URL", "unix://", "unix://"),
        ("WORDTIDE_DATABASE_URL", "postgresql://h:abc/x", "a port is from 1 to 65535"),
        ("WORDTIDE_DATABASE_URL", "postgresql:x", "postgresql://"),
        ("WORDTIDE_TRUSTED_PROXIES", "*", "addresses and networks parted by commas"),
        ("WORDTIDE_TRUSTED_PROXIES", "10.0.0.7,proxy", "addresses and networks parted by commas"),
        ("WORDTIDE_PUBLIC_URL", "https://x:abc", "a port is from 1 to 65535"),
        ("WORDTIDE_PUBLIC_URL", "http:foo", "http://"),
        ("WORDTIDE_PUBLIC_URL", "https://", "a host"),
        ("WORDTIDE_PUBLIC_URL", "http://[::1", "a host"),
        ("WORDTIDE_PUBLIC_URL", "https://tide.example/sprints", "and nothing else"),
        ("WORDTIDE_PUBLIC_URL", "https://tide.example?from=chat", "and nothing else"),
        ("WORDTIDE_PUBLIC_URL", "https://tide.example/#top", "and nothing else"),
        ("WORDTIDE_PUBLIC_URL", "https://ana@tide.example", "and nothing else"),
        ("WORDTIDE_DATA", __file__, "a folder"),
        ("WORDTIDE_DATA", f"{__file__}/data", "a folder"),
        ("WORDTIDE_DATABASE_PASSWORD_FILE", "/nowhere/at/all", "a file that this user can read"),
        ("WORDTIDE_OPENID_ISSUER", "login.example", "https://"),
        ("WORDTIDE_OPENID_NAME", "x" * 201, "at most 200"),
        ("WORDTIDE_LOG_LEVEL", "loud", "one of debug"),
    ],
)
def test_a_wrong_value_is_told_with_its_name_and_what_is_allowed(variable: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingError) as refused:
        config.read({variable: value})
    text = str(refused.value)
    assert variable in text
    assert repr(value) in text
    assert allowed in text


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WORDTIDE_REDIS_URL", "redis:///0"),
        ("WORDTIDE_REDIS_URL", "unix:///run/redis.sock?db=0"),
        ("WORDTIDE_DATABASE_URL", "postgresql://wordtide@/wordtide?host=/run/postgresql"),
        ("WORDTIDE_PUBLIC_URL", "http://[::1]:8000"),
    ],
)
def test_an_address_may_be_a_sockets_file_or_leave_the_host_to_its_default(variable: str, value: str) -> None:
    settings = config.read({variable: value})
    assert value in (settings.redis_url, settings.database_url, settings.public_url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ana:geheim@h:abc/x", "postgresql://ana:***@h:abc/x"),
        ("postgresql://ana:ge@heim@h:abc/x", "postgresql://ana:***@h:abc/x"),
        ("ana:geheim@h/x", "ana:***@h/x"),
        ("postgresql:/ana:geheim@h/x", "postgresql:/ana:***@h/x"),
        ("postgresql//:geheim@h", "postgresql//:***@h"),
        ("postgresql://h:abc/x?user=ana&password=geheim&ssl=on", "postgresql://h:abc/x?user=ana&password=***&ssl=on"),
        ("postgresql://ana@h:abc/x?application_name=a@b", "postgresql://ana@h:abc/x?application_name=a@b"),
    ],
)
def test_a_password_is_not_repeated_however_it_is_written(url: str, shown: str) -> None:
    with pytest.raises(SettingError) as refused:
        config.read({"WORDTIDE_DATABASE_URL": url})
    assert repr(shown) in str(refused.value)
    assert "heim" not in str(refused.value)


@pytest.mark.parametrize(("least", "most"), [("MIN_SPRINT_S", "MAX_SPRINT_S"), ("BIG_BELOW", "BIG_FROM")])
def test_the_least_of_two_settings_is_at_most_the_other(least: str, most: str) -> None:
    low, high = f"WORDTIDE_{least}", f"WORDTIDE_{most}"
    with pytest.raises(SettingError, match=rf"{low} is 3600, .* {high}, which is 60"):
        config.read({low: "3600", high: "60"})
    config.read({low: "60", high: "60"})


def test_a_password_comes_from_a_file_into_the_databases_address(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss/w:rd %\n")
    both = {"WORDTIDE_DATABASE_PASSWORD_FILE": str(file), "WORDTIDE_DATABASE_URL": "postgresql://ana@db:5433/tide"}
    url = config.read(both).database_url
    assert url is not None
    found = make_url(url)
    assert (found.username, found.password, found.host, found.port, found.database) == (
        "ana",
        "p@ss/w:rd %",
        "db",
        5433,
        "tide",
    )


@pytest.mark.parametrize("url", ["", "postgresql://db/tide", "postgresql://ana:geheim@db/tide"])
def test_a_password_file_needs_an_address_with_a_user_and_no_password(tmp_path: Path, url: str) -> None:
    file = tmp_path / "password"
    file.write_text("secret")
    with pytest.raises(SettingError, match="WORDTIDE_DATABASE_URL") as refused:
        config.read({"WORDTIDE_DATABASE_PASSWORD_FILE": str(file), "WORDTIDE_DATABASE_URL": url})
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "others"),
    [
        ("WORDTIDE_DATABASE_PASSWORD_FILE", {"WORDTIDE_DATABASE_URL": "postgresql://ana@db/tide"}),
        ("WORDTIDE_OPENID_CLIENT_SECRET_FILE", {}),
    ],
)
@pytest.mark.parametrize("found", [b"", b" \n", b"\xff\xfe"])
def test_a_file_without_a_secret_is_refused(
    tmp_path: Path, variable: str, others: dict[str, str], found: bytes
) -> None:
    file = tmp_path / "secret"
    file.write_bytes(found)
    with pytest.raises(SettingError, match=f"{variable} is '{file}', but has to be a file with the secret"):
        config.read({variable: str(file), **others})


def test_an_address_loses_its_last_slash_and_its_scheme_its_capitals() -> None:
    assert config.read({"WORDTIDE_PUBLIC_URL": "HTTPS://tide.example/"}).public_url == "https://tide.example"


def test_a_misspelt_setting_is_found() -> None:
    assert config.unknown({"WORDTIDE_DATTA": "x", "WORDTIDE_DATA": "y", "PATH": ""}) == ["WORDTIDE_DATTA"]


OPENID = {"WORDTIDE_OPENID_ISSUER": "https://login.example/", "WORDTIDE_OPENID_CLIENT_ID": "wordtide"}
SECRET = "WORDTIDE_OPENID_CLIENT_SECRET"


def test_a_provider_is_set_with_what_it_calls_this_server() -> None:
    assert config.read({}).openid_issuer is None
    assert config.read(OPENID).openid_issuer == "https://login.example"
    for left_out in OPENID:
        with pytest.raises(SettingError, match="set both, or neither"):
            config.read({name: value for name, value in OPENID.items() if name != left_out})


def test_a_providers_secret_may_be_a_file_and_is_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("geheim\n")
    assert config.read({**OPENID, SECRET: "geheim"}).openid_client_secret == "geheim"
    assert config.read({**OPENID, f"{SECRET}_FILE": str(file)}).openid_client_secret == "geheim"
    with pytest.raises(SettingError, match="set one"):
        config.read({**OPENID, SECRET: "geheim", f"{SECRET}_FILE": str(file)})
    with pytest.raises(SettingError) as refused:
        config.read({**OPENID, SECRET: "geheim\x00"})
    assert "geheim" not in str(refused.value)
