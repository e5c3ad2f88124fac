#pragma once
#include <string>
#include <string_view>

namespace cloudemu::tool {

/// Writes to standard output. Where nobody reads any more (`| head`), the program ends quietly; any other failure ends it with a message.
void print(std::string_view text);
/// What was printed is out; to be called before the program waits or ends.
void flush_output();
/// Waits, unless nobody reads any more: then the program ends quietly.
void pause_output(int ms);
/// A remark beside the output, for people.
void note(std::string_view sentence);
/// From now on what is printed goes through a pager, if it goes to a terminal and there is one: CLOUDEMU_PAGER, else PAGER, else less.
/// None where that is empty or "cat", or where TERM is dumb.
void start_pager();
/// What was printed is out, and whoever read it in a pager is done; to be called before the program ends.
void finish_output();
/// Whether a terminal is printed to, through a pager or not.
bool is_terminal();
/// Columns of the terminal that is printed to; 0 if the output is no terminal, and nothing needs to be cut.
size_t terminal_columns();
/// From this width on there is room for everything.
inline constexpr size_t kWideColumns = 110;

/// When colours are used: automatic is on a terminal, unless NO_COLOR is set (https://no-color.org) or TERM is "dumb".
enum class ColorMode { automatic, always, never };
bool wants_color(ColorMode mode);

enum class Color { none, dim, red, green, yellow, blue, magenta, cyan };
/// The text in a colour, if colours are on.
std::string paint(bool on, Color color, std::string_view text);

}  // namespace cloudemu::tool
