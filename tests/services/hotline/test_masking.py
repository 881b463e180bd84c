"""What is masked in an answer before everybody may read it: tables of cases, and what holds of whatever is written."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hotline.rulebook.publishing import load
from services.hotline.rules.masking import Held, held, mask
from services.hotline.rules.masking.folded import fold
from shared.errors import Refused
from tests.services.hotline import spellings

LEXICON = load().lexicon(date(2026, 6, 5))
NAME, PHONE, EMAIL = "Nguyễn Văn Bưởi", "0987654321", "buoi.nguyen@example.vn"
PAPER, DOSSIER, PLACE = "019203001234", "H55.27.05-260605-0001", "Số nhà 12, ngõ 5, xóm Đồng Cả"
NEIGHBOUR, HER_PHONE = "Trần Thu Hà", "0912345678"
KEPT = (
    {"full_name": NAME, "phone": "0987 654 321", "email": EMAIL},
    {
        "text": f"Đèn đường hỏng ba tối nay. Tôi ở cạnh nhà bà {NEIGHBOUR}, gọi số {HER_PHONE}, căn cước {PAPER}.",
        "place": PLACE,
        "dossier_number": DOSSIER,
    },
)
CASE = held(KEPT, LEXICON)
TOLD = (
    "Đội điện đã thay bóng đèn ngày 05/06/2026",
    "chi phí 1.500.000 đồng theo Nghị định 118/2025/NĐ-CP",
    "từ 7h30 đến 17:00 mỗi ngày làm việc",
    "Xã cảm ơn người dân đã báo",
    "còn 2 cột ở đầu đường",
    "Mọi việc khác xin gọi 1900 1234",
)
SEEDS = (
    [("name", each, spelling) for each in (NAME, NEIGHBOUR) for spelling in spellings.NAMES.values()]
    + [("phone", each, spelling) for each in (PHONE, HER_PHONE) for spelling in spellings.PHONES.values()]
    + [("paper", PAPER, spelling) for spelling in spellings.PAPERS.values()]
    + [("email", EMAIL, spelling) for spelling in spellings.EMAILS.values()]
    + [("code", DOSSIER, spelling) for spelling in spellings.CODES.values()]
    + [("place", PLACE, spelling) for spelling in spellings.PLACES.values()]
)


def masked(text: str, case: Held = CASE, **how: object) -> str:
    return mask(text, case, LEXICON, **how).text  # type: ignore[arg-type]  # by name


def plain(text: str) -> str:
    """Letters and digits alone, without marks."""
    return re.sub(r"[\W_]", "", fold(text).text)


def told(seed: tuple[str, str, spellings.Spelling]) -> bool:
    """Whether nothing of it is read: neither as it was written nor by its letters and digits."""
    _, datum, spell = seed
    written = spell(datum)
    shown = masked(f"Kính gửi {written} để biết.")
    return written not in shown and plain(written) not in plain(shown)


@pytest.mark.parametrize("spelling", spellings.NAMES)
def test_a_name_that_the_case_holds_is_read_in_no_spelling(spelling: str) -> None:
    for name in (NAME, NEIGHBOUR):
        written = spellings.NAMES[spelling](name)
        shown = masked(f"Đã trả lời {written}, việc đã xong.")
        assert "[tên]" in shown and plain(name.split()[-1]) not in plain(shown.split("[tên]", 1)[1]), shown
        assert plain(written).removeprefix("anh").removeprefix("chi") not in plain(shown)


@pytest.mark.parametrize("spelling", spellings.PHONES)
def test_a_telephone_that_the_case_holds_is_read_in_no_spelling(spelling: str) -> None:
    for phone in (PHONE, HER_PHONE):
        shown = masked(f"Liên hệ {spellings.PHONES[spelling](phone)} nhé.")
        assert shown == "Liên hệ [số điện thoại] nhé."


@pytest.mark.parametrize(
    ("kind", "datum", "table"),
    [
        ("[số giấy tờ]", PAPER, spellings.PAPERS),
        ("[thư điện tử]", EMAIL, spellings.EMAILS),
        ("[mã]", DOSSIER, spellings.CODES),
        ("[địa chỉ]", PLACE, spellings.PLACES),
    ],
)
def test_what_else_the_case_holds_is_read_in_no_spelling(
    kind: str, datum: str, table: dict[str, spellings.Spelling]
) -> None:
    for spelling, spell in table.items():
        shown = masked(f"Về {spell(datum)}: đã xong.")
        assert kind in shown and shown.endswith(": đã xong.") and shown.startswith("Về ["), (spelling, shown)


seeds = st.lists(st.sampled_from(SEEDS), min_size=1, max_size=5)
sentences = st.lists(st.sampled_from(TOLD), min_size=1, max_size=5)
joints = st.sampled_from([". ", "; ", ", ", "\n", " – ", " "])


@settings(max_examples=300)
@given(seeds, sentences, joints, st.randoms(use_true_random=False))
def test_nothing_of_what_the_case_holds_survives_wherever_it_stands(
    found: list[tuple[str, str, spellings.Spelling]], said: list[str], joint: str, dice: object
) -> None:
    parts = [*said, *(f"gửi {spell(datum)} để biết" for _, datum, spell in found)]
    dice.shuffle(parts)  # type: ignore[attr-defined]  # Hypothesis's own
    shown = masked(joint.join(parts))
    for _, datum, spell in found:
        assert unicodedata.normalize("NFC", spell(datum)) not in shown
        letters = plain(spell(datum)).removeprefix("anh").removeprefix("chi").removeprefix("gap").removesuffix("homqua")
        assert len(letters) < 4 or letters not in plain(shown)
    assert masked(shown) == shown, "what is masked stays as it is"


@pytest.mark.parametrize("text", [". ".join(TOLD) + ".", "Vấn đề này vẫn ăn khớp, bưởi và hà thủ ô mọc bên đường."])
def test_what_tells_of_nobody_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ông Lê Thị Mai đã nhận.", "Ông [tên] đã nhận."),
        ("Lê Thị Mai. Xã đã xong.", "[tên]. Xã đã xong."),
        ("Gia đình anh Páo ở đầu xóm.", "Gia đình anh [tên] ở đầu xóm."),
        ("Đường Nguyễn Trãi và trường Lê Lợi.", "Đường Nguyễn Trãi và trường Lê Lợi."),
        ("Gọi 0208 3822 123 hoặc 0333-444-555.", "Gọi [số điện thoại] hoặc [số điện thoại]."),
        ("CCCD 001203004567, CMND 091234567.", "CCCD [số giấy tờ], CMND [số giấy tờ]."),
        ("Chuyển vào tài khoản 1903456789012 nhé.", "Chuyển vào tài khoản [dãy số] nhé."),
        ("Xe 20A-123.45 và xe 29x1 2345.", "Xe [biển số] và xe [biển số]."),
        ("Mã 7QK2-0000-AB12-9ZZZ mở được.", "Mã [mã] mở được."),
        ("Hồ sơ G22.99.01-260605-000123 đã xong.", "Hồ sơ [mã] đã xong."),
        ("Phản ánh PA-260605-0001 đã xong.", "Phản ánh PA-260605-0001 đã xong."),
        ("Số 7 ngõ 12 đường Trần Phú, phường Tân Thịnh đã sạch.", "[địa chỉ] đã sạch."),
        ("Thửa đất số 12, tờ bản đồ số 4.", "[địa chỉ], [địa chỉ]."),
        ("Chị sinh năm 1980, trú tại xóm Na Ngòi.", "Chị sinh năm [ngày sinh], trú tại [địa chỉ]."),
        ("Xem https://facebook.com/ai.do và thư a.b@c.vn.", "Xem [liên kết] và thư [thư điện tử]."),
        ("Điểm 21.59432, 105.84812 trên bản đồ.", "Điểm [địa chỉ] trên bản đồ."),
    ],
)
def test_what_looks_like_somebodys_is_masked(text: str, shown: str) -> None:
    assert masked(text, Held()) == shown


def test_an_official_may_be_named_unless_the_report_names_them() -> None:
    text = f"Ông Lê Minh Đức và bà {NEIGHBOUR} sẽ trả lời."
    assert masked(text, officials=["Lê Minh Đức", NEIGHBOUR]) == "Ông Lê Minh Đức và bà [tên] sẽ trả lời."


def test_a_human_opens_what_only_looks_like_a_datum_and_nothing_that_the_case_holds() -> None:
    text = f"Công ty Lê Gia gọi {PHONE} từ 02083822123."
    found = mask(text, CASE, LEXICON)
    assert [(text[each.start : each.end], each.known) for each in found.pieces] == [
        ("Lê Gia", False),
        (PHONE, True),
        ("02083822123", False),
    ]
    assert masked(text, opened=[0, 2]) == "Công ty Lê Gia gọi [số điện thoại] từ 02083822123."
    for opened, code in (([1], "held_privately"), ([3], "no_such_piece"), ([-1], "no_such_piece")):
        with pytest.raises(Refused) as no:
            mask(text, CASE, LEXICON, opened=opened)
        assert no.value.code == code


def test_a_word_that_is_also_a_given_name_is_masked_and_may_be_opened_where_it_stands_for_itself() -> None:
    case = held([{"full_name": "Lê Thị Hà"}], LEXICON)
    text = "Hà Nội đã trả lời. Gặp Hà rồi. Hà đã biết."
    found = mask(text, case, LEXICON)
    assert found.text == "[tên] đã trả lời. Gặp [tên] rồi. [tên] đã biết."
    assert [each.known for each in found.pieces] == [False, False, False]
    assert masked(text, case, opened=[0]) == "Hà Nội đã trả lời. Gặp [tên] rồi. [tên] đã biết."
    assert mask("Xã đã gặp Hà hôm qua.", case, LEXICON).pieces[0].known


def test_a_place_of_one_word_is_masked_where_it_has_a_capital() -> None:
    assert masked("Ở Na Ngòi và Chợ: chợ đã sạch.", held([{"place": "Chợ"}], LEXICON)) == (
        "Ở Na Ngòi và [địa chỉ]: chợ đã sạch."
    )


def test_a_human_masks_more_in_any_spelling_even_what_they_opened() -> None:
    text = "Quán phở góc chợ, QUAN PHO và Công ty Lê Gia."
    shown = masked(text, Held(), more=["quán phở", "Lê Gia", "không có"], opened=[0])
    assert shown == "[đã che] góc chợ, [đã che] và Công ty [đã che]."


def test_what_is_opened_cannot_show_what_the_case_holds_beside_it() -> None:
    text = f"Số {PHONE} 123 và {NAME} Lê."
    found = mask(text, CASE, LEXICON)
    free = [at for at, each in enumerate(found.pieces) if not each.known]
    assert PHONE not in masked(text, opened=free) and NAME not in masked(text, opened=free)
