RUN = @@RUN@@
VERSION = @@VERSION@@
BASE_URL = os.environ.get("OPENAI_BASE_URL") or @@BASE_URL@@
MODEL = os.environ.get("OPENAI_MODEL") or @@MODEL@@
TEMPERATURE = @@TEMPERATURE@@
MAX_TURNS = @@MAX_TURNS@@

# Placeholders in curly brackets are filled in once and literally. CHECK and REWRITE are None for an agent that writes once.
WRITE = @@WRITE@@
CHECK = @@CHECK@@
REWRITE = @@REWRITE@@

SAMPLE_ROWS, SAMPLE_CELL = 3, 100
SHOWN_ROWS, SHOWN_CELL = 20, 200
SHORTENED = 2048
TIME_LIMIT_MS, ROW_LIMIT = @@TIME_LIMIT_MS@@, @@ROW_LIMIT@@


def open_database(path):
    """Opens a SQLite file for reading only."""
    if not os.path.isfile(path):
        sys.exit(f"There is no database at {path}.")
    # A graph may run its nodes on several threads, one after the other.
    connection = sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro", uri=True, check_same_thread=False)
    connection.text_factory = lambda raw: raw.decode("utf-8", "ignore")
    connection.execute("PRAGMA query_only = 1")
    return connection


def table_info(connection):
    """Each table's CREATE statement, then its first rows in a comment."""
    listed = connection.execute(
        "SELECT name, sql, type FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
    ).fetchall()
    return "\n\n".join(_one_table(connection, name, sql or "", kind) for name, sql, kind in listed)


def _one_table(connection, name, sql, kind):
    info = sql.strip()
    quoted = '"' + name.replace('"', '""') + '"'
    try:
        (count,) = connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()
        sample = connection.execute(f"SELECT * FROM {quoted} LIMIT {SAMPLE_ROWS}")
        rows = sample.fetchall()
    except sqlite3.Error:
        # A view may be broken, and the module of a virtual table missing; a plain table must be readable.
        if kind == "table" and not info.upper().startswith("CREATE VIRTUAL"):
            raise
        return info
    lines = [_on_one_line(column[0]) for column in sample.description]
    lines = [f"{len(rows)} of {count} rows of {_on_one_line(name)}:", "\t".join(lines)]
    lines += ["\t".join(_on_one_line(_cut(_shown(value), SAMPLE_CELL)) for value in row) for row in rows]
    return info + "\n/*\n" + "\n".join(lines) + "\n*/"


def _on_one_line(text):
    return re.sub("[\n\r\t]", " ", text).replace("*/", "* /")


def _cut(text, limit):
    return text if len(text) <= limit else f"{text[:limit]} (+{len(text) - limit} characters)"


def _shown(value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"<{min(len(value), SHOWN_CELL)} bytes>"
    if isinstance(value, float):
        if value in (float("inf"), float("-inf")):
            return "Inf" if value > 0 else "-Inf"
        digits, e, exponent = repr(value).partition("e")
        return f"{digits.removesuffix('.0')}e{int(exponent)}" if e else digits
    return _cut(value, SHOWN_CELL) if isinstance(value, str) else str(value)


def _told(value):
    return _shown(value).lower() if isinstance(value, float) else _shown(value)


def execute(connection, query):
    """What running the query says, as the model is told it."""
    word = re.match(r"(?:[\s;]|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$))*(\w+|.)?", query.lstrip("\ufeff"), re.S)[1]
    if word is None:
        return "Error: there is no SQL statement"
    if word.upper() not in ("SELECT", "WITH", "VALUES", "EXPLAIN", "PRAGMA"):
        return f"Error: only statements that read are allowed; this one starts with {word.upper()[:40]}"
    deadline = time.monotonic() + TIME_LIMIT_MS / 1000
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 2000)
    try:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description or ()]
        rows, total = [], 0
        for row in cursor:
            total += 1
            if total > ROW_LIMIT:
                return f"Error: the query returned more than {ROW_LIMIT} rows"
            if total <= SHOWN_ROWS:
                rows.append(row)
    except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
        text = str(error)
        if text == "interrupted":
            text = f"the query was stopped after {TIME_LIMIT_MS} ms"
        elif "one statement at a time" in text:
            text = "only one statement can be run at a time"
        return f"Error: {text}"
    finally:
        connection.set_progress_handler(None, 0)
    if not rows:
        return "No rows."
    lines = [" | ".join(names)] + [" | ".join(map(_told, row)) for row in rows]
    if total > len(rows):
        lines.append(f"({total - len(rows)} more rows)")
    return "\n".join(lines)


def fill(template, **values):
    """Puts values in the place of {names}, once: braces in a value are never looked at again."""
    return re.sub(r"\{([A-Za-z_][A-Za-z0-9_]*)\}", lambda found: values.get(found[1], found[0]), template)


def write_messages(schema, question, template=None):
    """The messages that ask for a query."""
    system = fill(template or WRITE, dialect="SQLite", table_info=schema)
    return [{"role": "system", "content": system}, {"role": "user", "content": f"Question: {question}"}]


def review_messages(template, schema, question, query, execution, feedback=""):
    """The message that asks for a check, or with feedback for another query."""
    text = fill(
        template,
        dialect="SQLite",
        table_info=_shortened(schema),
        input=question,
        query=query,
        execution=_shortened(execution),
        feedback=feedback,
    )
    return [{"role": "user", "content": text}]


def _shortened(text):
    return text if len(text) <= SHORTENED else text[:SHORTENED] + "... (truncated)"


def with_hint(question, hint):
    return f"{question}\nHint: {hint}" if hint.strip() else question


def says_correct(check):
    """Whether the last of the two verdicts in a check is the good one."""
    return check.rfind("THE QUERY IS CORRECT.") > check.rfind("THE QUERY IS INCORRECT.")


def extract_sql(answer):
    """The text of the last fenced block, else the whole answer."""
    fenced = last_fenced(answer)
    return answer.strip() if fenced is None else fenced


def last_fenced(answer):
    """The text of the last fenced block; None where nothing is fenced. Models fence carelessly: see the tests of Promptbeam."""
    last, at = None, 0
    while (fence := _next_fence(answer, at)) is not None:
        end, at = _closing_fence(answer, fence)
        content = _without_info(answer[fence[1] : end]).strip()
        if content or last is None:
            last = content
    return last


def _next_fence(text, at):
    for found in re.compile(r"`{3,}|~{3,}").finditer(text, at):
        # Tildes count only at the start of a line: ~ is an operator of SQL.
        if found[0][0] == "`" or _starts_line(text, found.start()):
            return found.span()
    return None


def _closing_fence(text, fence):
    at = fence[1]
    while (other := _next_fence(text, at)) is not None:
        start, end = other
        if text[start] == text[fence[0]] and end - start >= fence[1] - fence[0]:
            rest = text[end:].split("\n", 1)[0].split()
            opens_another = _starts_line(text, start) and len(rest) == 1
            return start, start if opens_another else end
        at = end
    return len(text), len(text)


def _starts_line(text, at):
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


def _without_info(block):
    if "\n" in block:
        line, after = block.split("\n", 1)
    else:
        space = re.search(r"\s", block)
        line, after = (block[: space.start()], block[space.end() :]) if space else ("", block)
    first = (line.split() or [""])[0].upper()
    return block if first in ("SELECT", "WITH", "VALUES", "EXPLAIN") else after


def solve(ask, database, question, hint="", template=None):
    """Writes the query for a question. `ask` sends messages to the model and returns its answer's text."""
    connection = open_database(database)
    try:
        schema, asked = table_info(connection), with_hint(question, hint)
        query = extract_sql(ask(write_messages(schema, asked, template)))
        for turn in range(1, MAX_TURNS + 1):
            if CHECK is None:
                break
            execution = execute(connection, query)
            feedback = ask(review_messages(CHECK, schema, asked, query, execution))
            if says_correct(feedback) or turn == MAX_TURNS:
                break
            rewritten = last_fenced(ask(review_messages(REWRITE, schema, asked, query, execution, feedback)))
            query = query if rewritten is None else rewritten
        return query
    finally:
        connection.close()


def api_key():
    """The key from the environment."""
    key = os.environ.get("OPENAI_API_KEY")
    if not key:
        sys.exit("Set OPENAI_API_KEY to the key of your endpoint (any text for a server that wants none).")
    if not MODEL:
        sys.exit("Set OPENAI_MODEL to the name of a model: this run used a simulated one.")
    return key


def arguments():
    """Database, question and hint from the command line."""
    parser = argparse.ArgumentParser(description=f"Writes SQL with prompt {VERSION} of “{RUN}”.")
    parser.add_argument("database", help="a SQLite file; it is only read")
    parser.add_argument("question")
    parser.add_argument("--hint", default="", help="what the question leaves unsaid")
    return parser.parse_args()
