"""10,000 marks of presence in one request against the same rows inserted by Django's bulk_create (at most twice as long).

DATABASE_URL=… .venv/bin/python bench/education_marks.py        # makes and drops a test database
"""

import time
from datetime import timedelta
from statistics import median

import django
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

PEOPLE, HALVES, TRIES = 500, 20, 5


def main() -> None:
    """Print both medians and their quotient."""
    import os
    import sys

    sys.path.insert(0, ".")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shegong.config.settings")
    django.setup()
    setup_test_environment()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = setup_databases(verbosity=0, interactive=False)
    try:
        measure()
    finally:
        teardown_databases(made, verbosity=0)


def measure() -> None:
    """Each try in a transaction of its own that is rolled back."""
    from shegong.work.education import actions
    from shegong.work.education.models import Attendance, Enrolment
    from tests.education.classes import DAY, TITLE, YANJI, World, at, planned

    world = World()
    people = [world.worker() for _ in range(PEOPLE)]
    halves = planned(count=HALVES)
    course = actions.plan_course(
        world.provider, title=TITLE, kind="face_to_face", region_code=YANJI, syllabus="x", capacity=PEOPLE,
        half_days=halves, teachers="金", by=world.clerk, on=DAY,
    )  # fmt: skip
    course = actions.open_course(course, notice="x", by=world.clerk, on=DAY)
    stated = [
        actions.recording.Stated(course.number, one.on, one.half, number, name)
        for _p, _a, number, name in people for one in halves
    ]  # fmt: skip
    now = at(DAY + timedelta(days=20), 9)
    ours, floor = [], []
    for _try in range(TRIES):
        with transaction.atomic():
            start = time.perf_counter()
            out = actions.record(world.body.pk, stated, by=world.clerk, on=now.date(), now=now)
            ours.append(time.perf_counter() - start)
            assert out.made == PEOPLE * HALVES
            transaction.set_rollback(True)
        with transaction.atomic():
            start = time.perf_counter()
            seats = Enrolment.objects.bulk_create(
                [
                    Enrolment(course=course, person=p, organization=world.body, region_code=YANJI)
                    for p, *_ in people
                ]
            )
            rows = course.half_days.all()
            Attendance.objects.bulk_create(
                [Attendance(half_day=h, enrolment=s, how="list", signed_at=h.starts_at, uploaded_at=now) for s in seats for h in rows]
            )  # fmt: skip
            floor.append(time.perf_counter() - start)
            transaction.set_rollback(True)
    print(
        f"10,000 marks {median(ours) * 1000:.0f} ms, bulk insert {median(floor) * 1000:.0f} ms: {median(ours) / median(floor):.2f} times"
    )
    connection.close()


if __name__ == "__main__":
    main()
