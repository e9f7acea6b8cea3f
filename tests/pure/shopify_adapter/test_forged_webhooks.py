# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ten thousand webhooks changed on their way: none is accepted."""

import base64
import hashlib
import hmac
import random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

SECRETS = ["current-secret", "previous-secret"]
BODY = b'{"id": 6201, "admin_graphql_api_id": "gid://shopify/Order/6201", "name": "#1001"}'
HEADER = "x-shopify-hmac-sha256"
EXAMPLES = 10_000


def sign(body, secret):
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def change_bytes(original):
    """Strategies for what `original` becomes: flipped, cut, longer, shuffled, repeated, other."""
    places = st.integers(0, len(original) - 1)
    return st.one_of(
        st.tuples(places, st.integers(1, 255)).map(
            lambda one: (
                original[: one[0]] + bytes([original[one[0]] ^ one[1]]) + original[one[0] + 1 :]
            )
        ),
        places.map(lambda place: original[:place]),
        places.map(lambda place: original[place:] + original[:place]),
        st.tuples(places, st.binary(min_size=1, max_size=8)).map(
            lambda one: original[: one[0]] + one[1] + original[one[0] :]
        ),
        st.integers(0, 2**32).map(
            lambda seed: bytes(random.Random(seed).sample(original, len(original)))
        ),
        st.integers(2, 4).map(lambda times: original * times),
        st.binary(max_size=len(original) * 2),
    )


def other_signatures(body):
    """Signatures of `body` that aren't the store's: other keys, hashes, encodings."""
    digest = hmac.new(SECRETS[0].encode(), body, hashlib.sha256).digest()
    return st.one_of(
        st.text(max_size=20).map(lambda key: (key, sign(body, key))).filter(
            lambda one: one[0] not in SECRETS
        ).map(lambda one: one[1]),
        st.sampled_from(
            [
                digest.hex(),
                base64.b32encode(digest).decode(),
                base64.b64encode(digest.hex().encode()).decode(),
                base64.b64encode(hashlib.sha256(SECRETS[0].encode() + body).digest()).decode(),
                base64.b64encode(hmac.new(SECRETS[0].encode(), body, "sha1").digest()).decode(),
                base64.b64encode(hmac.new(SECRETS[0].encode(), body, "sha512").digest()).decode(),
                f"sha256={sign(body, SECRETS[0])}",
                f'"{sign(body, SECRETS[0])}"',
                f"{sign(body, SECRETS[0])},{sign(body, SECRETS[1])}",
                "",
            ]
        ),
    )  # fmt: skip


GENUINE = st.sampled_from(SECRETS)
FORGED = st.one_of(
    st.tuples(change_bytes(BODY), GENUINE.map(lambda secret: sign(BODY, secret))),
    st.tuples(
        st.just(BODY),
        GENUINE.flatmap(lambda secret: change_bytes(sign(BODY, secret).encode())).map(
            lambda header: header.decode("latin-1")
        ),
    ),
    st.tuples(st.just(BODY), other_signatures(BODY)),
    st.tuples(change_bytes(BODY), other_signatures(BODY)),
)


def test_no_changed_webhook_is_accepted():
    genuine = {(BODY, sign(BODY, secret)) for secret in SECRETS}
    tried = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(FORGED)
    def attempt(forged):
        nonlocal tried
        assume(forged not in genuine)
        tried += 1
        body, signature = forged
        assert not ShopifyAdapter.verify_webhook({HEADER: signature}, body, SECRETS)

    attempt()
    assert tried >= EXAMPLES
    for body, signature in genuine:
        assert ShopifyAdapter.verify_webhook({HEADER: signature}, body, SECRETS)
