# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sentence for each error code, in the reader's language.

An error is stored as a code and parameters; it becomes words only when somebody reads it.
"""

from odoo.tools.translate import LazyTranslate

from .messages_changes import is_items, render_items
from .messages_check import CHECK_MESSAGES
from .messages_customer import CUSTOMER_MESSAGES
from .messages_order import ORDER_MESSAGES

_lt = LazyTranslate(__name__)

MESSAGES = {
    # a passing failure
    "unavailable": _lt("The storefront did not answer. %(next)s"),
    "timeout": _lt("The storefront took too long to answer. %(next)s"),
    "token_busy": _lt("Another worker is renewing the access to the storefront. %(next)s"),
    "answer_lost": _lt(
        "The connection broke before the storefront confirmed. What it holds is looked up first, "
        "then the rest is sent again."
    ),
    "connect_timeout": _lt("The storefront can't be reached. %(next)s"),
    "connection_failed": _lt("The storefront can't be reached. %(next)s"),
    "connection_reset": _lt("The storefront broke the connection. %(next)s"),
    "certificate_invalid": _lt(
        "The storefront's certificate is not valid, so nothing was sent. %(next)s"
    ),
    "empty_answer": _lt("The storefront's answer was empty. %(next)s"),
    "changed_while_read": _lt("The record changed while it was read. It is read again by itself."),
    "busy": _lt("The storefront is busy. %(next)s"),
    "concurrent_update": _lt("Other work kept changing the same records. %(next)s"),
    "stock_moving": _lt("Stock in the storefront keeps moving. It is compared again by itself."),
    "orders_first": _lt("Waiting orders are imported before stock is sent."),
    "repairs_sent": _lt("What differed is being sent. The reconciliation ends by itself."),
    "reconciliation_large": _lt(
        "Stock of %(variants)s variants out of %(total)s differs from the storefront's, which is "
        "more than %(share)s %%. Nothing was changed: see the differences, then apply or discard "
        "them."
    ),
    "throttled": _lt("The storefront asked to slow down. The work goes on by itself."),
    "rate_limited": _lt("The storefront asked to slow down. The work goes on by itself."),
    "html_instead_of_json": _lt(
        "A web page came instead of data: maintenance, a firewall or a proxy stands in between. "
        "%(next)s"
    ),
    "blocked_by_host": _lt(
        "A firewall or security plugin before the storefront refused a call. Have this server's "
        "address allowed there. %(next)s"
    ),
    "server_error": _lt("The storefront failed on its side. %(next)s"),
    "unexpected": _lt(
        "Something unexpected went wrong (%(error)s); the server's log has the details. %(next)s"
    ),
    # the connection
    "auth_failed": _lt(
        "The storefront refuses the credentials. Check them on the backend, then connect again."
    ),
    "missing_scope": _lt(
        "The app may not do this: scope %(scopes)s is missing. Grant it in the storefront's "
        "administration, then connect again."
    ),
    "unauthorized": _lt(
        "The storefront refuses the credentials. Check them on the backend, then connect again."
    ),
    "forbidden": _lt(
        "The storefront refuses access to this app. Check in its administration that the app is "
        "installed and may be used from this server's address."
    ),
    "grant_refused": _lt(
        "The storefront grants no token (%(reason)s). Check the client ID and secret, and that "
        "app and store belong to one organization."
    ),
    "secrets_clear": _lt(
        "The credentials are in the database unencrypted: its backups hold them too. Give the "
        "server a key: setting secret_keys, section [storefront_connector] of Odoo's configuration "
        "file. What is there is encrypted then within the hour."
    ),
    "secrets_to_encrypt": _lt(
        "%(count)s secrets are not encrypted with the server's newest key yet. It is done within "
        "the hour, or now in Credentials."
    ),
    "secret_missing": _lt("%(setting)s is missing. Enter it on the backend, in Credentials."),
    "secret_unreadable": _lt(
        "%(setting)s can't be decrypted: the key it was encrypted with is not in the server's "
        "configuration. Put the key back, or enter %(setting)s again; then resume."
    ),
    "secret_key_invalid": _lt(
        "Key %(number)s in the server's setting secret_keys is no Fernet key, so no secret can be "
        "read or kept. Correct the setting; then resume."
    ),
    "secret_reference_name": _lt(
        "%(reference)s may not be read. Name an environment variable that begins with STOREFRONT_."
    ),
    "secret_reference_outside": _lt(
        "%(reference)s may not be read. Name a file within the folder that the server's setting "
        "secret_directory allows."
    ),
    "secret_reference_missing": _lt(
        "%(reference)s can't be read: it doesn't exist, or Odoo's system user has no right to it. "
        "Provide it; then resume."
    ),
    "secret_reference_exposed": _lt(
        "%(reference)s is not read, because others on the server can read the file. Allow it to "
        "Odoo's system user only (chmod 600); then resume."
    ),
    "secret_reference_invalid": _lt(
        "%(reference)s holds no secret: it is empty, too large or no text. Correct it; then resume."
    ),
    "missing_credentials": _lt("Credentials are missing. Enter them on the backend."),
    "not_authorized": _lt(
        "The store has not agreed to this connection yet. Authorize it on the backend."
    ),
    "authorization_ended": _lt(
        "The store's agreement to this connection has ended. Authorize it again on the backend."
    ),
    "authorization_unanswered": _lt(
        "The store did not answer the authorization. Nothing was connected; start it again."
    ),
    "code_refused": _lt(
        "The authorization was used before or is too old. Nothing was connected; start it again."
    ),
    "owner_refused": _lt(
        "The store's owner did not agree, or the store could not hand over the key: it must reach "
        "this Odoo over https. Nothing was connected; start again."
    ),
    "grant_insecure": _lt(
        "The store hands over its key to https addresses only, and %(url)s is none. Correct "
        "Technical > Webhook Base URL, or enter key and secret by hand."
    ),
    "callback_forged": _lt(
        "This authorization does not come from the store, or the client secret on the backend is "
        "not the app's. Nothing was connected; check the secret and start again."
    ),
    "callback_other_shop": _lt(
        "Another store was authorized than the one of this backend. Nothing was connected; start "
        "again, signed in to the right store."
    ),
    "callback_expired": _lt(
        "This authorization is too old, or the clock of this server is wrong. Nothing was "
        "connected; start it again."
    ),
    "token_must_expire": _lt(
        "The storefront no longer accepts access tokens that never end from this app. Choose the "
        "access by authorization on the backend and authorize it."
    ),
    "address_not_allowed": _lt(
        "The storefront refuses calls from this server's address. Add the address to the app's "
        "allowlist of IP addresses, or use an app made by the store itself, which needs none."
    ),
    "customer_data_protected": _lt(
        "The app may not read customers' names and addresses, so orders can't be imported. "
        "Request access to protected customer data in the settings of the app, then resume."
    ),
    "invalid_url": _lt("The address of the storefront can't be read. Correct it."),
    "invalid_store_url": _lt("This is no address of a store. Enter it as shop.myshopify.com."),
    "site_locked": _lt(
        "The storefront's web site asks for a password of its own before anything else. Have it "
        "leave out what is below /wp-json/, then connect again."
    ),
    "key_user_limited": _lt(
        "The user the key belongs to may not do this in the storefront. Make a key of an "
        "administrator or shop manager and enter it on the backend."
    ),
    "api_missing": _lt(
        "The storefront answers, but has no such API: the shop's plugin is switched off there, or "
        "a security plugin hides it."
    ),
    "permalinks_plain": _lt(
        "There is no API at this address. Check the address, and in the storefront's "
        "administration that permalinks are anything but “Plain”."
    ),
    "redirected": _lt("The storefront has moved to another address. Correct it."),
    "store_not_found": _lt("There is no store at this address. Correct it."),
    "store_frozen": _lt("The store is frozen by its platform: its bill may be unpaid."),
    "store_locked": _lt("The store is locked by its platform."),
    "not_configured": _lt("A setting this connection needs is missing: %(setting)s."),
    "neutralized": _lt("This database is a neutralized copy: it never calls a live storefront."),
    "other_database": _lt(
        "This database is not the one that was connected: it is a copy, or was renamed. It calls "
        "nobody and answers no webhook. If it is the live one now, say so on the backend."
    ),
    "live_confirmed": _lt("This database is the live one now. Connect to go on."),
    "copy_confirmed": _lt(
        "This database (%(now)s) was made the live one, in place of the one it was copied from "
        "(%(before)s)."
    ),
    "insecure_url": _lt("The address of the storefront must start with https://."),
    "unsupported": _lt("This storefront can't do that: %(capability)s."),
    # what is announced
    "access_withdrawn": _lt(
        "The storefront no longer lets this app in: it was removed there, or its access was "
        "withdrawn. Install it again, then connect again. Nothing is lost: what happens "
        "meanwhile is read then."
    ),
    "webhooks_refused": _lt(
        "The storefront does not announce %(topics)s: %(reason)s Orders are still found by "
        "asking for them, some minutes later."
    ),
    "webhooks_silent": _lt(
        "Orders changed in the storefront and no webhook arrived; they were found by asking for "
        "them. Check that the webhook base URL can be reached from outside."
    ),
    "webhooks_enabled": _lt(
        "On %(date)s (UTC) the storefront was found to have switched off webhooks that failed too "
        "often: %(topics)s. They are on again, and what was missed was fetched. If this comes "
        "again, this Odoo isn't always reached from outside."
    ),
    "polling_unsupported": _lt(
        "This storefront can't be asked what changed. What its webhooks miss is not found."
    ),
    "storefront_silent": _lt(
        "The storefront has not answered since %(since)s; %(count)s changes wait. It is asked "
        "again by itself every five minutes. Look whether it is down, or press Try Now."
    ),
    # access granted on the storefront's page
    "state_missing": _lt(
        "Access was not granted: the storefront's answer doesn't say what it belongs to. Begin "
        "again with the button on the backend."
    ),
    "state_unknown": _lt(
        "Access was not granted: this database didn't ask for it. Begin again with the button on "
        "the backend."
    ),
    "state_used": _lt(
        "This answer of the storefront was used already. Look at the backend: if it isn't "
        "connected, begin again with its button."
    ),
    "state_expired": _lt(
        "Access was not granted within ten minutes. Begin again with the button on the backend."
    ),
    "state_other_user": _lt(
        "Access was not granted: somebody else began this. Begin yourself, with the button on the "
        "backend."
    ),
    "state_other_session": _lt(
        "Access was not granted: it was begun before you signed in, in another browser or at "
        "another address of this Odoo. Open Odoo at its main address and begin again."
    ),
    "state_other_company": _lt(
        "Access was not granted: the backend belongs to a company you may not manage. Ask its "
        "manager."
    ),
    "authorized": _lt("“%(shop)s” granted the access. The storefront is connected."),
    "authorization_wanted": _lt(
        "The button above leads to the store's own page, where its owner can grant the access "
        "again."
    ),
    # disconnecting
    "disconnected": _lt(
        "Disconnected: the webhooks are removed from the store, the access is given back, the "
        "credentials are deleted here."
    ),
    "disconnected_not_revoked": _lt(
        "Disconnected: the webhooks are removed from the store and the credentials are deleted "
        "here. The access can't be given back from here: uninstall the app, or delete its key, "
        "in the store's administration."
    ),
    "disconnected_here_only": _lt(
        "Disconnected on this side, the credentials are deleted. The store could not be told: "
        "%(reason)s In its administration, uninstall the app: this removes its webhooks and ends "
        "its access. Where it has a key instead, delete key and webhooks."
    ),
    "disconnected_copy": _lt(
        "Disconnected on this side, the credentials are deleted. This database is a copy: in the "
        "store nothing was changed."
    ),
    "connected_kept": _lt("“%(name)s” is connected. Disconnect it before you delete it."),
    "history_hidden": _lt(
        "What changed since %(since)s was read, but not in orders placed more than %(days)s days "
        "ago: the app lacks the scope %(scope)s. Grant it in the storefront's administration, "
        "press Check Now on the storefront, then Retry here. Ignore this where such orders no "
        "longer matter."
    ),
    "orders_hidden": _lt(
        "Orders placed more than %(days)s days ago are not listed: the app lacks the scope "
        "%(scope)s. Grant it in the storefront's administration to import them too."
    ),
    # what the law asks
    "redacted": _lt("The customer's data was erased, as the law lets customers ask."),
    "privacy_failed": _lt(
        "A privacy request could not be carried out (%(error)s). The law sets a deadline: retry, "
        "or do by hand what it asks. The server's log has the details."
    ),
    "privacy_unreadable": _lt(
        "The storefront passed on a privacy request (%(topic)s) that can't be read. Look at the "
        "event, and do by hand what it asks: the law sets a deadline."
    ),
    # content
    "refused": _lt("The storefront refused the request."),
    "max_cost_exceeded": _lt("The storefront refused a request as too large."),
    "answer_too_large": _lt("The storefront's answer is too large to be real."),
    "bad_id": _lt("This id can't be of this storefront."),
    "bad_cursor": _lt("The storefront no longer knows the page. Start again."),
    "bad_topic": _lt("The storefront has no such webhook topic."),
    "not_json": _lt("What the storefront sent can't be read."),
    "missing_field": _lt("What the storefront sent can't be read: %(path)s is missing."),
    "wrong_type": _lt("What the storefront sent can't be read: %(path)s is of another kind."),
    "rejected": _lt("The storefront refused the values: %(fields)s"),
    "not_found": _lt("The record no longer exists in the storefront."),
    "bad_payload": _lt("What the storefront sent can't be read: %(path)s."),
    "odoo_refused": _lt("Odoo refused: %(message)s"),
    "stock_refused": _lt("The storefront refused the quantity of “%(name)s”: %(message)s"),
    "stock_untracked": _lt(
        "The storefront doesn't count the stock of “%(name)s”, so it goes on selling it whatever "
        "Odoo has. Fix has it counted there from now on."
    ),
    "stock_of_parent": _lt(
        "The storefront counts “%(name)s” together with the other variants of its product, so "
        "that its own quantity is ignored. Fix has it counted by itself."
    ),
    # linking
    "link_disconnected": _lt(
        "The storefront is not connected. The work goes on once it is connected again."
    ),
    "attribute_unused": _lt(
        "Shoppers can't choose between the variants %(variants)s: what tells them apart, "
        "%(attributes)s, isn't used for variations in the storefront, which sells one as the "
        "other. Tick “Used for variations” there, then press Link Products again."
    ),
    "variants_alike": _lt(
        "Shoppers can't choose between the variants %(variants)s: the storefront offers nothing "
        "that tells them apart, and sells one as the other. Give each its own options there, or "
        "delete what is too many, then press Link Products again."
    ),
    "link_to_review": _lt(
        "The storefront's variants were read. Press Link Products to review what was found."
    ),
    "marker_refused": _lt(
        "The storefront takes no markers: %(message)s Linking stands without them; retry once "
        "that is mended."
    ),
    "marker_taken": _lt(
        "The variant “%(name)s” (SKU %(sku)s) carries the marker %(marker)s, which belongs to a "
        "product linked to another variant. It may have been written by another database. Fix "
        "takes it away there and writes it where the product is linked."
    ),
    # records that wait
    "unhandled_kind": _lt("Nothing is imported for this kind of record."),
    "backend_paused": _lt("The backend is paused."),
    "ignored": _lt("Left out, because somebody ignored its issue."),
    # what stops a backend, or waits for a human
    "user_missing": _lt("The backend has no integration users. Create them on the backend."),
    "status_new": _lt(
        "Statuses seen for the first time: %(names)s. Their orders go as far as their payment "
        "says, until you decide otherwise."
    ),
    "paused_by": _lt(
        "%(user)s paused this storefront on %(time)s: %(reason)s. Webhooks are stored and stock "
        "changes noted; Resume goes on where it stopped."
    ),
    "stopped_since": _lt(
        "Nothing has been exchanged since %(time)s. Mend the cause, then press Resume; webhooks "
        "are stored meanwhile."
    ),
    "drain_failing": _lt(
        "This work has failed %(tries)s times in a row: %(work)s. The last cause: %(cause)s Next "
        "try: %(time)s."
    ),
    "dead_letters": _lt(
        "Dead letters: %(count)s. All tries are used up: mend the cause, then replay them."
    ),
    "orders_blocked": _lt(
        "Orders that wait for a decision: %(count)s. Decide on their issues and they come in."
    ),
    "backend_archived": _lt("The backend was archived, so it is paused. Resume it to go on."),
    **ORDER_MESSAGES,
    **CUSTOMER_MESSAGES,
    **CHECK_MESSAGES,
}


# What comes of a passing failure, the ``next`` of its sentence.
RETRIED = _lt("It is tried again by itself.")
GIVEN_UP = _lt("All tries are used up: replay it.")


class _Anything(dict):
    """Parameters nobody knows: an ellipsis for each."""

    def __missing__(self, name):
        return "…"


def generic(env, code, is_final=False):
    """Return the sentence for ``code`` with an ellipsis for what differs from case to case."""
    message = MESSAGES.get(code)
    if message is None:
        return code
    return str(env._(message)) % _Anything(next=_next(env, is_final))


def _next(env, is_final):
    return str(env._(GIVEN_UP if is_final else RETRIED))


def selection(env):
    """Return [(code, generic sentence)] of all codes, to group and filter by cause."""
    return [(code, generic(env, code)) for code in MESSAGES]


def render(env, code, params=None, is_final=False):
    """Return the sentence for ``code`` in the language of ``env``; the code where it is unknown.

    ``is_final``: it is a dead letter's, so nothing is tried again by itself."""
    if not code:
        return ""
    message = MESSAGES.get(code)
    if message is None:
        return code
    try:
        values = {
            name: render_items(env, value) if is_items(value) else value
            for name, value in (params or {}).items()
        }
        return str(env._(message)) % {"next": _next(env, is_final), **values}
    except (AttributeError, KeyError, TypeError, ValueError):
        # A third party's parameters don't fit: words without values beat no words.
        return generic(env, code, is_final)
