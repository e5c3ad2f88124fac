#pragma once
#include <string>
#include <string_view>

namespace cloudemu::tool {

/// Writes to standard output. Where nobody reads any more (`| head`), the program ends quietly.
void print(std::string_view text);

enum class Color { none, dim, red, green, yellow, blue, magenta, cyan };
/// The text in a colour, if colours are on.
std::string paint(bool on, Color color, std::string_view text);

/// JSON text with line breaks and two blanks of indentation.
std::string pretty_json(std::string_view json);
/// "12.3 MiB"
std::string human_bytes(uint64_t bytes);
/// Cut to so many characters, the last an ellipsis; control characters become blanks.
std::string fit(std::string_view text, size_t width);

}  // namespace cloudemu::tool
