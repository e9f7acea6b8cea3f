# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Refusals in the words of WordPress and WooCommerce."""


class RestError(Exception):
    """An answer that is an error; also a row's in a batch."""

    def __init__(self, code, message, status, **data):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.data = {"status": status, **data}

    def payload(self):
        return {"code": self.code, "message": self.message, "data": self.data}


class RefundError(RestError):
    """Refunds answer 500 with the bare number for data."""

    def __init__(self, message):
        super().__init__("woocommerce_rest_cannot_create_order_refund", message, 500)
        self.data = 500


def no_route():
    return RestError(
        "rest_no_route", "No route was found matching the URL and request method.", 404
    )


def invalid_id(kind, status=404):
    """kind: product, product_variation, shop_order, shop_webhook …"""
    return RestError(f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.", status)


def no_trash(what):
    return RestError(
        "woocommerce_rest_trash_not_supported", f"{what} do not support trashing.", 501
    )


def already_trashed(what):
    return RestError(
        "woocommerce_rest_already_trashed", f"The {what} has already been deleted.", 410
    )


def invalid_params(problems):
    """problems: {parameter: (code, message, data)}."""
    details = {
        name: {"code": code, "message": message, "data": data}
        for name, (code, message, data) in problems.items()
    }
    return RestError(
        "rest_invalid_param",
        f"Invalid parameter(s): {', '.join(problems)}",
        400,
        params={name: message for name, (_code, message, _data) in problems.items()},
        details=details,
    )


def unauthorized(message):
    return RestError("woocommerce_rest_authentication_error", message, 401)


FORBIDDEN = {
    "list": ("view", "Sorry, you cannot list resources."),
    "get": ("view", "Sorry, you cannot view this resource."),
    "create": ("create", "Sorry, you are not allowed to create resources."),
    "update": ("edit", "Sorry, you are not allowed to edit this resource."),
    "delete": ("delete", "Sorry, you are not allowed to delete this resource."),
    "batch": ("batch", "Sorry, you are not allowed to batch manipulate this resource."),
}


def forbidden(action):
    """What somebody without a key is told."""
    verb, message = FORBIDDEN[action]
    return RestError(f"woocommerce_rest_cannot_{verb}", message, 401)
