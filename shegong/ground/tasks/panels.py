"""What pages of higher contexts share with those of tasks: how a task's state and lateness are told, fields of forms, and
where they say what a task came from."""

from shegong.ground.tasks.web.drafting import OFFICES
from shegong.ground.tasks.web.forms import BodyField, PapersField, words_field
from shegong.ground.tasks.web.sources import Source, task_sources
from shegong.ground.tasks.web.words import STATE_TONES, TONES, colour_word, left, shell, state_of

__all__ = [
    "OFFICES", "STATE_TONES", "TONES", "BodyField", "PapersField", "Source", "colour_word", "left", "shell", "state_of", "task_sources",
    "words_field",
]  # fmt: skip
