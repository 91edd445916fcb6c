"""What pyproject.toml cannot say: which platform a wheel with compiled kernels is for."""

import json
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel

KERNELS = Path(__file__).resolve().parent / "src" / "skneural" / "kernels"


def platforms() -> set[str]:
    """Return the platforms that libraries of kernels are built for: none, or one."""
    told = [json.loads(path.read_text(encoding="utf-8")) for path in KERNELS.glob("*.json")]
    if not told:
        return set()
    major, minor = max(each["glibc"] for each in told)
    return {f"manylinux_{major}_{minor}_{each['machine']}" for each in told}


class Package(Distribution):
    """The package, which is for one platform if it has kernels."""

    def has_ext_modules(self):
        """Tell whether there is compiled code."""
        return bool(platforms())


class Wheel(bdist_wheel):
    """A wheel for every Python."""

    def get_tag(self):
        """Return the tags of Python, of its binary interface, and of the platform."""
        found = platforms()
        if not found:
            return super().get_tag()
        (platform,) = found
        return "py3", "none", platform


setup(distclass=Package, cmdclass={"bdist_wheel": Wheel})
