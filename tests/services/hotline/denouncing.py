"""An office with recipients of denunciations, and denunciations by example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shared.sealed import new_keys
from tests.services.hotline.desk import Desk

COMMUNE = [new_keys() for _ in range(2)]
PROVINCE = [new_keys() for _ in range(3)]
SECRET = "Ông ấy nhận ba chục triệu của nhà tôi ở quán Cây Đa Giếng Ngọc, tôi có ghi âm."
DENOUNCER = {"full_name": "Hoàng Thị Lựu", "address": "Xóm Gò Vối Trong", "phone": "0977 111 222 333"}
WORDS = (
    "Cây Đa Giếng Ngọc",
    "ba chục triệu của nhà",
    "Hoàng Thị Lựu",
    "Xóm Gò Vối Trong",
    "0977 111 222 333",
    "Vũ Bá Cối Đình",
)


def recipients_file(folder: Path) -> Path:
    """The chair of the commune with one of theirs, who both have accounts here, and three persons of the province."""
    held = {"commune_chair": (COMMUNE, ["off-chair", "off-leader-1"]), "province_chair": (PROVINCE, [])}
    lines = []
    for code, (keys, officials) in held.items():
        lines.append(f'[[recipient]]\ncode = "{code}"')
        for n, (_, public) in enumerate(keys):
            account = f'official_id = "{officials[n]}"\n' if officials else ""
            lines.append(f'[[recipient.holder]]\nname = "Người {n}"\nkey = "{public}"\n{account}')
    path = folder / "recipients.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def a_denunciation(**changed: Any) -> dict[str, Any]:
    """A denunciation of an official, by somebody who says who they are."""
    body = {"accused": "official", "accused_name": "Vũ Bá Cối Đình", "text": SECRET, "denouncer": DENOUNCER}
    return body | changed


async def denounced(desk: Desk, by: str | None = None, **changed: Any) -> dict[str, Any]:
    """A denunciation that was taken."""
    asked = desk.as_(by, *(["operator"] if by else []))
    answer = await asked.post("/denunciations", json=a_denunciation(**changed))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
