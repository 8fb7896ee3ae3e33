"""Ten thousand fuzzed decisions to every receiver of notices: how many payloads its service would not take.

python -m benchmarks.notices [how many]
"""

import os
import sys
from time import perf_counter

from tests.notices.made import messages
from tests.notices.receivers import desk, letter_of, wrong_with
from tests.notices.test_payloads import KEY, WEB, make
from tests.services.mail import mail_server


def main(many: int) -> int:
    """The count of each; how many are wrong in all."""
    os.environ |= {"ROUTING_KEY": KEY, "SHARED": "hush-hush-1"}
    wrong = 0
    for name in WEB:
        began = perf_counter()
        with desk() as (url, state):
            action = make(name, url)
            for message in messages(action, 18, many):
                action.send(message)
            found = [problem for told in state.of(name) for problem in wrong_with(name, told)]
        wrong += len(found) + many - len(state.got)
        print(f"{name}: {len(state.got):,} taken, {len(found)} wrong, {perf_counter() - began:.0f} s", found[:3])
    began = perf_counter()
    with mail_server() as server:
        action = make("mail", server.url)
        for message in messages(action, 18, many):
            action.send(message)
    odd = sum(letter_of(letter.data)["Bcc"] is not None for letter in server.letters)
    wrong += odd + many - len(server.letters)
    print(f"mail: {len(server.letters):,} taken, {odd} with a header of the data's, {perf_counter() - began:.0f} s")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)))
