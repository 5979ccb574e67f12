"""A document is drafted: its text, to whom it goes, who co-signs."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F, Model
from django.db.models.functions import Now

from shegong.ground.documents.actions.papers import add_paper, remove_paper
from shegong.ground.documents.models.bodies import authority_over, bodies_of
from shegong.ground.documents.models.official import Addressee, CoSign, OfficialDocument
from shegong.ground.documents.models.papers import Folder, FolderItem
from shegong.ground.documents.models.policy import PolicyDocument
from shegong.ground.documents.rules.official import Permission, Role, State, draft_obstacles
from shegong.ground.organizations.models import Organization
from shegong.kernel import journal
from shegong.kernel.access import Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


def require_for(by: Actor, organization_id: int, permission: str) -> None:
    """Refuse unless the actor holds the permission for this body."""
    if not (by.is_system or organization_id in bodies_of(by, permission)):
        message = N_("You do not act for this body.")
        raise Refused(Obstacle("not_allowed", message, params={"permission": permission}))


def note(
    verb: str,
    document: OfficialDocument,
    permission: str,
    by: Actor,
    *,
    rows: Iterable[Model] = (),
    **more: object,
) -> None:
    """The journal's entry of a step."""
    authority = authority_over(by, document.issuer_id, permission)
    journal.write(
        f"documents.official.{verb}", by=by, subject=document, region_code=document.region_code, authority=authority,
        rows=[document, *rows], **more,  # type: ignore[arg-type]
    )  # fmt: skip


@half
@answers("N0", "N7")
@transaction.atomic
def draft_document(
    *, kind: str, title: str, body: str, issuer: Organization, region_code: int, by: Actor, on: date,
    basis: PolicyDocument | None = None, to: Sequence[Organization] = (), cc: Sequence[Organization] = (),
    cosigners: Sequence[Organization] = (), is_joint: bool = False, urgency: str = "", to_words: str = "",
    cc_words: str = "",
) -> OfficialDocument:  # fmt: skip
    """A new draft of `issuer`, with an empty folder for its attachments.

    `kind`: one of `rules.KINDS`. `body`: plain text, a line a paragraph; a line that begins with # is a heading (## one
    below it), lines that begin with | are the rows of a table (cells between |, the first row its head, a line "表…"
    before it its title). `to` and `cc`: bodies; `to_words` is printed instead of their names ("各市（州）民政局"). With
    `is_joint` the co-signers stand on the paper as issuers too (联合行文). Refuses who does not draft for the issuer,
    a draft without title or text, and bodies named twice.
    """
    require_for(by, issuer.pk, Permission.DRAFT)
    _check(kind, title, body, urgency, issuer, to, cc, cosigners)
    folder = Folder.objects.create(title=title.strip()[:80])
    document = OfficialDocument.objects.create(
        kind=kind, title=_line(title), body=_text(body), urgency=urgency, issuer=issuer, region_code=region_code,
        is_joint=is_joint and bool(cosigners), basis=basis, folder=folder, to_words=_line(to_words),
        cc_words=_line(cc_words), drafted_on=on, drafted_by=by.person_id, drafter=by.name,
    )  # fmt: skip
    rows = _people(document, to, cc, cosigners)
    note(
        "draft", document, Permission.DRAFT, by, rows=rows, facts={"kind": kind, "to": len(to), "cc": len(cc)}
    )
    return document


def _check(
    kind: str, title: str, body: str, urgency: str, issuer: Organization, to: Sequence[Organization],
    cc: Sequence[Organization], cosigners: Sequence[Organization],
) -> None:  # fmt: skip
    ids = [[one.pk for one in bodies] for bodies in (to, cc, cosigners)]
    found = draft_obstacles(
        kind=kind,
        title=title,
        body=body,
        urgency=urgency,
        issuer=issuer.pk,
        to=ids[0],
        cc=ids[1],
        cosigners=ids[2],
    )
    gone = [one.name for one in (issuer, *to, *cc, *cosigners) if one.dissolved_on is not None]
    if gone:
        message = N_("Dissolved: %(names)s. Choose the body that took its place.")
        found.append(Obstacle("body_dissolved", message, "to", "N0", {"names": "、".join(gone)}))
    refuse_if(found)


def _line(raw: str) -> str:
    return " ".join(raw.split())


def _text(raw: str) -> str:
    """Lines without blanks at their ends; no carriage returns and other control signs."""
    kept = "".join(c for c in raw.replace("\r\n", "\n").replace("\r", "\n") if c >= " " or c in "\n\t")
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip()


def _people(
    document: OfficialDocument,
    to: Sequence[Organization],
    cc: Sequence[Organization],
    cosigners: Sequence[Organization],
) -> list[Model]:
    """Rows of addressees and co-signers, in their order, each body once."""
    sides = {
        "document": document,
        "issuer_id": document.issuer_id,
        "issuer_region_code": document.region_code,
    }
    addressed = [
        (role, body) for role, bodies in ((Role.TO, to), (Role.CC, cc)) for body in dict.fromkeys(bodies)
    ]
    addressees = Addressee.objects.bulk_create(
        Addressee(organization=body, region_code=body.region_code, role=str(role), position=n, **sides)
        for n, (role, body) in enumerate(addressed)
    )
    signs = CoSign.objects.bulk_create(
        CoSign(organization=body, region_code=body.region_code, position=n, **sides)
        for n, body in enumerate(dict.fromkeys(cosigners))
    )
    return [*addressees, *signs]


@half
@answers("N0")
@transaction.atomic
def edit_draft(
    document: OfficialDocument, *, kind: str, title: str, body: str, by: Actor, on: date,
    basis: PolicyDocument | None = None, to: Sequence[Organization] = (), cc: Sequence[Organization] = (),
    cosigners: Sequence[Organization] = (), is_joint: bool = False, urgency: str = "", to_words: str = "",
    cc_words: str = "", seen: int | None = None,
) -> OfficialDocument:  # fmt: skip
    """Change a draft: text, addressees, co-signers. The last who edits counts as its drafter, so another signs.

    Refuses once it is with the co-signers, signed or issued: it is taken back first.
    """
    require_for(by, document.issuer_id, Permission.DRAFT)
    document.refresh_from_db(from_queryset=OfficialDocument.objects.select_for_update())
    if seen is not None and document.version != seen:
        raise Stale()
    _still_a_draft(document)
    _check(kind, title, body, urgency, document.issuer, to, cc, cosigners)
    gone = [*document.addressees.all(), *document.cosigns.all()]
    Addressee.objects.filter(document=document).delete()
    CoSign.objects.filter(document=document).delete()
    OfficialDocument.objects.filter(pk=document.pk).update(
        kind=kind, title=_line(title), body=_text(body), urgency=urgency, basis=basis, to_words=_line(to_words),
        is_joint=is_joint and bool(cosigners), cc_words=_line(cc_words), drafted_by=by.person_id, drafter=by.name,
        version=F("version") + 1, changed_at=Now(),
    )  # fmt: skip
    document.refresh_from_db()
    rows = _people(document, to, cc, cosigners)
    note("edit", document, Permission.DRAFT, by, rows=rows, gone=gone, facts={"kind": kind})
    return document


@transaction.atomic
def drop_draft(
    document: OfficialDocument, *, by: Actor, on: date, seen: int | None = None
) -> OfficialDocument:
    """Give a draft up; it stays readable for the issuer and can be used no more."""
    require_for(by, document.issuer_id, Permission.DRAFT)
    document = transition(document, "drop", seen=seen, changed_at=Now())
    note("drop", document, Permission.DRAFT, by)
    return document


@transaction.atomic
def attach(
    document: OfficialDocument, *, content: bytes, title: str, by: Actor, on: date, kind: str = "attachment"
) -> FolderItem:
    """Put an attachment to a draft; its title stands under the text. Refuses what `add_paper` refuses, and a document
    that is no draft any more: what was co-signed or signed stays as it was."""
    require_for(by, document.issuer_id, Permission.DRAFT)
    _still_a_draft(document)
    item = add_paper(document.folder, kind=kind, content=content, filename=title, by=by, on=on)
    note("attach", document, Permission.DRAFT, by)
    return item


@transaction.atomic
def detach(document: OfficialDocument, item: FolderItem, *, by: Actor, on: date) -> FolderItem:
    """Take an attachment out of a draft."""
    require_for(by, document.issuer_id, Permission.DRAFT)
    _still_a_draft(document)
    item = remove_paper(item, by=by, on=on)
    note("detach", document, Permission.DRAFT, by)
    return item


def _still_a_draft(document: OfficialDocument) -> None:
    document.refresh_from_db(from_queryset=OfficialDocument.objects.select_for_update(of=("self",)))
    if document.state != State.DRAFTED:
        raise Refused(Obstacle("not_a_draft", N_("Take it back before you change it.")))
