"""Archives whose bytes depend on their content alone: names sorted, owner root, times those of SOURCE_DATE_EPOCH."""
import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import tarfile
import tempfile
import zipfile
from datetime import datetime, timezone
from pathlib import Path


def epoch():
    return int(os.environ["SOURCE_DATE_EPOCH"])


def entries(tree):
    return sorted(p for p in tree.rglob("*"))


def add(archive, path, name):
    info = archive.gettarinfo(path, name)
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    info.mtime = epoch()
    info.mode = 0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644
    if info.isreg():
        with open(path, "rb") as content:
            archive.addfile(info, content)
    else:
        archive.addfile(info)


def tar_bytes(members):
    """A tar of [(path, name)]."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, name in members:
            add(archive, path, name)
    return out.getvalue()


def gzipped(content):
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0, filename="") as packed:
        packed.write(content)
    return out.getvalue()


def tarball(tree, target, version):
    """Unpacks into one folder: bin/, share/."""
    top = f"cloudemu-{version}"
    members = [(p, f"{top}/{p.relative_to(tree / 'usr')}") for p in entries(tree / "usr")]
    target.write_bytes(gzipped(tar_bytes(members)))


def deb(tree, target, version, control, arch):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        shutil.copytree(tree, root)
        for page in (root / "usr/share/man").rglob("*.1"):
            page.with_suffix(".1.gz").write_bytes(gzipped(page.read_bytes()))
            page.unlink()
        kib = sum(p.stat().st_size for p in entries(root) if p.is_file()) // 1024
        (root / "DEBIAN").mkdir()
        text = control.read_text().replace("@VERSION@", version).replace("@KIB@", str(kib)).replace("@ARCH@", arch)
        (root / "DEBIAN/control").write_text(text)
        for path in [root, *entries(root)]:
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
            os.utime(path, (epoch(), epoch()))
        subprocess.run(["dpkg-deb", "--root-owner-group", "--uniform-compression", "-Zxz", "--build", root, target], check=True,
                       stdout=subprocess.DEVNULL)


def oci(tree, target, version, sources):
    """An OCI image layout (github.com/opencontainers/image-spec) in a tar: the programs, a small shell for hooks, and little else."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        image_root(tree, root / "root")
        layer = tar_bytes([(p, str(p.relative_to(root / "root"))) for p in entries(root / "root")])
        config = json.loads((sources / "config.json").read_text())
        created = datetime.fromtimestamp(epoch(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        config |= {"created": created, "rootfs": {"type": "layers", "diff_ids": [digest(layer)]},
                   "history": [{"created": created, "created_by": "packaging/build"}]}
        blobs = [gzipped(layer), json.dumps(config).encode()]
        kinds = ["layer.v1.tar+gzip", "config.v1+json"]
        described = [{"mediaType": f"application/vnd.oci.image.{kind}", "digest": digest(b), "size": len(b)} for kind, b in zip(kinds, blobs)]
        manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": described[1],
                               "layers": [described[0]]}).encode()
        index = json.dumps({"schemaVersion": 2, "manifests": [
            {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest(manifest), "size": len(manifest),
             "platform": {"architecture": "amd64", "os": "linux"},
             "annotations": {"org.opencontainers.image.ref.name": version, "io.containerd.image.name": f"docker.io/cloudemu/cloudemu:{version}"}}]})
        # `docker load` of older engines wants this file, too.
        legacy = json.dumps([{"Config": blob_path(blobs[1]), "RepoTags": [f"cloudemu/cloudemu:{version}"], "Layers": [blob_path(blobs[0])]}])
        layout = root / "layout"
        (layout / "blobs/sha256").mkdir(parents=True)
        for blob in [*blobs, manifest]:
            (layout / blob_path(blob)).write_bytes(blob)
        (layout / "index.json").write_text(index)
        (layout / "manifest.json").write_text(legacy)
        (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        target.write_bytes(tar_bytes([(p, str(p.relative_to(layout))) for p in entries(layout)]))


def image_root(tree, root):
    for folder in ("bin", "etc", "data", "tmp", "var/lib/localstack", "etc/localstack/init"):
        (root / folder).mkdir(parents=True)
    for name in ("cloudemu", "cloudemu-log"):
        shutil.copy(tree / "usr/bin" / name, root / "bin" / name)
    busybox = shutil.which("busybox")
    if not busybox or "statically linked" not in subprocess.run(["file", "-L", busybox], capture_output=True, text=True).stdout:
        raise SystemExit("packaging: the image's shell is Debian's busybox-static, which is not installed (scripts/install-deps --packages)")
    shutil.copy(busybox, root / "bin/busybox")
    for applet in ("sh", "cat", "cp", "date", "echo", "env", "grep", "ls", "mkdir", "mv", "rm", "sed", "sleep", "test", "wget"):
        (root / "bin" / applet).symlink_to("busybox")
    (root / "etc/passwd").write_text("root:x:0:0:root:/data:/bin/sh\n")


def digest(blob):
    return "sha256:" + hashlib.sha256(blob).hexdigest()


def blob_path(blob):
    return "blobs/sha256/" + hashlib.sha256(blob).hexdigest()


def npm(tree, dist, version, sources, platform):
    """Two packages: `cloudemu`, and the programs of one platform, which npm installs where it fits."""
    with tempfile.TemporaryDirectory() as folder:
        for name, source in (("cloudemu", "cloudemu"), (f"cloudemu-linux-{platform.node}", "programs")):
            package = Path(folder) / name / "package"
            shutil.copytree(sources / source, package)
            manifest = package / "package.json"
            text = manifest.read_text().replace("@VERSION@", version).replace("@NODE@", platform.node)
            manifest.write_text(text.replace("@MACHINE@", platform.machine))
            shutil.copy(tree / "usr/share/doc/cloudemu/copyright", package / "LICENSE")
            if name != "cloudemu":
                shutil.copytree(tree / "usr/bin", package / "bin")
            members = [(p, str(p.relative_to(package.parent))) for p in entries(package) if not p.is_dir()]
            (dist / f"{name}-{version}.tgz").write_bytes(gzipped(tar_bytes(members)))


def wheel(tree, dist, version, sources, platform):
    """https://packaging.python.org/en/latest/specifications/binary-distribution-format/"""
    tag = f"py3-none-manylinux_2_17_{platform.machine}.musllinux_1_1_{platform.machine}"
    info = f"cloudemu-{version}.dist-info"
    content = {f"cloudemu/{p.relative_to(sources / 'cloudemu')}": p.read_bytes() for p in entries(sources / "cloudemu")
               if p.suffix in (".py", ".typed")}
    for name in ("cloudemu", "cloudemu-log"):
        content[f"cloudemu-{version}.data/scripts/{name}"] = (tree / "usr/bin" / name).read_bytes()
    content[f"{info}/METADATA"] = (sources / "METADATA").read_text().replace("@VERSION@", version).encode()
    content[f"{info}/entry_points.txt"] = b"[pytest11]\ncloudemu = cloudemu.pytest_plugin\n"
    content[f"{info}/WHEEL"] = ("Wheel-Version: 1.0\nGenerator: cloudemu packaging\nRoot-Is-Purelib: false\n" +
                                "".join(f"Tag: py3-none-{t}\n" for t in tag.removeprefix("py3-none-").split("."))).encode()
    content[f"{info}/licenses/LICENSE"] = (tree / "usr/share/doc/cloudemu/copyright").read_bytes()
    record = ""
    for name in sorted(content):
        sum_ = base64.urlsafe_b64encode(hashlib.sha256(content[name]).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={sum_},{len(content[name])}\n"
    content[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    when = datetime.fromtimestamp(max(epoch(), 315532800), timezone.utc).timetuple()[:6]
    with zipfile.ZipFile(dist / f"cloudemu-{version}-{tag}.whl", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(content, key=lambda n: (n.startswith(info), n)):
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | (0o755 if re.search(r"\.data/scripts/", name) else 0o644)) << 16
            archive.writestr(entry, content[name])
