"""Papers and their folders; the library of policy documents; official documents with addressees and co-signers."""

from shegong.ground.documents.models.bodies import acts_for, bodies_of, bodies_of_grant, own_bodies
from shegong.ground.documents.models.official import Addressee, CoSign, OfficialDocument
from shegong.ground.documents.models.papers import (
    File,
    Folder,
    FolderItem,
    FolderItemQuerySet,
    file_response,
    portrait_of,
)
from shegong.ground.documents.models.policy import PolicyDocument

__all__ = [
    "Addressee", "CoSign", "File", "Folder", "FolderItem", "FolderItemQuerySet", "OfficialDocument", "PolicyDocument",
    "acts_for", "bodies_of", "bodies_of_grant", "file_response", "own_bodies", "portrait_of",
]  # fmt: skip
