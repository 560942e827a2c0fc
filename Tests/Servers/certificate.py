"""A self-signed certificate for localhost and 127.0.0.1, made once a folder by the openssl command."""

import os
import subprocess


def certificate(folder):
    """The files of certificate and key."""
    files = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
    if not os.path.exists(files[0]):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-out", files[0], "-keyout", files[1]],
            check=True, capture_output=True)
    return files
