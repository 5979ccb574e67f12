"""Where papers lie: the kernel's vault, bound to the table of files."""

from shegong.kernel.vault import Vault

PAPERS = Vault("files", "documents_file", "content")
keep, read, path_of = PAPERS.keep, PAPERS.read, PAPERS.path_of
