"""Clusters at the desk: which reports are of one place and topic, what speaks for it, and how some are put apart."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import ValidationError

from services.hotline.commands import cluster_desk
from services.hotline.models.clusters import ClusterMoved, Parting
from services.hotline.pages import words as said
from services.hotline.pages.cluster_words import CLUSTER_LABELS, CLUSTER_REFUSALS, evidence
from services.hotline.pages.desk import DESK, At, AtDesk, Desk
from services.hotline.rules.life import OPEN
from shared.errors import Refused
from shared.texts import Code
from shared.unavailable import Unavailable
from shared.web.door import once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_
from shared.web.pages import see_other

router = APIRouter(prefix="/desk/clusters")
CLUSTERS = f"{DESK}/clusters"


@router.get("")
async def clusters(desk: At, who: AtDesk) -> Response:
    """The clusters of different people, the one that a report came to last on top."""
    found = await desk.service.db.read(cluster_desk.clusters_now)
    words = {each.cluster_id: desk.words(said.CATEGORIES[each.category]) for each in found}
    return desk.render("clusters.html", clusters=found, words=words)


@router.get("/{cluster_id}")
async def cluster(cluster_id: Code, desk: At, who: AtDesk) -> Response:
    """A cluster with its reports and what speaks for each."""
    return await _page(desk, cluster_id, blank())


@router.post("/{cluster_id}/why")
async def why(cluster_id: Code, desk: At, who: AtDesk) -> Response:
    """The cluster with why some were put apart last; the reading is recorded."""
    await read_form(desk.request)
    read = (cluster_id, who.id, desk.service.clock.now())
    told = await desk.service.db.write(cluster_desk.read_parting, *read)
    return await _page(desk, cluster_id, blank(), why=told.reason or "")


@router.post("/{cluster_id}/split")
async def split(cluster_id: Code, desk: At, who: AtDesk) -> Response:
    """Put the ticked reports apart; or the form again."""
    form, _ = await read_form(desk.request), desk.words
    errors = {} if form.all("complaint_ids") else {"complaint_ids": _(N_("Hãy chọn ít nhất một phản ánh."))}
    try:
        body = Parting.model_validate(form.data("complaint_ids"))
    except ValidationError as error:
        errors = field_errors(error, _, CLUSTER_LABELS) | errors
        return await _page(desk, cluster_id, form.refused(errors), status=422)
    asked, now = (desk.service, desk.request, form, who.id), desk.service.clock.now()
    try:
        await once(*asked, ClusterMoved, cluster_desk.split, cluster_id, body, who.id, desk.policy, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in CLUSTER_REFUSALS or no.status == 404:
            raise
        return await _page(desk, cluster_id, form.refused({"complaint_ids": _(CLUSTER_REFUSALS[no.code])}), no.status)
    return see_other(f"{CLUSTERS}/{cluster_id}")


async def _page(desk: Desk, cluster_id: str, form: Form, status: int = 200, why: str = "") -> Response:
    found, _ = await desk.service.db.read(cluster_desk.one_cluster, cluster_id), desk.words
    rows = [
        {
            "report": each,
            "status": _(said.STATUSES[each.status]),
            "state": "" if each.status in OPEN else "done",
            "evidence": evidence(each, _),
        }
        for each in found.members
    ]
    return desk.render(
        "cluster.html",
        status=status,
        c=found,
        category=_(said.CATEGORIES[found.category]),
        rows=rows,
        form=form,
        why=why,
        boxes=[{"value": each.complaint_id, "label": each.number} for each in found.members],
    )
