# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Storefront Points",
    "summary": "Stops or kills a process exactly where a test wants it. Never installed.",
    "author": "Storefront Connector contributors, Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/connector-ecommerce",
    "category": "Hidden",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "depends": ["storefront_connector"],
    "post_load": "post_load",
}
