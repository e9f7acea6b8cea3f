# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same code in several Odoo processes at once, in several threads of each."""

import json
import textwrap
from concurrent.futures import ThreadPoolExecutor

from _env import odoo

PROLOGUE = """
import json, pathlib, threading

def in_threads(count, work):
    \"\"\"Run work(number) in each thread; raise what one of them raised.\"\"\"
    errors = []

    def run(number):
        try:
            work(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]

def answer(value):
    pathlib.Path(ANSWER).write_text(json.dumps(value))
"""


def run(database, folder, count, script):
    """Run ``script`` in ``count`` Odoo shells; return what each gave to ``answer``."""

    def start(number):
        answer, log = folder / f"answer-{number}.json", folder / f"shell-{number}.log"
        configuration = odoo.write_configuration(f"{database}-{number}")
        source = f"ANSWER = {str(answer)!r}\n{PROLOGUE}\n{textwrap.dedent(script)}"
        try:
            odoo.run(
                *("shell", "-c", configuration, "-d", database, "--no-http"),
                log=log,
                what="The script failed",
                script=source,
            )
        finally:
            configuration.unlink()
        # A script that failed leaves the shell with 0.
        assert answer.exists(), log.read_text(errors="replace")
        return json.loads(answer.read_text())

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))
