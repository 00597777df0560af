"""The devices that the Vulkan loader shows a process, asked without a renderer.

    python -m palletjack_dr.engines.embedded.vulkan_devices

prints one a line: unique id, kind, name. A process can only learn of those whose device file it can open.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import ClassVar, Final

from palletjack_dr.errors import EngineError

KINDS: Final = ("other", "integrated", "discrete", "virtual", "cpu")
_INSTANCE_INFO, _APPLICATION_INFO, _PROPERTIES, _ID_PROPERTIES = 1, 0, 1000059001, 1000071004
_VERSION_1_1: Final = 1 << 22 | 1 << 12


@dataclass(frozen=True, kw_only=True)
class VulkanDevice:
    """A physical device; ``uuid`` tells equal cards apart, ``kind`` is one of ``KINDS``."""

    uuid: str
    kind: str
    name: str


class _ApplicationInfo(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_uint32),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("version", ctypes.c_uint32),
        ("engine", ctypes.c_char_p),
        ("engine_version", ctypes.c_uint32),
        ("api", ctypes.c_uint32),
    ]


class _InstanceInfo(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_uint32),
        ("next", ctypes.c_void_p),
        ("flags", ctypes.c_uint32),
        ("application", ctypes.POINTER(_ApplicationInfo)),
        ("layer_count", ctypes.c_uint32),
        ("layers", ctypes.c_void_p),
        ("extension_count", ctypes.c_uint32),
        ("extensions", ctypes.c_void_p),
    ]


class _IdProperties(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_uint32),
        ("next", ctypes.c_void_p),
        ("device", ctypes.c_ubyte * 16),
        ("driver", ctypes.c_ubyte * 16),
        ("rest", ctypes.c_ubyte * 16),
    ]


class _Properties(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_uint32),
        ("next", ctypes.c_void_p),
        ("versions_and_ids", ctypes.c_uint32 * 4),
        ("kind", ctypes.c_uint32),
        ("name", ctypes.c_char * 256),
        ("rest", ctypes.c_ubyte * 1024),  # cache id, limits and features, and room to spare
    ]


def vulkan_devices() -> list[VulkanDevice]:
    """Return the devices in the loader's order. Raises ``EngineError`` where there is no loader or no driver."""
    try:
        vulkan = ctypes.CDLL("libvulkan.so.1")
    except OSError as error:
        raise EngineError(f"no Vulkan loader: {error}") from None
    application = _ApplicationInfo(type=_APPLICATION_INFO, api=_VERSION_1_1)
    info = _InstanceInfo(type=_INSTANCE_INFO, application=ctypes.pointer(application))
    instance = ctypes.c_void_p()
    if result := vulkan.vkCreateInstance(ctypes.byref(info), None, ctypes.byref(instance)):
        raise EngineError(f"no Vulkan instance can be made (error {result}); is there a driver?")
    try:
        count = ctypes.c_uint32()
        vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), None)
        handles = (ctypes.c_void_p * count.value)()
        if result := vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), handles):
            raise EngineError(f"Vulkan lists no devices (error {result})")
        return [_device(vulkan, handle) for handle in handles[: count.value]]
    finally:
        vulkan.vkDestroyInstance(instance, None)


def _device(vulkan: ctypes.CDLL, handle: int | None) -> VulkanDevice:
    ids = _IdProperties(type=_ID_PROPERTIES)
    found = _Properties(type=_PROPERTIES, next=ctypes.cast(ctypes.pointer(ids), ctypes.c_void_p))
    vulkan.vkGetPhysicalDeviceProperties2(ctypes.c_void_p(handle), ctypes.byref(found))
    return VulkanDevice(uuid=bytes(ids.device).hex(), kind=KINDS[found.kind], name=found.name.decode())


if __name__ == "__main__":
    for one in vulkan_devices():
        print(one.uuid, one.kind, one.name)
