"""The text-to-SQL agent of a Promptbeam run with the prompt that it came to, as a rollout of Agent Lightning v0.3.0.

    pip install agentlightning==0.3.0 openai
    export OPENAI_API_KEY=...
    python THIS_FILE DATABASE.sqlite "QUESTION" [--hint HINT]

prints the query. OPENAI_BASE_URL and OPENAI_MODEL stand in for the endpoint and the model below. For a trainer, with the rows of
the run's tasks.jsonl, each with its SQLite file under "database":

    trainer = agl.Trainer(algorithm=..., initial_resources=initial_resources())
    trainer.fit(sql_agent, train_dataset=train, val_dataset=validation)
"""

import argparse
import os
import re
import sqlite3
import sys
import time
from collections import Counter
from urllib.parse import quote

import agentlightning as agl
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


def initial_resources():
    """The write prompt, under the name that `sql_agent` asks for. Its text is filled in by `fill`, never by str.format."""
    return {"prompt_template": agl.PromptTemplate(template=WRITE, engine="f-string")}


@agl.rollout
def sql_agent(task: dict, prompt_template: agl.PromptTemplate) -> float:
    """Answers one task and returns 1.0 if the result is that of the gold query, else 0.0. Rows are compared in any order; Promptbeam
    compares as Spider's evaluator does, so scores may differ on queries with ORDER BY or with columns in another order."""
    query = solve(ask, task["database"], task["question"], task.get("hint", ""), prompt_template.template)
    return 1.0 if same_result(task["database"], query, task["query"]) else 0.0


def same_result(database, query, gold):
    """Whether two queries give the same rows, in any order."""
    connection = open_database(database)
    deadline = time.monotonic() + 2 * TIME_LIMIT_MS / 1000
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 2000)
    try:
        return Counter(connection.execute(query)) == Counter(connection.execute(gold))
    except (sqlite3.Error, sqlite3.Warning):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    given = arguments()
    print(solve(ask, given.database, given.question, given.hint))
