#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The types of a kernel as a header, from its image, inside the private root.
# Usage: vmlinux-h.sh VMLINUZ FILE
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In the image is a zstd stream with the ELF file in it.
python3 - "$1" >"$work/vmlinux.zst" <<'PY'
import sys
image = open(sys.argv[1], "rb").read()
sys.stdout.buffer.write(image[image.index(b"\x28\xb5\x2f\xfd"):])
PY
zstd -dcq "$work/vmlinux.zst" >"$work/vmlinux" 2>/dev/null || true # what follows the stream is no zstd
bpftool btf dump file "$work/vmlinux" format c >"$2"
