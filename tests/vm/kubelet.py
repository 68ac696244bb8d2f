#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Answers GET /pods as a kubelet does: over TLS, to those who show the right token.

Usage: kubelet.py PORT CERTIFICATE KEY TOKEN PODS
The files are read for each request, so they may change.
"""
import http.server
import pathlib
import ssl
import sys

PORT, CERTIFICATE, KEY, TOKEN, PODS = sys.argv[1:]


class Kubelet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        shown = self.headers.get("Authorization")
        if self.path not in ("/pods", "/pods/"):
            self.answer(404, "text/plain", b"404 page not found\n")
        elif not shown:
            self.answer(401, "text/plain", b"Unauthorized")
        elif shown != "Bearer " + pathlib.Path(TOKEN).read_text().strip():
            self.answer(403, "text/plain", b"Forbidden (user=x, verb=get, resource=nodes, subresource(s)=[pods proxy])")
        else:
            self.answer(200, "application/json", pathlib.Path(PODS).read_bytes())

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(PORT)), Kubelet)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
