"""A bad setting stops the start with one line that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rectify_api.foundation.settings import PREFIX, BadSetting, Settings, load_settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RECTIFY_PORT", "0"),
        ("RECTIFY_PORT", "65536"),
        ("RECTIFY_PORT", "http"),
        ("RECTIFY_DATABASE_URL", "mysql://somewhere/x"),
        ("RECTIFY_DATABASE_URL", "somewhere"),
        ("RECTIFY_EVIDENCE_URL", "http://somewhere"),
        ("RECTIFY_EVIDENCE_URL", "/var/evidence"),
        ("RECTIFY_ADMIN_KEY", "short"),
        ("RECTIFY_MAX_BODY_BYTES", "-1"),
        ("RECTIFY_MAX_UPLOAD_BYTES", "much"),
        ("RECTIFY_READ_CONNECTIONS", "0"),
        ("RECTIFY_WRITE_CONNECTIONS", "65"),
        ("RECTIFY_LOG_LEVEL", "loud"),
        ("RECTIFY_PROT", "8000"),
        ("RECTIFY_", "x"),
    ],
)
def test_a_bad_setting_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as caught:
        load_settings()
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line


def test_a_refused_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECTIFY_DATABASE_URL", "mysql://user:geheim@somewhere/x")
    with pytest.raises(BadSetting) as caught:
        load_settings()
    assert "geheim" not in str(caught.value)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECTIFY_DATABASE_URL", "postgresql://user:geheim@somewhere/x")
    monkeypatch.setenv("RECTIFY_ADMIN_KEY", "geheim" * 5)
    assert "geheim" not in repr(load_settings())


def test_without_any_setting_the_defaults_hold() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8000, None)
    assert settings.evidence == f"file://{settings.data_dir.resolve() / 'evidence'}"


def test_settings_come_from_a_file_too_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("RECTIFY_PORT=9000\nRECTIFY_HOST=0.0.0.0\nOTHER=1\n")
    monkeypatch.setenv("RECTIFY_PORT", "9001")
    settings = load_settings()
    assert (settings.host, settings.port) == ("0.0.0.0", 9001)


def test_settings_do_not_change_once_read() -> None:
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_the_service_does_not_start_with_a_bad_setting(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "RECTIFY_DATA_DIR": str(tmp_path), "RECTIFY_PORT": "many"}
    command = [sys.executable, "-m", "rectify_api", "serve"]
    ended = subprocess.run(
        command, check=False, env=environment, capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert ended.returncode == 3
    (line,) = ended.stderr.strip().splitlines()
    assert "RECTIFY_PORT" in line
