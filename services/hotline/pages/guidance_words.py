"""The words of the pages about a khiếu nại. English is in locale/en.po."""

from __future__ import annotations

from shared.web.language import N_

COURSES = {
    "first": N_("Lần đầu"),
    "first_complex": N_("Lần đầu, vụ việc phức tạp"),
    "first_remote": N_("Lần đầu, vùng sâu, vùng xa"),
    "first_remote_complex": N_("Lần đầu, vùng sâu, vùng xa, phức tạp"),
    "second": N_("Lần hai"),
    "second_complex": N_("Lần hai, vụ việc phức tạp"),
    "second_remote": N_("Lần hai, vùng sâu, vùng xa"),
    "second_remote_complex": N_("Lần hai, vùng sâu, vùng xa, phức tạp"),
}
