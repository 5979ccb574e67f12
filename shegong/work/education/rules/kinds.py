"""What hours are earned by (pure)."""

from enum import StrEnum

from shegong.kernel.text import N_


class Kind(StrEnum):
    """Kinds of records in the ledger."""

    CLASS = "class"
    DEGREE = "degree"
    COURSE = "course"
    ARTICLE = "article"
    HOMEWORK = "homework"
    SUPERVISION = "supervision"
    OTHER = "other"


KINDS = [str(kind) for kind in Kind]
KIND_WORDS = {
    Kind.CLASS: N_("Training class"),
    Kind.DEGREE: N_("Degree in social work"),
    Kind.COURSE: N_("Course of a degree programme"),
    Kind.ARTICLE: N_("Published article"),
    Kind.HOMEWORK: N_("Marked homework"),
    Kind.SUPERVISION: N_("Supervised practice"),
    Kind.OTHER: N_("Other learning"),
}
