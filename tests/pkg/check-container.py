#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Are the ways to run the image good: Bottlerocket's user data, and the manifests of kustomize?

bottlerocket TOML CGFIFO   the rules of Bottlerocket's model for host containers; the rules in it
manifests YAML CGFIFO [RESOURCE]
                           what "kubectl kustomize" printed: each field is one of the API's (by the models
                           of the official client), and the parts agree with each other; nobody may do more
                           than get RESOURCE
"""

import base64
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import yaml

# bottlerocket-settings-sdk: the name is an identifier; these three a container does not start without.
NAME = re.compile(r"[A-Za-z0-9-]{1,76}")
KEYS = {"source", "enabled", "superpowered", "user-data", "command"}
NEEDED = {"source", "enabled", "superpowered"}
USER_DATA_MAX = 16384


def rules_are_bad(cgfifo, *texts):
    """Texts of files that are read together, in this order."""
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder, f"{number}.yaml") for number in range(len(texts))]
        for file, text in zip(files, texts):
            file.write_bytes(text)
        return subprocess.run([cgfifo, "check", "--quiet", *files], check=False).returncode != 0


def bottlerocket(path, cgfifo):
    with open(path, "rb") as f:
        raw = f.read()
    if len(raw) > USER_DATA_MAX:
        yield "more than EC2 takes as user data"
    for name, container in tomllib.loads(raw.decode())["settings"]["host-containers"].items():
        keys = set(container)
        if not NAME.fullmatch(name):
            yield f"{name}: not a name"
        if keys - KEYS or NEEDED - keys:
            yield f"{name}: unknown {sorted(keys - KEYS)}, missing {sorted(NEEDED - keys)}"
        if (container.get("enabled"), container.get("superpowered")) != (True, True):
            yield f"{name}: not enabled, or without the powers to load a scheduler"
        if rules_are_bad(cgfifo, base64.b64decode(container["user-data"], validate=True)):
            yield f"{name}: the rules in user-data are not good"


def unknown_fields(where, value, kind, models):
    """The fields of value that the API's type kind does not have, by path."""
    listed = re.fullmatch(r"list\[(.*)\]|dict\(str, (.*)\)", kind)
    if listed:
        items = enumerate(value) if listed[1] else value.items()
        for key, item in items:
            yield from unknown_fields(f"{where}.{key}", item, listed[1] or listed[2], models)
    elif hasattr(models, kind):
        model = getattr(models, kind)
        fields = {api: model.openapi_types[own] for own, api in model.attribute_map.items()}
        if not isinstance(value, dict):
            yield f"{where}: must be a {kind}"
            return
        for key, item in value.items():
            if key in fields:
                yield from unknown_fields(f"{where}.{key}", item, fields[key], models)
            else:
                yield f"{where}: {kind} has no field {key}"
    elif {"str": str, "int": int, "bool": bool}.get(kind, object) not in type(value).__mro__:
        yield f"{where}: must be {kind}, is {value!r}"


def daemonset(spec, configs, cgfifo):
    pod = spec["template"]["spec"]
    container = pod["containers"][0]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    for mount in container["volumeMounts"]:
        if mount["name"] not in volumes:
            yield f"there is no volume {mount['name']}"
    trees = [mount["mountPath"] for mount in container["volumeMounts"]
             if volumes.get(mount["name"], {}).get("hostPath", {}).get("path") == "/sys/fs/cgroup"]
    if trees != [item["value"] for item in container["env"] if item["name"] == "CGFIFO_CGROUP_ROOT"]:
        yield f"the host's cgroups are at {trees}, and CGFIFO_CGROUP_ROOT does not say so"
    config = configs.get(volumes["rules"]["configMap"]["name"])
    mounted = [item["key"] for item in volumes["rules"]["configMap"].get("items", [{"key": "cgfifo.yaml"}])]
    if config is None or sorted(config) != sorted(mounted):
        yield "the configuration is missing, or not all of it is mounted"
    elif rules_are_bad(cgfifo, *(config[key].encode() for key in mounted)):
        yield "the rules are not good"
    usage = subprocess.run([cgfifo, "run", "--help"], check=False, capture_output=True, text=True).stdout
    for word in container["args"][1:]:
        if word.startswith("--") and word not in usage.split():
            yield f"cgfifo run has no option {word}"
    if not re.fullmatch(r"registry\.example\.com/cgfifo:\d+\.\d+\.\d+", container["image"]):
        yield f"the image is {container['image']}"
    if sorted(container["securityContext"]["capabilities"]["add"]) != ["BPF", "PERFMON"]:
        yield "more capabilities than loading a scheduler takes"
    if spec["selector"]["matchLabels"].items() - spec["template"]["metadata"]["labels"].items():
        yield "the selector does not select its pods"


def roles(things, resource):
    """Who may do what: the one thing that is allowed, and the pods of the DaemonSet only."""
    kinds = {kind: [thing for thing in things if thing["kind"] == kind]
             for kind in ("ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "DaemonSet")}
    pod = kinds["DaemonSet"][0]["spec"]["template"]["spec"]
    if pod["automountServiceAccountToken"] != bool(resource):
        yield "a token without use, or none where one is needed"
    may = [rule for kind in ("Role", "ClusterRole") for role in kinds[kind] for rule in role["rules"]]
    if may != ([{"apiGroups": [""], "resources": [resource], "verbs": ["get"]}] if resource else []):
        yield f"they may: {may}"
    bindings = kinds["RoleBinding"] + kinds["ClusterRoleBinding"]
    subjects = [subject for binding in bindings for subject in binding["subjects"]]
    accounts = [{"kind": "ServiceAccount"} | {key: account["metadata"][key] for key in ("name", "namespace")}
                for account in kinds["ServiceAccount"]]
    wanted = [pod.get("serviceAccountName")] if resource else []
    if subjects != accounts or [account["name"] for account in accounts] != wanted:
        yield f"bound to {subjects}, where there are {accounts}"


def classes(policy, cgfifo):
    """The annotation may name just what a class can be called."""
    (pattern,) = [match[1] for validation in policy["spec"]["validations"] if "name of a class" in validation["message"]
                  for match in [re.search(r"matches\('([^']*)'\)", validation["expression"])]]
    for name in ("gold", "_gold", "-gold", ".gold", "Gold.1-a_b", "g" * 63, "g" * 64, "gold medal", "g\u00f6ld"):
        is_class = not rules_are_bad(cgfifo, f'version: 1\nclasses: {{"{name}": {{weight: 5}}}}'.encode())
        if is_class != bool(re.fullmatch(pattern, name)):
            yield f"the annotation of a pod {'can' if not is_class else 'cannot'} name the class {name!r}"


def updates(policy):
    """What a pod has from before the policy does not keep anybody from changing the rest of it."""
    spec = policy["spec"]
    operations = [name for rule in spec["matchConstraints"]["resourceRules"] for name in rule["operations"]]
    if "UPDATE" in operations and not any("oldObject" in c["expression"] for c in spec["matchConditions"]):
        yield "a pod with a bad annotation cannot be changed any more, or end if it has a finalizer"


def manifests(path, cgfifo, resource=""):
    from kubernetes.client import models  # only packaging has it

    with open(path, encoding="utf-8") as f:
        things = list(yaml.safe_load_all(f))
    configs = {thing["metadata"]["name"]: thing["data"] for thing in things if thing["kind"] == "ConfigMap"}
    kinds = [thing["kind"] for thing in things]
    for kind in ("Namespace", "ConfigMap", "DaemonSet", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"):
        if kinds.count(kind) != 1:
            yield f"{kinds.count(kind)} of {kind}"
    yield from roles(things, resource)
    for thing in things:
        yield from unknown_fields(thing["kind"], thing, f"V1{thing['kind']}", models)
        if thing["kind"] == "ValidatingAdmissionPolicy":
            yield from classes(thing, cgfifo)
            yield from updates(thing)
        if thing["kind"] == "DaemonSet":
            yield from daemonset(thing["spec"], configs, cgfifo)


if __name__ == "__main__":
    wrong = list({"bottlerocket": bottlerocket, "manifests": manifests}[sys.argv[1]](*sys.argv[2:]))
    print("\n".join(wrong) or "no fault found")
    sys.exit(1 if wrong else 0)
