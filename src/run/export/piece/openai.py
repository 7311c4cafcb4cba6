"""The text-to-SQL agent of a Promptbeam run with the prompt that it came to, for the OpenAI SDK.

    pip install openai
    export OPENAI_API_KEY=...
    python THIS_FILE DATABASE.sqlite "QUESTION" [--hint HINT]

prints the query. OPENAI_BASE_URL and OPENAI_MODEL stand in for the endpoint and the model below. As a module:

    sql = solve(ask, "shop.sqlite", "How many orders are open?")
"""

import argparse
import os
import re
import sqlite3
import sys
import time
from urllib.parse import quote

from openai import OpenAI

@@AGENT@@

_client = None


def ask(messages):
    """Sends messages to the model and returns its answer."""
    global _client
    _client = _client or OpenAI(base_url=BASE_URL, api_key=api_key())
    settings = {} if TEMPERATURE is None else {"temperature": TEMPERATURE}
    answer = _client.chat.completions.create(model=MODEL, messages=messages, **settings)
    return answer.choices[0].message.content or ""


if __name__ == "__main__":
    given = arguments()
    print(solve(ask, given.database, given.question, given.hint))
