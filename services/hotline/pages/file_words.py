"""The words of files that come with a report. English is in locale/en.po."""

from __future__ import annotations

from dataclasses import dataclass

from services.hotline.models.files import FileView, Over
from services.hotline.rulebook.files import FilesRule
from services.hotline.rules.files import MEDIA
from shared.web.language import N_, Words
from shared.web.words import number

FILE_KINDS = {
    "jpeg": N_("ảnh JPEG"),
    "png": N_("ảnh PNG"),
    "webp": N_("ảnh WebP"),
    "pdf": N_("giấy tờ PDF"),
    "mp3": N_("ghi âm MP3"),
    "m4a": N_("ghi âm M4A"),
    "ogg": N_("ghi âm OGG"),
    "wav": N_("ghi âm WAV"),
}
FILES_OVER: dict[Over, str] = {
    "address": N_(
        "Các tệp chưa nhận được: hôm nay từ mạng này đã gửi quá nhiều tệp. Hãy mang tệp đến bộ phận một cửa, gọi đường "
        "dây nóng, hoặc từ ngày mai gửi tệp kèm một phản ánh mới có ghi số này."
    ),
    "unit": N_(
        "Các tệp chưa nhận được: hôm nay xã đã nhận quá nhiều tệp. Hãy mang tệp đến bộ phận một cửa, gọi đường dây "
        "nóng, hoặc từ ngày mai gửi tệp kèm một phản ánh mới có ghi số này."
    ),
    "official": N_(
        "Nội dung đã ghi, các tệp thì chưa: hôm nay tài khoản này đã đưa vào quá nhiều tệp. Hãy giữ tệp lại và đưa vào "
        "từ ngày mai, hoặc nhờ người khác đưa vào."
    ),
}
"""Why files were not taken, and what else to do: all that was written was."""
FILE_REFUSALS = {
    "file_empty": N_("Có tệp không chứa gì: hãy chọn lại tệp ấy."),
    "file_too_large": N_("Có tệp lớn quá: hãy chọn tệp nhỏ hơn, hoặc chụp lại ở cỡ nhỏ hơn."),
    "file_kind_unknown": N_(
        "Có tệp bị hỏng, chưa trọn, hoặc không thuộc loại được nhận. "
        "Ảnh HEIC của điện thoại thì hãy lưu lại thành JPEG."
    ),
    "too_many_files": N_("Nhiều tệp quá: hãy chọn ít tệp hơn."),
    "file_not_found": N_("Phản ánh này không có tệp ấy."),
    "file_changed": N_("Tệp này không còn nguyên như khi nhận, nên không đưa ra được: hãy báo người quản trị."),
    "files_not_sealed": N_(
        "Phong bì không chứa được tệp. Hãy tải các tệp về, giao tận tay nơi có thẩm quyền, rồi đánh dấu là đã giao."
    ),
}
FILE_REFUSALS |= {f"files_over_{over}": sentence for over, sentence in FILES_OVER.items()}
CHOOSE_AGAIN = N_("Hãy chọn lại các tệp: trang này không giữ tệp khi còn mục phải sửa.")


_BY_NAME = ("m4a",)
"""Kinds that some browsers tell by the end of a name alone."""


@dataclass(frozen=True)
class Attach:
    """What a form says of the files that may come with it, and asks a browser to offer."""

    most: int
    size: str
    kinds: str
    accept: str
    papers: bool
    """Whether a PDF may, which is kept as it is."""


def attach_of(rule: FilesRule | None, words: Words) -> Attach | None:
    """What the row of the day lets come with a form; none where it is none."""
    if rule is None:
        return None
    kinds = ", ".join(words(FILE_KINDS[kind]) for kind in rule.kinds)
    ends = [f".{MEDIA[kind][1]}" for kind in rule.kinds if kind in _BY_NAME]
    accept = ",".join([*(MEDIA[kind][0] for kind in rule.kinds), *ends])
    return Attach(rule.files, megabytes(rule.bytes, words), kinds, accept, "pdf" in rule.kinds)


def megabytes(size: int, words: Words) -> str:
    """A size as people read it: 0,2 MB."""
    return f"{number(round(max(size, 50_000) / 1_000_000, 1), words.language)} MB"


def file_rows(files: list[FileView], words: Words) -> list[dict[str, object]]:
    """Files as the desk shows them."""
    return [
        {
            "ref": each.file_ref,
            "what": f"{words(FILE_KINDS[each.kind])}, {megabytes(each.bytes, words)}",
            "at": each.received_at,
            "later": each.came_with == "supplement",
        }
        for each in files
    ]
