//! Statements that nobody should send to a judge: those that would change something, and those that would never end or eat
//! all memory. Any database will do for the latter.

/// Each must be refused or do nothing. `farm` is a table.
pub const WRITING: [&str; 13] = [
    "DELETE FROM farm",
    "DROP TABLE farm",
    "CREATE TABLE mine (a)",
    "INSERT INTO farm DEFAULT VALUES RETURNING 1",
    "WITH c AS (SELECT 1) UPDATE farm SET rowid = 1",
    "ALTER TABLE farm RENAME TO mine",
    "VACUUM",
    "ATTACH 'mine.sqlite' AS mine",
    "PRAGMA user_version = 7",
    "EXPLAIN PRAGMA query_only = 0",
    "SELECT 1; DELETE FROM farm",
    "SELECT 1 /* ; */ -- ;\n; DROP TABLE farm",
    "/* SELECT */ -- SELECT\n REPLACE INTO farm SELECT * FROM farm",
];

/// What is asked, and how.
pub const ENDLESS_OR_LARGE: [(&str, &str); 9] = [
    (
        "a recursion without end",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    ),
    (
        "ten tables joined without a condition",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) \
         SELECT count(*) FROM n a, n b, n c, n d, n e, n f, n g, n h, n i, n j",
    ),
    ("rows without end", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"),
    ("a blob of 1 GB", "SELECT zeroblob(1000000000)"),
    ("a random blob of 1 GB", "SELECT length(hex(randomblob(1000000000)))"),
    ("a text of 2 GB", "SELECT replace(hex(zeroblob(1000000)), '0', printf('%.1000c', 'x'))"),
    (
        "millions of texts in one",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT group_concat(printf('%.1000c', 'x')) FROM n",
    ),
    (
        "a text doubled without end",
        "WITH RECURSIVE n(t) AS (SELECT 'x' UNION ALL SELECT t || t FROM n) SELECT max(length(t)) FROM n",
    ),
    (
        "an endless result to be sorted",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
         SELECT i, printf('%.1000c', 'x') FROM n ORDER BY random()",
    ),
];
