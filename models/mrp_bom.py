# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Another bill of materials is another quantity of its kit, and of the kits that kit is part of.

`mrp` need not be there, so its models can't be inherited: their methods are wrapped once the
registry is complete, as `base_automation` does.
"""

import functools

from odoo import models

_METHODS = ("create", "write", "unlink")


class StorefrontBomHook(models.AbstractModel):
    _name = "storefront.bom.hook"
    _description = "Storefront Bill of Materials Hook"

    def _register_hook(self):
        """Override of `base` to hear of changes of bills of materials."""
        super()._register_hook()
        for name, kits in (("mrp.bom", lambda boms: boms), ("mrp.bom.line", _boms_of_lines)):
            if name in self.env:
                model_class = self.env.registry[name]
                for method in _METHODS:
                    _wrap(model_class, method, kits)


def _boms_of_lines(lines):
    return lines.bom_id


def _wrap(model_class, name, find_boms):
    origin = getattr(model_class, name)
    if hasattr(origin, "storefront_origin"):
        return

    @functools.wraps(origin)
    def noted(records, *args, **kwargs):
        # Before and after: it may be another product's then, or gone.
        _note(find_boms(records.sudo()))
        result = origin(records, *args, **kwargs)
        if name == "create":
            _note(find_boms(result.sudo()))
        elif name == "write":
            _note(find_boms(records.sudo()))
        return result

    noted.storefront_origin = origin
    setattr(model_class, name, noted)


def _note(boms):
    variants = boms.product_tmpl_id.with_context(active_test=False).product_variant_ids
    boms.env["storefront.outbox"]._collect(variants.ids)
