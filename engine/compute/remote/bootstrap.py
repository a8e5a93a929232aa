# Becomes the helper of a remote task. Sent as a command line, so it is short; needs nothing but Python 3 and its library.
import sys, os, time
T = time.time()
def die(text):
    sys.stderr.write("spindle: %s\n" % text); sys.stderr.flush(); os._exit(71)
if sys.version_info < (3, 9):
    die("this image has Python %d.%d (%s), and a task needs 3.9 or later" % (sys.version_info[:2] + (sys.executable,)))
import hashlib, hmac, json, random, re, zlib
from urllib import request, parse, error
E = os.environ.get
job, endpoint, region = sys.argv[1:4]
region = region or E("AWS_REGION") or E("AWS_DEFAULT_REGION") or "us-east-1"
class Wrong(Exception): pass
class Later(Exception): pass
class Damaged(Exception): pass
direct = request.build_opener(request.ProxyHandler({}))
def ask(url, headers={}, method="GET", opener=direct, wait=5):
    with opener.open(request.Request(url, headers=headers, method=method), timeout=wait) as r:
        return r.read()
def web_identity():
    with open(E("AWS_WEB_IDENTITY_TOKEN_FILE")) as f:
        q = parse.urlencode({"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": E("AWS_ROLE_ARN"), "RoleSessionName": E("AWS_ROLE_SESSION_NAME") or "spindle", "WebIdentityToken": f.read().strip()})
    text = ask((E("AWS_ENDPOINT_URL_STS") or "https://sts.%s.amazonaws.com" % region) + "/?" + q, opener=request.build_opener(), wait=20).decode()
    return [re.search("<%s>([^<]*)<" % n, text).group(1) for n in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
def container(url):
    token = E("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    if E("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        with open(E("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) as f: token = f.read().strip()
    return role(ask(url, {"Authorization": token} if token else {}))
def role(text):
    d = json.loads(text.decode())
    return d["AccessKeyId"], d["SecretAccessKey"], d.get("Token", "")
def machine():
    base = (E("AWS_EC2_METADATA_SERVICE_ENDPOINT") or "http://169.254.169.254").rstrip("/") + "/latest/"
    h = {"X-aws-ec2-metadata-token": ask(base + "api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "300"}, "PUT", wait=2).decode()}
    base += "meta-data/iam/security-credentials/"
    return role(ask(base + ask(base, h).decode().split()[0], h))
def login():
    if E("AWS_ACCESS_KEY_ID") and E("AWS_SECRET_ACCESS_KEY"):
        return E("AWS_ACCESS_KEY_ID"), E("AWS_SECRET_ACCESS_KEY"), E("AWS_SESSION_TOKEN", "")
    try:
        if E("AWS_WEB_IDENTITY_TOKEN_FILE"): return web_identity()
        if E("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"): return container("http://169.254.170.2" + E("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
        if E("AWS_CONTAINER_CREDENTIALS_FULL_URI"): return container(E("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
        if E("AWS_EC2_METADATA_DISABLED", "").lower() != "true": return machine()
    except Exception as e:
        raise Later("no credentials: %s; does the job have a role?" % e)
    raise Wrong("no credentials: neither variables nor a role of the container")
def signed(place):
    bucket, key = place[5:].split("/", 1)
    cn = ".cn" if region.startswith("cn-") else ""
    if endpoint: base = endpoint.rstrip("/") + "/" + bucket
    elif "." in bucket: base = "https://s3.%s.amazonaws.com%s/%s" % (region, cn, bucket)
    else: base = "https://%s.s3.%s.amazonaws.com%s" % (bucket, region, cn)
    url = base + "/" + parse.quote(key, safe="/~")
    at = parse.urlsplit(url)
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    access, secret, session = login()
    h = {"host": at.netloc, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": now}
    if session: h["x-amz-security-token"] = session
    names = ";".join(sorted(h))
    text = "\n".join(["GET", at.path, ""] + ["%s:%s" % (n, h[n]) for n in sorted(h)] + ["", names, "UNSIGNED-PAYLOAD"])
    scope = "%s/%s/s3/aws4_request" % (now[:8], region)
    k = ("AWS4" + secret).encode()
    for part in scope.split("/"): k = hmac.new(k, part.encode(), hashlib.sha256).digest()
    s = hmac.new(k, ("AWS4-HMAC-SHA256\n%s\n%s\n%s" % (now, scope, hashlib.sha256(text.encode()).hexdigest())).encode(), hashlib.sha256).hexdigest()
    h["Authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s,SignedHeaders=%s,Signature=%s" % (access, scope, names, s)
    return url, h
def once(place, sha):
    global region
    url, h = signed(place)
    try:
        data = ask(url, h, opener=request.build_opener(), wait=30)
    except error.HTTPError as e:
        code = re.search(b"<Code>([^<]+)<", e.read() or b"")
        code = code.group(1).decode() if code else "HTTP status %d" % e.code
        there = e.headers.get("x-amz-bucket-region")
        if there and there != region:
            region = there
            raise Later("the bucket is in region %s" % there)
        if e.code >= 500 or e.code in (408, 429) or code in ("SlowDown", "RequestTimeout") or code.startswith("Expired") and not E("AWS_ACCESS_KEY_ID"): raise Later(code)
        raise Wrong({"AccessDenied": "access denied: the job's role needs s3:GetObject there", "NoSuchKey": "there is no such object", "ExpiredToken": "the credentials have expired", "SignatureDoesNotMatch": "the secret key is wrong", "InvalidAccessKeyId": "the access key is unknown"}.get(code, "refused: " + code))
    got = hashlib.sha256(data).hexdigest()
    if got != sha: raise Damaged("its SHA-256 is %s and should be %s" % (got, sha))
    return zlib.decompress(data, 31)
def fetch(place, sha):
    for n in range(9):
        try: return once(place, sha)
        except Wrong as e: die("cannot fetch the helper %s: %s" % (place, e))
        except Exception as e: why, last = getattr(e, "reason", None) or e, 2 if isinstance(e, Damaged) else 8
        if n >= last: break
        time.sleep(random.random() * min(5, .1 * 2 ** n))
    die("cannot fetch the helper %s: %s (given up after %d tries)" % (place, why, n + 1))
arch = os.uname()[4].lower()
arch = {"x86_64": "amd64", "aarch64": "arm64"}.get(arch, arch)
rest = sys.argv[4:]
have = {rest[i]: rest[i + 1:i + 3] for i in range(0, len(rest), 3)}
if arch not in have: die("there is no helper for this machine (%s), only for %s" % (arch, ", ".join(sorted(have))))
data = fetch(*have[arch])
os.environ["SPINDLE_PYTHON"] = sys.executable or "python3"
os.environ["SPINDLE_PYTHON_VERSION"] = "%d.%d.%d" % sys.version_info[:3]
os.environ["SPINDLE_BOOT"] = "%.6f %.6f" % (T, time.time())
if endpoint: os.environ["METAFLOW_S3_ENDPOINT_URL"] = endpoint
os.environ.setdefault("AWS_REGION", region)
why = []
for d in (E("TMPDIR"), ".", "/tmp", "/var/tmp", "/dev/shm"):
    if not d: continue
    try:
        d = os.path.join(os.path.abspath(d), ".spindle-%d-%x" % (os.getpid(), int(time.time() * 1e6)))
        os.mkdir(d, 0o700)
        p = os.path.join(d, "spindle-task")
        with open(p, "wb") as f: f.write(data)
        os.chmod(p, 0o700)
        os.execv(p, [p, job])
    except OSError as e: why.append(str(e))
die("no folder for the helper: " + "; ".join(why))
