"""The journal's codes of the plan's contexts in words: tasks, figures, yearly plans, conference, supervision."""

from shegong.kernel.text import N_

VERBS = {
    "programme.plan.load": N_("Loaded the plan"),
    "organizations.duty.date": N_("Said who holds a duty"),
    "tasks.task.draft": N_("Drafted a task"),
    "tasks.task.assign": N_("Assigned a task"),
    "tasks.task.acknowledge": N_("Acknowledged a task"),
    "tasks.task.submit_reply": N_("Wrote a reply that waits for co-signatures"),
    "tasks.task.reply": N_("Replied to a task"),
    "tasks.task.sign_reply": N_("Co-signed a reply"),
    "tasks.task.object_reply": N_("Did not co-sign a reply"),
    "tasks.task.send_back": N_("Sent a reply back"),
    "tasks.task.close": N_("Closed a task"),
    "tasks.task.withdraw": N_("Withdrew a task"),
    "tasks.task.ask_time": N_("Asked for more time for a task"),
    "tasks.task.grant_time": N_("Gave more time for a task"),
    "tasks.task.refuse_time": N_("Gave no more time for a task"),
    "tasks.task.remind": N_("Reminded of a task"),
    "tasks.task.escalate": N_("Reported a late task one level up"),
    "tasks.tasks.export": N_("Exported tasks"),
    "statistics.snapshot.freeze": N_("Froze figures"),
    "statistics.snapshot.correct": N_("Corrected frozen figures by a new version"),
    "statistics.snapshots.export": N_("Exported the list of frozen figures"),
    "statistics.figures.export": N_("Exported frozen figures"),
    "statistics.people.export": N_("Exported the people behind a frozen figure"),
    "statistics.changes.export": N_("Exported what a correction changed"),
    "statistics.person.move": N_("Nothing frozen moved to the kept record"),
    "statistics.person.part": N_("Nothing frozen went back"),
}

KINDS = {
    "tasks.task": N_("Task between offices"),
    "tasks.taskpart": N_("Part of a task"),
    "tasks.taskreply": N_("Reply to a task"),
    "tasks.replysignature": N_("Co-signature of a reply"),
    "tasks.extension": N_("Request for more time"),
    "statistics.snapshot": N_("Frozen figures"),
}
