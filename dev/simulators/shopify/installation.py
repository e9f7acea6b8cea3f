# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The app on this store: uninstalled it keeps nothing, and learns so by its webhooks."""

from datetime import timedelta

# https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
REDACTION = timedelta(hours=48)


class Installation:
    def __init__(self, store, app, access, notifier):
        """`access` is the three parts that say who is let in: tokens, grants and consent."""
        self.store, self.app, self.notifier = store, app, notifier
        self.tokens, self.grants, self.consent = access

    def uninstall(self):
        """Tell the app, then end its access and its subscriptions; 48 hours later the store's
        data must go too. The caller holds the store's lock."""
        self.store.emit("app/uninstalled", self.store.shop)
        for row in list(self.store.subscriptions):
            self.store.remove_subscription(row)
        self.tokens.installed = False
        self.tokens.revoke()
        self.grants.forget()
        self.consent.forget()
        self.notifier.schedule(REDACTION, "shop/redact", self.notifier.payloads.redaction())

    def install(self):
        """As the owner does in the admin. Returns a token that never ends."""
        self.tokens.installed = True
        return self.tokens.issue()
