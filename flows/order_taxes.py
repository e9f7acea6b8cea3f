# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which Odoo tax each tax of an order is, and whose tax each line bears.

Not here: its amounts (``order_amounts``), and lines the storefront charged no tax for
(``order_untaxed``).
"""

import dataclasses

from odoo import models

from ..models.storefront_mapping_tax import GOODS, SERVICES, TaxKey


class StorefrontOrderTaxes(models.AbstractModel):
    _name = "storefront.order.taxes"
    _description = "Storefront Order Taxes"

    def _find_taxes(self, backend, document, causes):
        """Return what is known of an order's taxes, as a dict:

        ``document``: the order without the taxes of 0 % that nobody has mapped; ``taxes``: for each
        of its lines the Odoo tax of each of its tax lines; ``idle_taxes``: for each line the key of
        the first tax left out, or None; ``tax_countries``: for each line whose tax it bears."""
        keys = [
            [self._tax_key(document, line, tax) for tax in line.taxes] for line in document.lines
        ]
        found = self._match(backend, document, {key: None for line in keys for key in line}, causes)
        return {
            "document": self._retax(
                document,
                lambda index, taxes: tuple(
                    tax for tax, key in zip(taxes, keys[index], strict=True) if found[key]
                ),
            ),
            "taxes": [[found[key] for key in line if found[key]] for line in keys],
            "idle_taxes": [next((key for key in line if not found[key]), None) for line in keys],
            "tax_countries": self._find_tax_countries(document, keys),
        }

    def _tax_key(self, document, line, tax):
        address = self._destination(document)
        percent = float(tax.rate * 100)
        return TaxKey(
            tax.title,
            percent,
            document.prices_include_tax,
            country=(tax.country_code or (address.country_code if address else "")).upper(),
            state=address.state_code.upper() if address else "",
            scope=GOODS if line.kind == "product" and line.requires_shipping else SERVICES,
            is_collected=tax.collected_by_platform,
            is_stated=bool(tax.country_code),
            is_idle=not percent and not tax.amount,
        )

    def _destination(self, document):
        """Return the address an order is taxed by; None where it has none."""
        return document.shipping_address or document.billing_address

    def _match(self, backend, document, keys, causes):
        """Return {key: Odoo tax}; the tax is empty where it is missing, and where it is of 0 %."""
        mapping = self.env["storefront.mapping.tax"]
        rows = mapping._find(backend, {key.title for key in keys})
        fiscal = self.env["storefront.order.fiscal"]
        found, missing, position = {}, {}, None
        for key in keys:
            found[key] = rows._pick(key).tax_id
            if found[key] or key.is_idle:
                continue
            if position is None:
                position = fiscal._document_position(backend, document)
            tax, asked = mapping._propose(backend, key, self._position_of(document, key, position))
            if tax:
                found[key] = tax
                rows |= mapping._find(backend, [key.title])
            else:
                cause = self._tax_cause(asked, position)
                missing[cause["code"], cause["key"]] = cause
        causes.extend(missing.values())
        return found

    def _position_of(self, document, key, position):
        """Return the order's ``position`` where it is about the country whose tax it is."""
        address = self._destination(document)
        is_elsewhere = address and address.country_code.upper() != key.country
        return position.browse() if is_elsewhere else position

    def _tax_cause(self, key, position):
        code = "tax_missing_included" if key.is_included else "tax_missing"
        if key.is_collected:
            code = "tax_missing_platform"
        name = ":".join(filter(None, (key.title, f"{key.percent:g}", key.country, key.scope)))
        params = self.env["storefront.mapping.tax"]._prepare_params(key, position)
        return {"code": code, "key": name, "params": params}

    def _retax(self, document, change):
        """Return ``document``, and its counterpart, with the taxes ``change(line, taxes)`` gives
        each line, the line told by its place."""
        lines = [
            line if taxes == line.taxes else dataclasses.replace(line, taxes=taxes)
            for line, taxes in (
                (line, change(index, line.taxes)) for index, line in enumerate(document.lines)
            )
        ]
        if all(one is other for one, other in zip(lines, document.lines, strict=True)):
            return document
        counterpart = document.counterpart and self._retax(document.counterpart, change)
        return dataclasses.replace(document, lines=tuple(lines), counterpart=counterpart)

    def _find_tax_countries(self, document, keys):
        """Return for each line the country whose tax it bears: its tax's, or where it goes."""
        address = self._destination(document)
        destination = address.country_code.upper() if address else ""
        codes = [next((key.country for key in line), destination) for line in keys]
        return [self.env["res.country"]._storefront_find(code) for code in codes]
