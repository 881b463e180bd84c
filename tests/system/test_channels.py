"""What docs/channels.md tells an operator to type is typed, at an office that runs."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path

from tests.services.hotline.messaging import KEY
from tests.system.handing import office_time
from tests.system.running import RunningOffice

BLOCKS = re.findall(r"```sh\n(.*?)```", Path("docs/channels.md").read_text(encoding="utf-8"), re.DOTALL)


def typed(script: str, folder: Path) -> str:
    done = subprocess.run(
        ["sh", "-eu", "-c", script], cwd=folder, capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout


def test_a_key_is_made_as_told(tmp_path: Path) -> None:
    typed(BLOCKS[0], tmp_path)
    file = tmp_path / "zalo-oa.key"
    assert len(base64.b64decode(file.read_text().removeprefix("whsec_"))) == 32
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_message_is_signed_and_sent_as_told(api_office: RunningOffice, tmp_path: Path) -> None:
    (tmp_path / "zalo-oa.key").write_text(f"whsec_{base64.b64encode(KEY).decode()}\n")
    with api_office.client() as client:
        now = str(int(office_time(client).timestamp()))
    script = BLOCKS[1].replace("$(date +%s)", now).replace("http://127.0.0.1:8080", api_office.url)
    receipt = json.loads(typed(f"export no_proxy='*'\n{script}", tmp_path))
    assert re.fullmatch(r"PA-\d{6}-\d{4}", receipt["number"]) and receipt["receipt_code"]
    wrong = json.loads(typed(f"export no_proxy='*'\n{script.replace('v1,$signed', 'v1,$id')}", tmp_path))
    assert (wrong["status"], wrong["code"]) == (401, "signature_invalid")
