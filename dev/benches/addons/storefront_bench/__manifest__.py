# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Storefront Connector: bench",
    "summary": "What a webhook is measured against; never installed elsewhere",
    "version": "19.0.1.0.0",
    "author": "Storefront Connector contributors, Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/connector-ecommerce",
    "license": "LGPL-3",
    "depends": ["base"],
    "data": ["security/ir.model.access.csv"],
}
