#pragma once
struct sqlite3_file;
struct sqlite3_vfs;

/// SQLite's write-ahead log, written in large pieces. SQLite writes each page of a commit by two small writes, its header and itself, one
/// after the other; here they are put together, and written when a commit is complete (its last header says so), when the buffer is full,
/// or before anything else is done with the file. What SQLite's other connections may look at is thus always in the file: the shared
/// index tells of a commit only after its last page was written. Format: https://www.sqlite.org/fileformat2.html#walformat
namespace cloudemu::sqlite {

/// Bytes that an open log needs before the file of the VFS below.
extern const int kJournalFileBytes;

/// Opens a log as the VFS `below` would, as xOpen. `file`: kJournalFileBytes, then room for a file of `below`.
int open_journal(sqlite3_vfs* below, const char* name, sqlite3_file* file, int flags, int* out_flags);

}  // namespace cloudemu::sqlite
