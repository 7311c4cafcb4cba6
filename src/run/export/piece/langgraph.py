"""The text-to-SQL agent of a Promptbeam run with the prompt that it came to, as a LangGraph graph over LangChain's ChatOpenAI.

    pip install langgraph langchain-openai
    export OPENAI_API_KEY=...
    python THIS_FILE DATABASE.sqlite "QUESTION" [--hint HINT]

prints the query. OPENAI_BASE_URL and OPENAI_MODEL stand in for the endpoint and the model below. As a module:

    graph = build_graph(chat_model(), "shop.sqlite")
    sql = graph.invoke({"question": "How many orders are open?"})["query"]
"""

import argparse
import os
import re
import sqlite3
import sys
import time
from typing import TypedDict
from urllib.parse import quote

from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, StateGraph

@@AGENT@@


class State(TypedDict, total=False):
    question: str
    query: str
    execution: str
    feedback: str
    turns: int


def chat_model():
    """The model that the run used, or the one that the environment names."""
    settings = {} if TEMPERATURE is None else {"temperature": TEMPERATURE}
    return ChatOpenAI(model=MODEL, base_url=BASE_URL, api_key=api_key(), **settings)


def build_graph(model, database):
    """write -> execute -> check -> END, or -> rewrite -> execute ...; an agent that writes once ends after write."""
    connection = open_database(database)
    schema = table_info(connection)

    def ask(messages):
        content = model.invoke(messages).content
        return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)

    def write(state: State):
        return {"query": extract_sql(ask(write_messages(schema, state["question"]))), "turns": 1}

    def run(state: State):
        return {"execution": execute(connection, state["query"])}

    def check(state: State):
        return {"feedback": ask(review_messages(CHECK, schema, state["question"], state["query"], state["execution"]))}

    def rewrite(state: State):
        parts = state["question"], state["query"], state["execution"], state["feedback"]
        rewritten = last_fenced(ask(review_messages(REWRITE, schema, *parts)))
        return {"query": state["query"] if rewritten is None else rewritten, "turns": state["turns"] + 1}

    def after_check(state: State):
        return END if says_correct(state["feedback"]) or state["turns"] >= MAX_TURNS else "rewrite"

    graph = StateGraph(State)
    graph.add_node("write", write)
    graph.add_edge(START, "write")
    if CHECK is None:
        graph.add_edge("write", END)
        return graph.compile()
    graph.add_node("execute", run)
    graph.add_node("check", check)
    graph.add_node("rewrite", rewrite)
    graph.add_edge("write", "execute")
    graph.add_edge("execute", "check")
    graph.add_conditional_edges("check", after_check, ["rewrite", END])
    graph.add_edge("rewrite", "execute")
    return graph.compile()


if __name__ == "__main__":
    given = arguments()
    graph = build_graph(chat_model(), given.database)
    print(graph.invoke({"question": with_hint(given.question, given.hint)}, {"recursion_limit": 100})["query"])
