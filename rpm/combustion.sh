#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# combustion: network
#
# openSUSE MicroOS, first boot: installs the RPM, writes the rules and enables the service, before the
# system is up, so that no reboot is needed. It is a Combustion script: "combustion/script" on a disk
# labelled "combustion".
#
# Fill in the address, the checksum (sha256sum) and the rules. When this fails, so does the first boot,
# and Combustion says so on the console: nothing half-done is kept.
set -euo pipefail

URL=https://example.com/cgfifo-0.1.0-1.x86_64.rpm
SHA256=0000000000000000000000000000000000000000000000000000000000000000

rpm=$(mktemp --suffix=.rpm)
curl --fail --silent --show-error --location --proto '=https' --retry 5 --retry-all-errors \
	--output "$rpm" "$URL"
echo "$SHA256  $rpm" | sha256sum --check --strict
# The checksum is the signature here.
zypper --non-interactive install --allow-unsigned-rpm --no-recommends "$rpm"
rm "$rpm"

mkdir -p /etc/cgfifo
cat >/etc/cgfifo/cgfifo.yaml <<'YAML'
version: 1
classes:
  interactive: {weight: 400, slice: 1ms}
  batch: {weight: 20, slice: 20ms}
rules:
  - match: {unit: web.service}
    class: interactive
  - match: {cgroup: /machine.slice/*}
    class: batch
YAML
cgfifo check --quiet
systemctl enable cgfifo.service cgfifo-health.service
