# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shop's settings, and the routes that tell what it is: settings, status, taxes, currency."""

from .errors import RestError
from .rest import Result, Route

# option -> (group, type, value of a shop just installed)
OPTIONS = {
    "woocommerce_store_address": ("general", "text", "Calle Mayor 1"),
    "woocommerce_store_address_2": ("general", "text", ""),
    "woocommerce_store_city": ("general", "text", "Madrid"),
    "woocommerce_default_country": ("general", "select", "ES:M"),
    "woocommerce_store_postcode": ("general", "text", "28013"),
    "woocommerce_allowed_countries": ("general", "select", "all"),
    "woocommerce_all_except_countries": ("general", "multiselect", ""),
    "woocommerce_specific_allowed_countries": ("general", "multiselect", ""),
    "woocommerce_ship_to_countries": ("general", "select", ""),
    "woocommerce_specific_ship_to_countries": ("general", "multiselect", ""),
    "woocommerce_default_customer_address": ("general", "select", "base"),
    "woocommerce_address_autocomplete_enabled": ("general", "checkbox", "no"),
    "woocommerce_calc_taxes": ("general", "checkbox", "yes"),
    "woocommerce_enable_coupons": ("general", "checkbox", "yes"),
    "woocommerce_calc_discounts_sequentially": ("general", "checkbox", "no"),
    "woocommerce_currency": ("general", "select", "EUR"),
    "woocommerce_currency_pos": ("general", "select", "right_space"),
    "woocommerce_price_thousand_sep": ("general", "text", "."),
    "woocommerce_price_decimal_sep": ("general", "text", ","),
    "woocommerce_price_num_decimals": ("general", "number", "2"),
    "woocommerce_prices_include_tax": ("tax", "radio", "no"),
    "woocommerce_tax_based_on": ("tax", "select", "shipping"),
    "woocommerce_shipping_tax_class": ("tax", "select", "inherit"),
    "woocommerce_tax_round_at_subtotal": ("tax", "checkbox", "no"),
    "woocommerce_tax_classes": ("tax", "textarea", ""),
    "woocommerce_tax_display_shop": ("tax", "select", "excl"),
    "woocommerce_tax_display_cart": ("tax", "select", "excl"),
    "woocommerce_price_display_suffix": ("tax", "text", ""),
    "woocommerce_tax_total_display": ("tax", "select", "itemized"),
    "woocommerce_manage_stock": ("products", "checkbox", "yes"),
    "woocommerce_hold_stock_minutes": ("products", "number", "60"),
    "woocommerce_notify_no_stock_amount": ("products", "number", "0"),
    "woocommerce_stock_format": ("products", "select", ""),
}
SETTINGS = {name: value for name, (_group, _type, value) in OPTIONS.items()}
CURRENCIES = {
    "EUR": ("Euro", "&euro;", "€"),
    "USD": ("United States (US) dollar", "&#36;", "$"),
    "GBP": ("Pound sterling", "&pound;", "£"),
    "JPY": ("Japanese yen", "&yen;", "¥"),
    "CAD": ("Canadian dollar", "&#36;", "$"),
    "CHF": ("Swiss franc", "&#67;&#72;&#70;", "CHF"),
    "KWD": ("Kuwaiti dinar", "&#x62f;.&#x643;", "د.ك"),
    "CLF": ("Unidad de Fomento", "CLF", "CLF"),
}
GATEWAYS = (
    ("bacs", "Direct bank transfer", True),
    ("cheque", "Check payments", False),
    ("cod", "Cash on delivery", False),
)
ENVIRONMENT = {
    "wp_version": "6.9.4",
    "wp_multisite": False,
    "wp_memory_limit": 536870912,
    "wp_debug_mode": False,
    "wp_cron": True,
    "wp_environment_type": "local",
    "language": "en_US",
    "server_info": "nginx/1.22.1",
    "php_version": "8.2.36",
    "php_post_max_size": 33554432,
    "php_max_execution_time": 120,
    "default_timezone": "UTC",
}
NAMESPACES = ("oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wc/store", "wc/store/v1", "wp/v2")


def setting(store, name):
    group, type_, default = OPTIONS[name]
    return {"id": name, "type": type_, "default": default, "value": store.settings[name]}, group


def list_settings(call):
    group = call.ids["group"]
    rows = [setting(call.store, name) for name in OPTIONS]
    found = [row for row, its_group in rows if its_group == group]
    if not found:
        raise RestError("rest_setting_setting_group_invalid", "Invalid setting group.", 404)
    return Result(found)


def _setting(call):
    name = call.ids["option"]
    if name not in OPTIONS or OPTIONS[name][0] != call.ids["group"]:
        raise RestError("rest_setting_setting_invalid", "Invalid setting.", 404)
    return name


def get_setting(call):
    row, group = setting(call.store, _setting(call))
    return Result({**row, "group_id": group})


def update_setting(call):
    name = _setting(call)
    call.store.settings[name] = str(call.body.get("value", call.store.settings[name]))
    return get_setting(call)


def status(call):
    """`system_status`, the sections that tell how the shop works."""
    store = call.store
    symbol = CURRENCIES.get(store.currency, ("", store.currency, ""))[1]
    urls = {"home_url": call.home, "site_url": call.home}
    return Result({
        "environment": {**urls, "version": store.version, **ENVIRONMENT},
        "active_plugins": [],
        "settings": {
            "api_enabled": False,
            "force_ssl": False,
            "currency": store.currency,
            "currency_symbol": symbol,
            "currency_position": store.settings["woocommerce_currency_pos"],
            "thousand_separator": store.settings["woocommerce_price_thousand_sep"],
            "decimal_separator": store.settings["woocommerce_price_decimal_sep"],
            "number_of_decimals": store.decimals,
            "geolocation_enabled": False,
            "order_datastore": "Automattic\\WooCommerce\\Internal\\DataStores\\Orders"
            "\\OrdersTableDataStore",
            "HPOS_enabled": True,
            "HPOS_sync_enabled": False,
            "enabled_features": ["analytics", "custom_order_tables"],
        },
    })  # fmt: skip


def tax_payload(row):
    return {
        "id": row["id"],
        "country": row["country"],
        "state": row["state"],
        "postcode": "",
        "city": "",
        "rate": f"{row['rate']:.4f}",
        "name": row["name"],
        "priority": row["priority"],
        "compound": row["compound"],
        "shipping": row["shipping"],
        "order": row["order"],
        "class": row["class"],
        "postcodes": [],
        "cities": [],
    }


def list_taxes(call):
    rows = [tax_payload(row) for row in call.store.taxes.values()]
    if call.params.get("class"):
        rows = [row for row in rows if row["class"] == call.params["class"]]
    size, page = call.params["per_page"], call.params["page"]
    shown = rows[(page - 1) * size : page * size]
    return Result(shown, total=len(rows), per_page=size, page=page)


def list_classes(call):
    rows = [{"slug": slug, "name": name} for slug, name in call.store.classes.items()]
    return Result(rows, total=len(rows), per_page=len(rows))


def current_currency(call):
    code = call.store.currency
    name, symbol, _sign = CURRENCIES.get(code, (code, code, code))
    return Result({"code": code, "name": name, "symbol": symbol})


def list_gateways(_call):
    rows = [
        {
            "id": name,
            "title": title,
            "description": "",
            "order": "",
            "enabled": enabled,
            "method_title": title,
            "method_supports": ["products"],
        }
        for name, title, enabled in GATEWAYS
    ]
    return Result(rows, total=len(rows), per_page=len(rows))


def index(call):
    """`/wp-json/`: what answers before any key is known."""
    store = call.store
    hours = store.zone.utcoffset(store.now().replace(tzinfo=None)).total_seconds() / 3600
    return Result({
        "name": store.name,
        "description": "",
        "url": call.home,
        "home": call.home,
        "gmt_offset": int(hours) if hours == int(hours) else hours,
        "timezone_string": str(store.zone),
        "namespaces": list(NAMESPACES),
    })  # fmt: skip


def routes(paging):
    option = r"settings/(?P<group>[\w-]+)/(?P<option>[\w-]+)"
    return [
        Route("system_status", "get", status),
        Route(r"settings/(?P<group>[\w-]+)", "list", list_settings),
        Route(option, "get", get_setting),
        Route(option, "update", update_setting),
        Route("taxes", "list", list_taxes, paging),
        Route("taxes/classes", "list", list_classes),
        Route("data/currencies/current", "get", current_currency),
        Route("payment_gateways", "list", list_gateways),
    ]
