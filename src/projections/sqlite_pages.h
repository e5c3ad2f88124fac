#pragma once
#include <cstdint>
#include <string_view>

/// The pages of a database file, each with a checksum: a damaged disk must not be able to turn one value into another. SQLite leaves the
/// last bytes of every page to us (header byte 20, https://www.sqlite.org/fileformat2.html). They are filled when a page is written to
/// the file and checked when it is read from it, in a layer between SQLite and the operating system (a VFS), so that nobody else sees
/// them. A page that fails is reported as SQLITE_IOERR_DATA, that is Errc::corrupt.
///
/// The write-ahead log beside the file carries SQLite's own checksums, which are looked at when it is opened; of what is written after that
/// sqlite_journal.h remembers others.
namespace cloudemu::sqlite {

constexpr uint32_t kPageBytes = 4096;
constexpr uint32_t kPageChecksumBytes = 8;

/// A file control: whether a connection may shorten the file (bool*), which takes a while if much goes. It is so at first. The file may stay
/// longer than what is in use of it.
constexpr int kMayShorten = 0x636c6f75;

/// The name to open a database file with; registers the layer once. What was SQLite's default when a file is opened lies below it.
const char* checked_vfs();

/// Whether a page of a database file, `number` counted from 1, carries the right checksum.
bool page_is_sound(std::string_view page, uint64_t number);

}  // namespace cloudemu::sqlite
