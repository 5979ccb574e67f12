"""The health page says so while a change of keys that one person forced was not looked at."""

from datetime import timedelta

from django.utils import timezone

from shegong.ground.accounts.key_orders import KeyOrder
from shegong.kernel.health import BAD, OK, Fact, check
from shegong.kernel.text import N_

TAKES = timedelta(minutes=2)  # longer than any change works


@check("key_orders", N_("Changes of keys"), "changes", database=True)
def key_orders() -> Fact:
    """How many forced changes wait for a security administrator."""
    begun = KeyOrder.objects.begun().filter(begun_at__lt=timezone.now() - TAKES).count()
    if begun:
        text = N_("A change of keys was begun and not ended: %(count)s.")
        todo = N_(
            "The operator runs the same command once more, or a security administrator says what was found: 系统管理 · 密钥变更."
        )
        return Fact(BAD, begun, text, {"count": begun}, todo)
    count = KeyOrder.objects.unreviewed().count()
    if not count:
        return Fact(OK, 0, N_("Nobody changed keys alone."))
    text = N_("Keys were changed by one person alone; not looked at yet: %(count)s.")
    todo = N_("A security administrator of the province looks at them: 系统管理 · 密钥变更.")
    return Fact(BAD, count, text, {"count": count}, todo)
