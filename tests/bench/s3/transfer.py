"""Sends and fetches files with the S3 class, and prints how many seconds each took.

transfer.py URL FOLDER COUNT TARGET
"""

import sys
import time

from metaflow import S3

url, folder, count, target = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
names = [str(i) for i in range(count)]
with S3(s3root=url, tmproot=target) as s3:
    began = time.monotonic()
    if count == 1:
        with open(folder + "/0", "rb") as f:
            s3.put("0", f)
    else:
        s3.put_files([(name, folder + "/" + name) for name in names])
    sent = time.monotonic()
    found = [s3.get("0")] if count == 1 else s3.get_many(names)
    print(sent - began, time.monotonic() - sent)
    assert sum(o.size for o in found) > 0 and len(found) == count
