"""Tasks: every change.

task = tasks.draft(kind=…, title=…, issuer=office, responsible=body, region_code=…, due_on=…, by=by, on=on)
tasks.assign(task, by=by, on=on)            # the responsible body is told
tasks.acknowledge(task, by=clerk, on=on)    # 签收
tasks.reply(task, text="…", papers=[("photo.jpg", content)], by=clerk, on=on)
tasks.close(task, by=by, on=on)             # 销号: by another than who replied, and only with proof
"""

from shegong.ground.tasks.actions import reminding as reminding
from shegong.ground.tasks.actions.extending import ask_time, grant_time, refuse_time
from shegong.ground.tasks.actions.replying import object_reply, reply, sign_reply
from shegong.ground.tasks.actions.running import acknowledge, assign, close, draft, send_back, withdraw

__all__ = [
    "acknowledge", "ask_time", "assign", "close", "draft", "grant_time", "object_reply", "refuse_time",
    "reply", "send_back", "sign_reply", "withdraw",
]  # fmt: skip
