#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// Texts for people: nothing in here knows of terminals or files.
namespace cloudemu::tool {

/// What could move a cursor, hide or reorder text written out: control characters (C0, DEL and C1) and the marks that change the
/// direction of writing as \n, \t, \x1b or \u202e, bytes that are no UTF-8 as \xff.
std::string printable(std::string_view text);
/// The same for a JSON text, which stays the same document: as \u001b; bytes that are no UTF-8 count as ISO 8859-1.
std::string printable_json(std::string_view json);

/// Columns that a text takes on a terminal: 2 for a wide character (Chinese, Japanese, Korean, emoji), 0 for one that is put on
/// the character before it.
size_t display_width(std::string_view text);
/// Printable, and cut to `columns`, the last of them an ellipsis; 0: not cut.
std::string fit(std::string_view text, size_t width);
/// Filled up with blanks to `columns`.
std::string padded(std::string_view text, size_t width);

/// JSON text with line breaks and two blanks of indentation, for eyes only: long strings are cut.
std::string pretty_json(std::string_view json);
/// "1 event", "2 events"
std::string counted(uint64_t count, std::string_view noun);
/// "12.3 MiB"
std::string human_bytes(uint64_t bytes);

}  // namespace cloudemu::tool
