# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A person at a browser: Chromium, told what to do by its DevTools protocol.

Odoo's own tours end at Odoo's pages; this one follows to the storefront's page and back.
https://chromedevtools.github.io/devtools-protocol/
"""

import json
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import requests
from _demo.report import StepFailed, wait_for
from _env import browser
from websocket import create_connection

# Odoo builds its assets when the first page of a new database is opened.
PATIENCE = 120
START_SECONDS = 60
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-port=0",
    "--window-size=1366,1000",
    "--lang=en-US",
)
# Where the first shown element of a selector is, its words included; null where none is shown.
PLACE = """(() => {
    for (const element of document.querySelectorAll(%s)) {
        if (!element.textContent.includes(%s)) continue;
        element.scrollIntoView({block: "center"});
        const box = element.getBoundingClientRect();
        const x = box.x + box.width / 2, y = box.y + box.height / 2;
        const top = document.elementFromPoint(x, y);
        if (box.width && top && element.contains(top)) return {x, y};
    }
    return null;
})()"""


class Chromium:
    """One tab. Without a browser on the machine it raises SetupError: such a test has failed."""

    def __enter__(self):
        browser.ensure()
        self._folder = tempfile.mkdtemp(prefix="storefront-chromium-")
        command = [browser.executable(), *FLAGS, f"--user-data-dir={self._folder}", "about:blank"]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._numbers = 0
            self._socket = create_connection(
                self._tab_address(), timeout=PATIENCE, suppress_origin=True
            )
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _tab_address(self):
        port_file = Path(self._folder) / "DevToolsActivePort"
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError, IndexError, StopIteration):
                port = port_file.read_text().split()[0]
                tabs = requests.get(f"http://127.0.0.1:{port}/json/list", timeout=10).json()
                return next(one["webSocketDebuggerUrl"] for one in tabs if one["type"] == "page")
            time.sleep(0.1)
        raise RuntimeError(f"Chromium didn't start within {START_SECONDS} s")

    def _call(self, method, **params):
        self._numbers += 1
        self._socket.send(json.dumps({"id": self._numbers, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._numbers:
                return answer.get("result", {})

    # what a person does

    def open(self, address):
        self._call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def click(self, selector, words=""):
        """Click the first element that is shown and not covered, and has these words."""
        place = self.wait(PLACE % (json.dumps(selector), json.dumps(words)))
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def sign_in(self, url, login, password):
        """Sign in to Odoo, whoever was signed in before."""
        # What the page before still asked for would bring its cookie back.
        self.open("about:blank")
        self._call("Network.clearBrowserCookies")
        # Odoo's page would offer those who were signed in before.
        self._call("Storage.clearDataForOrigin", origin=url, storageTypes="all")
        self.open(f"{url}/web/login")
        for name, text in (("login", login), ("password", password)):
            self.click(f"input[name={name}]")
            self._call("Input.insertText", text=text)
        self.click("button[type=submit]")
        self.wait("document.querySelector('.o_web_client .o_main_navbar') !== null")

    # what a person sees

    def wait(self, expression):
        """Wait until JavaScript gives something true, on whatever page; return it."""
        try:
            return wait_for(lambda: self._value(expression), PATIENCE, expression)
        except StepFailed as error:
            raise StepFailed(f"{error}\nwhile the page was {self}") from None

    def wait_words(self, words):
        """Wait until the page shows these words."""
        self.wait(f"document.body.innerText.includes({json.dumps(words)})")

    def shows(self, selector):
        return bool(self._value(f"document.querySelector({json.dumps(selector)})?.offsetWidth"))

    @property
    def address(self):
        return self._value("location.href")

    def __str__(self):
        return f"{self.address}: {self._value('document.body?.innerText.slice(0, 2000)')}"

    def _value(self, expression):
        """What JavaScript gives; None while one page leaves for the next."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer.get("result", {}).get("value")
