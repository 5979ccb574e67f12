"""Tasks: one matter with an owner, a deadline, proof and a closing (督办)."""

from shegong.ground.tasks.models.lateness import late_q, marks, task_policy
from shegong.ground.tasks.models.replies import Extension, ReplySignature, TaskReply, to_do
from shegong.ground.tasks.models.tasks import Task, TaskEvent, TaskPart, takes_part

__all__ = [
    "Extension", "ReplySignature", "Task", "TaskEvent", "TaskPart", "TaskReply", "late_q", "marks",
    "takes_part", "task_policy", "to_do",
]  # fmt: skip
