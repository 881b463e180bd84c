"""What a home remembers of its office."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.home import Home
from deploy.refusal import Refusal


def test_a_home_remembers_its_databases_and_its_broker(tmp_path: Path) -> None:
    Home(tmp_path, "postgresql+psycopg://u@h/{service}").remember("nats://127.0.0.1:4222")
    home, nats_url = Home.of(tmp_path)
    assert (home.database_url("intake"), nats_url) == ("postgresql+psycopg://u@h/intake", "nats://127.0.0.1:4222")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "7",
        '"nats_url"',
        "{}",
        '{"databases": 5, "nats_url": "nats://h"}',
        '{"databases": null, "nats_url": 5}',
    ],
)
def test_a_memory_that_is_damaged_is_said_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "office.json").write_text(text)
    with pytest.raises(Refusal, match="start it once, or name another with --home"):
        Home.of(tmp_path)
