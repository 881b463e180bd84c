"""Assets: the same bytes every time, built only when something changed, and kept for a year by browsers."""

from __future__ import annotations

import io
from pathlib import Path

from fontTools.ttLib import TTFont

from shared.web import assets
from shared.web.assets import build_assets


def test_two_builds_have_the_same_bytes(build: Path, tmp_path: Path) -> None:
    one, two = build_assets(build), build_assets(tmp_path / "second")
    assert one.names == two.names
    for file in sorted(build.iterdir()):
        assert file.read_bytes() == (two.directory / file.name).read_bytes(), file.name


def test_a_second_start_builds_nothing(build: Path) -> None:
    build_assets(build)
    before = {file: file.stat().st_mtime_ns for file in build.iterdir()}
    build_assets(build)
    assert {file: file.stat().st_mtime_ns for file in build.iterdir()} == before


def test_a_lost_file_is_built_again_and_an_old_one_goes(build: Path) -> None:
    built = build_assets(build)
    lost = build / built.names["motcua.css"]
    lost.unlink()
    (build / "motcua.0000000000.css").write_text("old")
    build_assets(build)
    assert lost.exists()
    (build / "manifest.json").unlink()
    build_assets(build)
    assert not (build / "motcua.0000000000.css").exists()


def test_the_style_sheet_asks_nobody_else(build: Path) -> None:
    css = (build / build_assets(build).names["motcua.css"]).read_text()
    assert "http" not in css and "@import" not in css
    assert "url(text-400." in css


def test_a_first_page_load_stays_small(build: Path) -> None:
    names = build_assets(build).names
    fonts = [names[n] for n in names if n.endswith(".woff2")]
    wire = [*fonts, names["motcua.css"] + ".br", names["motcua.js"] + ".br"]
    assert sum((build / name).stat().st_size for name in wire) < 45_000


def test_every_vietnamese_letter_is_in_the_font_and_every_digit_is_one_width(build: Path) -> None:
    names = build_assets(build).names
    text = TTFont(io.BytesIO((build / names["text-400.woff2"]).read_bytes())).getBestCmap()
    assert {ord(c) for c in "ẳẵặểễệốổỗộớởỡợứửữựỳỷỹỵĐđ₫…–•"} <= set(text)
    digits = TTFont(io.BytesIO((build / names["digits-600.woff2"]).read_bytes()))
    assert {digits["hmtx"][digits.getBestCmap()[code]][0] for code in assets.DIGITS} == {620}


def test_a_static_file_is_compressed_as_asked_and_kept_for_ever(browser, build: Path) -> None:
    url = build_assets(build).url("motcua.css")
    brotli = browser.get(url, headers={"Accept-Encoding": "gzip, br"})
    assert brotli.headers["content-encoding"] == "br"
    assert "immutable" in brotli.headers["cache-control"]
    plain = browser.get(url, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == brotli.text
    assert plain.headers["content-type"].startswith("text/css")


def test_only_built_files_are_served(browser) -> None:
    for path in ("/static/manifest.json", "/static/../assets.py", "/static/", "/static/motcua.css"):
        assert browser.get(path).status_code == 404
