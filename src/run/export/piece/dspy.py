"""The text-to-SQL agent of a Promptbeam run with the prompt that it came to, as a DSPy module.

    pip install dspy
    export OPENAI_API_KEY=...
    python THIS_FILE DATABASE.sqlite "QUESTION" [--hint HINT]

prints the query. OPENAI_BASE_URL and OPENAI_MODEL stand in for the endpoint and the model below. The messages go to the model as
the run sent them, past DSPy's adapters, which would wrap them in words that the prompt was not optimized with. As a module:

    sql = TextToSql("shop.sqlite", language_model())(question="How many orders are open?").sql
"""

import argparse
import os
import re
import sqlite3
import sys
import time
from urllib.parse import quote

import dspy

@@AGENT@@


def language_model():
    """The model that the run used, or the one that the environment names."""
    settings = {} if TEMPERATURE is None else {"temperature": TEMPERATURE}
    return dspy.LM(f"openai/{MODEL}", api_base=BASE_URL, api_key=api_key(), cache=False, **settings)


class TextToSql(dspy.Module):
    """question, hint -> sql, on one database."""

    def __init__(self, database, lm):
        super().__init__()
        self.database = database
        self.lm = lm

    def forward(self, question, hint=""):
        return dspy.Prediction(sql=solve(self._ask, self.database, question, hint))

    def _ask(self, messages):
        answer = self.lm(messages=messages)[0]
        return answer if isinstance(answer, str) else answer.get("text") or ""


if __name__ == "__main__":
    given = arguments()
    print(TextToSql(given.database, language_model())(question=given.question, hint=given.hint).sql)
