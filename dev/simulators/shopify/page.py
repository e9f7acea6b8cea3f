# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page for people at `/`: products with their stock, orders, and a form to place one."""

from ..server import Response


class Page:
    def __init__(self, application):
        self.application = application

    def answer(self, request):
        return Response.html("<!DOCTYPE html><title>Simulated store</title>")
