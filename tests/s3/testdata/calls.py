"""Makes a table of calls of the S3 class and prints what comes of each, as JSON: run under both programs, the same must come.

calls.py URL    where URL is an empty prefix
"""

import io
import json
import os
import sys
import tempfile

from metaflow import S3
from metaflow.plugins.datatools.s3 import S3GetObject, S3PutObject

root = sys.argv[1]
work = tempfile.mkdtemp()
os.chdir(work)


def path(name, content):
    target = os.path.join(work, name)
    with open(target, "wb") as f:
        f.write(content)
    return target


def shown(value):
    """A value as JSON has it, without what differs from run to run."""
    if isinstance(value, (list, tuple)) and not hasattr(value, "_asdict"):
        return [shown(v) for v in value]
    if not hasattr(value, "exists"):
        return value
    info = value.range_info
    return {
        "url": value.url,
        "key": value.key,
        "prefix": value.prefix,
        "exists": value.exists,
        "downloaded": value.downloaded,
        "size": value.size,
        "blob": value.blob.decode("latin-1")[:100] if value.downloaded else None,
        "text": value.text[:100] if value.downloaded else None,
        "has_info": value.has_info,
        "content_type": value.content_type,
        "metadata": value.metadata,
        "encryption": value.encryption,
        "range": list(info) if info else None,
        "modified": value.last_modified is not None,
        "str": str(value),
    }


rows = []


def row(name, f):
    try:
        result = shown(f())
    except Exception as e:
        result = "raises " + type(e).__name__
    rows.append([name, result])


def below(f):
    def g():
        with S3(s3root=root) as s3:
            return shown(f(s3))

    return g


def full(f):
    def g():
        with S3() as s3:
            return shown(f(s3))

    return g


big = bytes(range(256)) * 70_000  # more than two parts

row("put text", below(lambda s3: s3.put("a/0.txt", "hällo")))
row("put bytes", below(lambda s3: s3.put("a/b/1.txt", b"12345")))
row("put empty", below(lambda s3: s3.put("a/b/empty", b"")))
row("put stream", below(lambda s3: s3.put("a/c/2.txt", io.BytesIO(b"stream"))))
row("put file object", below(lambda s3: s3.put("a/c/f", open(path("f", b"file"), "rb"))))
row("put big", below(lambda s3: s3.put("big", big)))
row("put with info", below(lambda s3: s3.put("info", "x", content_type="text/x", metadata={"user": "ann", "n": 1})))
row("put slash", below(lambda s3: s3.put("/slashed", "x")))
row("put odd name", below(lambda s3: s3.put("odd #1 ü+%20.txt", "odd")))
row("put over", below(lambda s3: s3.put("a/0.txt", "second", overwrite=False)))
row("put over: stays", below(lambda s3: s3.get("a/0.txt")))
row("put number", below(lambda s3: s3.put("n", 3)))
row("put none", below(lambda s3: s3.put("n", None)))
row("put url below root", below(lambda s3: s3.put(root + "/x", "x")))
row("put full", full(lambda s3: s3.put(root + "/full", "x")))
row("put no url", full(lambda s3: s3.put("full", "x")))
row("put no bucket", full(lambda s3: s3.put("s3://no-such-bucket/x", "x")))
row("put_many", below(lambda s3: s3.put_many([("m/1", "one"), ("m/2", b"two")])))
row("put_many objects", below(lambda s3: s3.put_many([S3PutObject("m/3", value="three", content_type="text/y", metadata={"k": "v"})])))
row("put_many over", below(lambda s3: s3.put_many([("m/1", "other"), ("m/4", "four")], overwrite=False)))
row("put_many nothing", below(lambda s3: s3.put_many([])))
row("put_many wrong", below(lambda s3: s3.put_many([("m/5", 5)])))
row("put_files", below(lambda s3: s3.put_files([("p/1", path("p1", b"file 1")), ("p/2", path("p2", b"file 2"))])))
row("put_files objects", below(lambda s3: s3.put_files([S3PutObject("p/3", path=path("p3", b"3"), metadata={"z": 1})])))
row("put_files missing", below(lambda s3: s3.put_files([("p/4", "/no/such/file")])))
row("put_files over", below(lambda s3: s3.put_files([("p/1", path("q", b"no"))], overwrite=False)))

for key in ["a/0.txt", "a/b/empty", "big", "info", "slashed", "/slashed", "odd #1 ü+%20.txt", "m/1", "m/3", "p/3", "missing"]:
    row("get " + key, below(lambda s3, key=key: s3.get(key)))
    row("info " + key, below(lambda s3, key=key: s3.info(key)))
row("get missing", below(lambda s3: s3.get("missing", return_missing=True)))
row("get without info", below(lambda s3: s3.get("info", return_info=False)))
row("get full", full(lambda s3: s3.get(root + "/info")))
row("get full missing", full(lambda s3: s3.get(root + "/no", return_missing=True)))
row("get no bucket", full(lambda s3: s3.get("s3://no-such-bucket/x")))
row("get nothing", full(lambda s3: s3.get()))
row("get other scheme", full(lambda s3: s3.get("http://x/y")))
for name, part in {
    "first": S3GetObject("a/b/1.txt", 0, 2),
    "middle": S3GetObject("a/b/1.txt", 1, 3),
    "rest": S3GetObject("a/b/1.txt", 2, None),
    "over": S3GetObject("a/b/1.txt", 3, 100),
    "last": S3GetObject("a/b/1.txt", None, -2),
    "none": S3GetObject("a/b/1.txt", None, None),
    "beyond": S3GetObject("a/b/1.txt", 10, 5),
    "big": S3GetObject("big", 256, 17_000_000),
}.items():
    row("range " + name, below(lambda s3, part=part: s3.get(part)))
    row("range many " + name, below(lambda s3, part=part: s3.get_many([part])))
row("get_many", below(lambda s3: s3.get_many(["m/2", "a/0.txt", "m/2", "info"])))
row("get_many without info", below(lambda s3: s3.get_many(["m/2", "info"], return_info=False)))
row("get_many missing", below(lambda s3: s3.get_many(["m/2", "missing"])))
row("get_many missing returned", below(lambda s3: s3.get_many(["missing", "m/2", "missing2"], return_missing=True)))
row("get_many missing without info", below(lambda s3: s3.get_many(["missing", "m/2"], return_missing=True, return_info=False)))
row("get_many nothing", below(lambda s3: s3.get_many([])))
row("get_many full", full(lambda s3: s3.get_many([root + "/m/1", root + "/info"])))
row("get_many no bucket", full(lambda s3: s3.get_many(["s3://no-such-bucket/x"])))
row("info_many", below(lambda s3: s3.info_many(["m/2", "info", "big"])))
row("info_many missing", below(lambda s3: s3.info_many(["m/2", "missing"])))
row("info_many missing returned", below(lambda s3: s3.info_many(["m/2", "missing"], return_missing=True)))
row("info missing returned", below(lambda s3: s3.info("missing", return_missing=True)))
row("info full", full(lambda s3: s3.info(root + "/info")))
for keys in [["a"], ["a/"], ["a", "m"], ["missing"], ["a/0.txt"], None]:
    row("list_paths %s" % keys, below(lambda s3, keys=keys: s3.list_paths(keys)))
    row("list_recursive %s" % keys, below(lambda s3, keys=keys: s3.list_recursive(keys)))
row("list_paths full", full(lambda s3: s3.list_paths([root + "/a"])))
row("list_recursive full", full(lambda s3: s3.list_recursive([root + "/a/"])))
row("list_paths no bucket", full(lambda s3: s3.list_paths(["s3://no-such-bucket/x"])))
row("list_paths nothing", full(lambda s3: s3.list_paths()))
row("get_recursive", below(lambda s3: s3.get_recursive(["a/b", "m"])))
row("get_recursive part of a name", below(lambda s3: s3.get_recursive(["in"])))
row("get_recursive with info", below(lambda s3: s3.get_recursive(["a/b/", "info"], return_info=True)))
row("get_recursive missing", below(lambda s3: s3.get_recursive(["missing"])))
row("get_recursive full", full(lambda s3: s3.get_recursive([root + "/m"])))
row("get_all", below(lambda s3: s3.get_all()))
row("get_all with info", below(lambda s3: s3.get_all(return_info=True)))
row("get_all full", full(lambda s3: s3.get_all()))
row("s3root wrong", lambda: S3(s3root="/tmp"))


def closed():
    s3 = S3(s3root=root)
    got = s3.get("info").path
    inside = os.path.exists(got)
    s3.close()
    return [inside, os.path.exists(got), os.listdir(".") == []]


row("closed", closed)

with open("/dev/stdout", "w") as out:
    json.dump(rows, out, indent=1, sort_keys=True)
