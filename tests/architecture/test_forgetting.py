"""Whatever the inventory calls personal has an end: some context deletes or blanks it, or says why it may stay."""

from django.apps import apps

from shegong.kernel.inventory import every_field, inventory
from shegong.steering.privacy.actions.doors import doors


def answered(forgets):
    """`table` or `table.column` of everything that these declarations answer for."""
    found = set()
    for one in forgets:
        found |= {model._meta.label_lower for model in one.deleted}
        found |= {
            f"{model._meta.label_lower}.{name}" for model, blanks in one.blanked.items() for name in blanks
        }
        found |= set(one.kept)
    return found


def unanswered(forgets):
    """Personal fields that nobody answers for."""
    known = answered(forgets)
    return [one.key for one in every_field(inventory()) if not one.acts and not {one.key, one.table} & known
            and one.name not in ("person", "user", "person_id", "user_id")]  # fmt: skip


FORGETS = [door.FORGETS for door in doors().values()]


def test_every_personal_field_is_deleted_blanked_or_kept_with_a_reason():
    assert unanswered(FORGETS) == [], "say so in FORGETS of a context's actions/forgetting.py"
    assert all(len(why) > 15 for one in FORGETS for why in one.kept.values())


def test_a_field_without_an_answer_would_be_found():
    rest = [door.FORGETS for label, door in doors().items() if label != "people"]
    assert "people.personname.name" in unanswered(rest)


def test_no_declaration_names_what_does_not_exist():
    wrong = []
    for one in FORGETS:
        for name in one.kept:
            app, model, *field = name.split(".")
            columns = {column.name for column in apps.get_model(app, model)._meta.concrete_fields}
            if field and field[0] not in columns:
                wrong.append(name)
    assert wrong == []


def test_rows_of_every_personal_table_can_be_found_or_hold_only_who_acted():
    found = {model for one in FORGETS for model in one.finds}
    silent = [
        table.label for table in inventory().personal()
        if not table.about and table.model not in found and any(f.is_exported for f in table.fields.values())
    ]  # fmt: skip
    assert silent == []
