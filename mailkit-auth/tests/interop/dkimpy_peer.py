"""Signs and verifies with dkimpy, for the test `interop`.

verify KEYS FILE...                       KEYS holds `name record` lines; prints `pass` or `fail REASON`, a line a file
sign PEM SELECTOR HEADER BODY FILE...     for acme.test; prints the signature of each file as a JSON string, a line a file
"""
import base64
import json
import sys

import dkim


def verify(keys, *files):
    with open(keys, encoding="ascii") as lines:
        records = dict(line.strip().split(" ", 1) for line in lines)

    def lookup(name, timeout=5):
        return records.get(name.decode("ascii").rstrip("."), "").encode("ascii")

    for file in files:
        with open(file, "rb") as message:
            try:
                print("pass" if dkim.verify(message.read(), dnsfunc=lookup) else "fail")
            except dkim.DKIMException as error:
                print("fail", error)


def sign(pem, selector, header, body, *files):
    with open(pem, "rb") as file:
        key, algorithm = file.read(), b"rsa-sha256"
    der = base64.b64decode(b"".join(key.split(b"\n")[1:-2]) + b"==")
    if len(der) < 100:
        # PKCS #8 of Ed25519 (RFC 8410): the seed is the last octet string of the private key.
        key, algorithm = base64.b64encode(der[16:48]), b"ed25519-sha256"
    for file in files:
        with open(file, "rb") as message:
            field = dkim.sign(
                message.read(), selector.encode(), b"acme.test", key,
                canonicalize=(header.encode(), body.encode()), signature_algorithm=algorithm)
        print(json.dumps(field.decode("ascii")))


{"verify": verify, "sign": sign}[sys.argv[1]](*sys.argv[2:])
