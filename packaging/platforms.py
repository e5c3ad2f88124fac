"""What the machines that packages are built for are called, and how programs are built and run for them."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Platform:
    machine: str  # as uname -m has it
    debian: str  # dpkg's and OCI's word
    node: str
    preset: str  # of CMakePresets.json
    strip: str = "strip"
    emulator: tuple = ()  # what runs its programs on this machine


PLATFORMS = {
    "amd64": Platform("x86_64", "amd64", "x64", "release"),
    "arm64": Platform("aarch64", "arm64", "arm64", "arm64", "aarch64-linux-gnu-strip", ("qemu-aarch64-static",)),
}
