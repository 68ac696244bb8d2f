#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The image: skopeo and podman take it, it has nothing but the program and its defaults, and is the same when it
# is made again. Then the ways to run it: Bottlerocket's user data, the manifests for Kubernetes.
. "$(dirname "$0")/built.sh"
needs podman skopeo python3 kubectl
CGFIFO=$TOP/build/src/cgfifo
export PODMAN_IGNORE_CGROUPSV1_WARNING=1

archive=$OUT/cgfifo.oci.tar
[[ -e $archive ]] || fail 'no image: ./dev build oci makes it'
smaller 15360 "$archive"
must 'builds' "$TOP/container/build.sh" "$WORK/again" "$TOP/build/portable-root"
must 'is the same when it is built again' cmp "$archive" "$WORK/again/cgfifo.oci.tar"

# skopeo is what INSTALL.md has a registry filled with.
version=$("$CGFIFO" version | grep -om 1 '[0-9]*\.[0-9]*\.[0-9]*')
must 'skopeo inspects it' skopeo inspect --format \
	'{{.Os}} {{.Architecture}} {{index .Labels "org.opencontainers.image.version"}} {{len .Layers}}' "oci-archive:$archive"
[[ $(cat "$WORK/output") == "linux $(dpkg --print-architecture) $version 1" ]] || fail "skopeo finds $(cat "$WORK/output")"
must 'its configuration' skopeo inspect --config --format '{{.Config.User}} {{.Config.Entrypoint}}' "oci-archive:$archive"
[[ $(cat "$WORK/output") == ' [/usr/bin/cgfifo]' ]] || fail "skopeo finds $(cat "$WORK/output")"
must 'skopeo copies it, digest and all' skopeo copy --preserve-digests "oci-archive:$archive" "dir:$WORK/copied"
cp "$archive" "$WORK/damaged.tar"
printf x | dd of="$WORK/damaged.tar" bs=1 seek=1000000 conv=notrunc status=none
must_not 'one byte that is wrong is found' skopeo copy "oci-archive:$WORK/damaged.tar" "dir:$WORK/again-copied"

pod() { podman --root "$WORK/storage" --runroot "$WORK/run" --storage-driver vfs "$@"; }
must 'podman takes it' pod pull --quiet "oci-archive:$archive"
id=$(pod images --quiet | head -n 1)
[[ $(pod image inspect --format '{{.Config.Entrypoint}}' "$id") == '[/usr/bin/cgfifo]' ]] || fail 'another entrypoint'
names_runs "$(pod image mount "$id")"
files=$(cd "$(pod image mount "$id")" && find . -type f -not -path './usr/libexec/cgfifo/*' | sort | tr '\n' ' ')
[[ $files == './usr/bin/cgfifo ./usr/lib/cgfifo/cgfifo.yaml ./usr/share/licenses/cgfifo/LICENSE ' ]] ||
	fail "it has: $files"
ok 'nothing else but the program, its defaults and the licence'
must 'the program runs with nothing around it' chroot "$(pod image mount "$id")" /usr/bin/cgfifo version
for option in $(pod image inspect --format '{{join .Config.Cmd " "}}' "$id" | grep -o -- '--[a-z-]*'); do
	"$CGFIFO" run --help | grep -q -- "$option" || fail "cgfifo run has no option $option"
done
ok 'what it runs as a host container'

check=$TOP/tests/pkg/check-container.py
must "Bottlerocket's user data" python3 "$check" bottlerocket "$TOP/container/bottlerocket.toml" "$CGFIFO"
for variant in kubelet:nodes/pods kubelet-before-1.33:nodes/proxy selinux bottlerocket base; do
	IFS=: read -r variant may <<<"$variant"
	must "kubectl kustomize: $variant" kubectl kustomize "$TOP/container/kubernetes/$variant"
	cp "$WORK/output" "$WORK/$variant.yaml"
	must "the manifests: $variant" python3 "$check" manifests "$WORK/$variant.yaml" "$CGFIFO" ${may:+"$may"}
done
must_not 'more than reading a list of pods is found' python3 "$check" manifests "$WORK/kubelet-before-1.33.yaml" \
	"$CGFIFO" nodes/pods
sed 's/readOnlyRootFilesystem/readOnlyRootFileSystem/' "$WORK/base.yaml" >"$WORK/wrong.yaml"
must_not 'a field that the API does not have is found' python3 "$check" manifests "$WORK/wrong.yaml" "$CGFIFO"
sed '/oldObject/d' "$WORK/base.yaml" >"$WORK/wrong.yaml"
must_not 'a policy for all that pods have from before is found' python3 "$check" manifests "$WORK/wrong.yaml" "$CGFIFO"
