"""What pages of higher contexts share with those of tasks: how a task's state and lateness are told, fields of forms."""

from shegong.ground.tasks.web.drafting import OFFICES
from shegong.ground.tasks.web.forms import BodyField, PapersField, words_field
from shegong.ground.tasks.web.words import STATE_TONES, TONES, colour_word, left, shell, state_of

__all__ = [
    "OFFICES", "STATE_TONES", "TONES", "BodyField", "PapersField", "colour_word", "left", "shell", "state_of", "words_field",
]  # fmt: skip
