"""The words of the pages about clusters. English is in locale/en.po."""

from __future__ import annotations

from services.hotline.models.clusters import ClusterReportView
from shared.web.language import N_, Words

CLUSTER_LABELS = {
    "complaint_ids": N_("các phản ánh"),
    "reason": N_("lý do"),
}
CLUSTER_REFUSALS = {
    "cluster_not_found": N_("Không thấy nhóm phản ánh này."),
    "not_in_cluster": N_("Hãy chọn những phản ánh còn trong nhóm."),
    "nothing_left": N_("Ít nhất một phản ánh ở lại trong nhóm."),
}
_PLACES = {"named": N_("cùng nơi được nêu"), "near": N_("gần nhau trên bản đồ")}


def evidence(report: ClusterReportView, words: Words) -> str:
    """What speaks for a report standing in its cluster."""
    if report.place is None or report.overlap is None:
        return words(N_("phản ánh mà các phản ánh khác giống"))
    said = [words(_PLACES[report.place]), words(N_("chung %(n)s phần trăm số từ"), n=report.overlap)]
    said.append(words(N_("cách nhau %(n)s ngày"), n=report.days))
    like = words(N_("giống %(number)s"), number=report.alike_to) if report.alike_to else ""
    return " · ".join(filter(None, [like, *said]))
