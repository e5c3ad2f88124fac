#pragma once
#include <string>
#include <string_view>

namespace cloudemu::tool {

/// Writes to standard output. Where nobody reads any more (`| head`), the program ends quietly; any other failure ends it with a message.
void print(std::string_view text);
/// What was printed is out; to be called before the program waits or ends.
void flush_output();
/// A remark beside the output, for people.
void note(std::string_view sentence);
/// Columns of the terminal that is printed to; 0 if it is none, and nothing needs to be cut.
size_t terminal_columns();
/// From so many columns on there is room for everything.
inline constexpr size_t kWideColumns = 110;

enum class Color { none, dim, red, green, yellow, blue, magenta, cyan };
/// The text in a colour, if colours are on.
std::string paint(bool on, Color color, std::string_view text);

/// JSON text with line breaks and two blanks of indentation.
std::string pretty_json(std::string_view json);
/// "12.3 MiB"
std::string human_bytes(uint64_t bytes);
/// Control characters written out, \n or \x1b: a key must not move the cursor.
std::string printable(std::string_view text);
/// Printable, and cut to so many characters, the last an ellipsis; 0: not cut.
std::string fit(std::string_view text, size_t width);

}  // namespace cloudemu::tool
