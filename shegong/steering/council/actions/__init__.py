"""The joint conference: every change.

conference = council.found_conference(region_code=…, by=by, on=on)      # with the members that the policy names
meeting = council.plan_meeting(conference, title=…, held_on=…, by=by, on=on)
item = council.add_item(meeting, kind="supervise", title=…, by=by, on=on)
council.notify(meeting, by=by, on=on)                                   # liaisons are told
council.record_attendance(meeting, member, presence="present", by=by, on=on)
council.hold(meeting, by=by, on=on)
council.resolve(item, text=…, responsible=finance, due_on=…, by=by, on=on)
council.draft_minutes(meeting, by=by, on=on)                            # co-signed, signed, issued as a document
council.minute(meeting, by=by, on=on)                                   # resolutions become tasks of departments
"""

from shegong.steering.council.actions.conferences import (
    add_member,
    change_member,
    end_member,
    found_conference,
    move_office,
)
from shegong.steering.council.actions.meetings import (
    add_item,
    add_material,
    cancel,
    drop_item,
    hold,
    notify,
    plan_meeting,
    record_attendance,
    record_others_present,
    remove_material,
)
from shegong.steering.council.actions.resolving import drop_resolution, resolve, supervise
from shegong.steering.council.actions.writing import draft_minutes, draft_notice, minute

__all__ = [
    "add_item", "add_material", "add_member", "cancel", "change_member", "draft_minutes", "draft_notice", "drop_item",
    "drop_resolution", "end_member", "found_conference", "hold", "minute", "move_office", "notify", "plan_meeting", "record_attendance",
    "record_others_present",
    "remove_material", "resolve", "supervise",
]  # fmt: skip
