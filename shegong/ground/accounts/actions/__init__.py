"""Every change of accounts and grants; one module an aggregate."""

from shegong.ground.accounts.actions.bound import bind_identity, end_bound
from shegong.ground.accounts.actions.departed import follow_deaths as follow_deaths
from shegong.ground.accounts.actions.entry import join, redeem_code, request_code
from shegong.ground.accounts.actions.exports import (
    approve_export,
    note_download,
    order_export,
    refuse_export,
    withdraw_export,
)
from shegong.ground.accounts.actions.grants import (
    approve_grant,
    end_grant,
    found_grant,
    propose_grant,
    refuse_grant,
    withdraw_grant,
)
from shegong.ground.accounts.actions.journal import verify_journal
from shegong.ground.accounts.actions.journal_alert import alert_if_stale as alert_if_stale
from shegong.ground.accounts.actions.key_orders import (
    approve_key_order,
    end_key_order,
    force_key_order,
    give_back_key_order,
    propose_key_order,
    refuse_key_order,
    review_key_order,
    use_key_order,
    withdraw_key_order,
)
from shegong.ground.accounts.actions.unused import shut_unused
from shegong.ground.accounts.actions.users import (
    change_contact,
    create_user,
    disable_user,
    enable_user,
    end_sign_in,
    end_sign_ins,
    note_factor,
    set_password,
    set_totp,
)

__all__ = [
    "approve_export",
    "approve_grant",
    "approve_key_order",
    "bind_identity",
    "change_contact",
    "create_user",
    "disable_user",
    "enable_user",
    "end_bound",
    "end_grant",
    "end_key_order",
    "end_sign_in",
    "end_sign_ins",
    "force_key_order",
    "found_grant",
    "give_back_key_order",
    "join",
    "note_download",
    "note_factor",
    "order_export",
    "propose_grant",
    "propose_key_order",
    "redeem_code",
    "refuse_export",
    "refuse_grant",
    "refuse_key_order",
    "request_code",
    "review_key_order",
    "set_password",
    "set_totp",
    "shut_unused",
    "use_key_order",
    "verify_journal",
    "withdraw_export",
    "withdraw_grant",
    "withdraw_key_order",
]
