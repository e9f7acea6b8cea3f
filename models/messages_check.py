# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Test Connection can find: a sentence for each, and what to do where something is to be done.

Every finding that isn't here is the code of an error, whose sentence says both.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

CHECK_MESSAGES = {
    # our own address
    "address_answered": _lt("%(url)s answers, and it is this database that does."),
    "address_other_database": _lt(
        "%(url)s answers, but another database does: a copy of this one, or the one it was copied "
        "from."
    ),
    "address_not_found": _lt(
        "%(url)s answers 404: no database was found for this host name, as happens where a server "
        "has several."
    ),
    "address_foreign": _lt("At %(url)s something answers that isn't this connector."),
    "address_certificate": _lt("The certificate of %(url)s is not valid."),
    "address_insecure": _lt(
        "%(url)s is not https: storefronts send their webhooks encrypted only."
    ),
    "address_invalid": _lt("“%(url)s” can't be read as an address."),
    "address_redirected": _lt("%(url)s sends callers on to another address (%(status)s)."),
    "address_status": _lt("%(url)s answers with the error %(status)s."),
    "address_timeout": _lt("%(url)s took too long to answer."),
    "address_unreachable": _lt("%(url)s can't be reached from this server."),
    "address_local": _lt("%(url)s is an address of this machine: no store elsewhere can reach it."),
    "address_private": _lt(
        "From here the name in %(url)s leads into a private network. A store needs a public way in."
    ),
    # the store
    "store_found": _lt("“%(name)s” (%(plan)s) at %(url)s."),
    "store_other": _lt(
        "The credentials belong to another store (%(name)s) than the one that was connected."
    ),
    "store_version": _lt("The version of its API that is used: %(version)s."),
    "store_timezone": _lt("Its days are those of the time zone %(zone)s: invoices follow them."),
    "currency_same": _lt("The store sells in %(store)s, the currency of the company."),
    "currency_other": _lt(
        "The store sells in %(store)s, the company keeps its books in %(company)s."
    ),
    "companies_known": _lt("The store has business customers (companies), and they can be read."),
    "companies_none": _lt("The store has no business customers (companies) that can be read."),
    "version_too_old": _lt("The store runs version %(version)s, which is too old."),
    "version_untested": _lt(
        "The store runs version %(version)s. This connector was tested up to %(tested)s."
    ),
    "stock_management_off": _lt("Stock management is switched off in the store as a whole."),
    "stock_management_on": _lt("Stock management is switched on in the store."),
    "permalinks_pretty": _lt("The store's API is found at its usual address: permalinks are on."),
    "scheduler_external": _lt(
        "WordPress's own scheduler is switched off in the store, so its server has to call "
        "wp-cron.php. Without that webhooks wait for ever; what they don't tell is polled."
    ),
    "prices_read_without_tax": _lt(
        "In the store prices are entered with taxes. It keeps orders without, and so they are "
        "read: amounts and taxes are the store's to the cent."
    ),
    # access
    "scopes_granted": _lt("All scopes that are needed are granted: %(scopes)s."),
    "scopes_optional": _lt(
        "Not granted, and not needed for orders and stock: %(scopes)s. What they are for is left "
        "out; the documentation says what that is."
    ),
    "customer_data_granted": _lt("Names and addresses of customers can be read."),
    "customer_data_missing": _lt(
        "Names and addresses of customers can't be read: orders come in without a customer."
    ),
    # locations
    "location_mapped": _lt("“%(location)s” shows the stock of %(warehouse)s."),
    "location_unmapped": _lt("“%(location)s” has no warehouse: its stock is never written."),
    "location_new": _lt("“%(location)s” is new in the store and not known here yet."),
    "location_none": _lt("The store has no active location."),
    # taxes
    "prices_same_included": _lt(
        "Prices include taxes in the store and, by default, in the company."
    ),
    "prices_same_excluded": _lt("Prices are without taxes in the store and in the company."),
    "prices_only_store_included": _lt(
        "The store's prices include taxes, the company's are without by default. Orders come in "
        "with taxes that are included in prices; quotations made in Odoo follow the company."
    ),
    "prices_only_company_included": _lt(
        "The store's prices are without taxes, the company's include them by default. Orders come "
        "in with taxes on top of prices; quotations made in Odoo follow the company."
    ),
    "taxes_found": _lt("The company has sales taxes of this kind: %(taxes)s."),
    "taxes_none_included": _lt(
        "The company has no sales tax that is included in prices, as the store's are: the first "
        "order with a tax raises an issue."
    ),
    "taxes_none_excluded": _lt(
        "The company has no sales tax that comes on top of prices, as the store's do: the first "
        "order with a tax raises an issue."
    ),
    "mapping_unused": _lt(
        "The mapping of the tax “%(tax)s” is for the other way of including taxes in prices. New "
        "orders don't use it."
    ),
    "rounding_same": _lt("The store and the company round taxes the same way."),
    "rounding_store_line": _lt(
        "The store rounds taxes line by line, the company once for each tax. Imported orders keep "
        "the store's amounts to the cent; what is changed or made in Odoo may differ by a cent."
    ),
    "rounding_store_order": _lt(
        "The store rounds taxes once for each order, the company line by line. Imported orders "
        "keep the store's amounts to the cent; what is changed or made in Odoo may differ by a "
        "cent."
    ),
    "shipping_same_taxed": _lt("Shipping is taxed in the store and in Odoo."),
    "shipping_same_untaxed": _lt("Shipping is not taxed, neither in the store nor in Odoo."),
    "shipping_only_store_taxed": _lt(
        "The store taxes shipping, the product %(product)s has no tax. Imported orders have the "
        "store's tax; shipping added in Odoo would have none."
    ),
    "shipping_only_odoo_taxed": _lt(
        "The store doesn't tax shipping, the product %(product)s has a tax. Imported orders have "
        "none, as in the store; shipping added in Odoo would have it."
    ),
    # webhooks
    "webhooks_subscribed": _lt("The store announces to this database: %(topics)s."),
    "webhook_port": _lt(
        "The store doesn't deliver webhooks to port %(port)s, only to %(ports)s: changes are found "
        "by polling."
    ),
    "webhooks_missing": _lt("The store doesn't announce to this database: %(topics)s."),
    "webhooks_elsewhere": _lt("The store also announces to %(url)s, in the name of this app."),
    # work
    "users_created": _lt("The integration users are there, each with the rights of its work only."),
    "runner_alive": _lt("The job runner is at work."),
    "runner_missing": _lt("No job runner is at work on this database."),
    "cron_alive": _lt("The scheduled action that picks up what waits runs."),
    "cron_overdue": _lt("The scheduled action that picks up what waits doesn't run."),
    "cron_archived": _lt("The scheduled action that picks up what waits is switched off."),
    "jobs_late": _lt("Jobs that have waited for more than five minutes: %(count)s."),
}

REMEDIES = {
    "address_other_database": _lt(
        "Have the reverse proxy or dbfilter send this host name to this database, or enter the "
        "address of this one in Technical > Webhook Base URL."
    ),
    "address_not_found": _lt(
        "Give each database a host name of its own and set dbfilter, or have the reverse proxy add "
        "the header X-Odoo-Database."
    ),
    "address_foreign": _lt(
        "Check Technical > Webhook Base URL, and that the proxy passes /storefront/ on unchanged."
    ),
    "address_certificate": _lt("Renew it, with its whole chain."),
    "address_insecure": _lt(
        "Enter the https address in Technical > Webhook Base URL, or correct web.base.url."
    ),
    "address_invalid": _lt("Correct Technical > Webhook Base URL."),
    "address_redirected": _lt(
        "Enter the address it leads to: storefronts don't follow redirections."
    ),
    "address_status": _lt("Look into the log of the proxy and of Odoo."),
    "address_timeout": _lt(
        "Check that the proxy passes requests on to Odoo, and that Odoo has at least two workers: "
        "one asks, another one answers."
    ),
    "address_unreachable": _lt(
        "Check name and firewall. Some networks don't let a server call its own public address; "
        "then test it from outside."
    ),
    "address_local": _lt("Enter the public address in Technical > Webhook Base URL."),
    "address_private": _lt("Check from outside that the name leads to this server there."),
    "store_other": _lt("Enter the credentials of the right store, or disconnect this one first."),
    "version_too_old": _lt("Update it in the store's administration."),
    "version_untested": _lt(
        "Nothing has to be done while everything works. Look for a newer version of the connector."
    ),
    "stock_management_off": _lt(
        "Switch it on in the store: WooCommerce > Settings > Products > Inventory."
    ),
    "webhook_port": _lt("Let the reverse proxy serve Odoo at the usual port of https."),
    "currency_other": _lt("Keep the rate of the store's currency up to date in Accounting."),
    "scopes_optional": _lt("Grant them in the store, then connect again, if you want it."),
    "customer_data_missing": _lt(
        "Request access to protected customer data in the app's settings at the platform."
    ),
    "location_unmapped": _lt(
        "Choose the warehouse in the tab Stock, unless that is what you want."
    ),
    "location_new": _lt("Connect again to read it."),
    "location_none": _lt("Activate one in the store's administration."),
    "taxes_none_included": _lt("Copy the sales taxes and set the copies to Tax Included."),
    "taxes_none_excluded": _lt("Copy the sales taxes and set the copies to Tax Excluded."),
    "mapping_unused": _lt("Remove it in the tab Taxes once no older order needs it."),
    "rounding_store_line": _lt("Set Accounting > Settings > Rounding Method to Round per Line."),
    "rounding_store_order": _lt("Set Accounting > Settings > Rounding Method to Round per Tax."),
    "shipping_only_store_taxed": _lt("Give the product its sales tax."),
    "shipping_only_odoo_taxed": _lt("Remove the tax from the product."),
    "webhooks_missing": _lt("Connect again: that subscribes to them."),
    "webhooks_elsewhere": _lt(
        "If another database isn't meant to hear of this store, disconnect it there or remove the "
        "subscription in the store."
    ),
    "user_missing": _lt("Press Create Integration Users."),
    "runner_missing": _lt(
        "Start Odoo with queue_job among server_wide_modules and a capacity in channels, or set "
        "the system parameter storefront_connector.runner to cron."
    ),
    "cron_overdue": _lt("Start Odoo with max_cron_threads of at least 1."),
    "cron_archived": _lt("Activate “Storefronts: what waits” among the scheduled actions."),
    "jobs_late": _lt("Give the channel root.storefront more capacity, or Odoo more workers."),
}
