"""Checks that an object of an HDF5 file lies in the file itself, before it is opened or read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import h5py


def is_hard_link(group: h5py.Group, name: bytes) -> bool:
    """Return whether a name in a group is an object of the file, not a link to another place.

    `name in group` and `group.get` would open the file that an external link names.
    """
    import h5py

    return bool(group.id.links.get_info(name).type == h5py.h5l.TYPE_HARD)


def is_stored_inside(item: h5py.HLObject) -> bool:
    """Return whether an object is a dataset whose values all lie uncompressed in its file.

    Values that were never written take no space, however many the dataset claims to have.
    """
    import h5py

    if not isinstance(item, h5py.Dataset):
        return False
    storage = item.id.get_create_plist()
    return (
        storage.get_layout() in {h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT}
        and not storage.get_external_count()
        and item.id.get_storage_size() >= item.nbytes
    )
