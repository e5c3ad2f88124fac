// The house rules that a script can check, so that no reviewer has to: who may include what, what is used only in its one home,
// how long things may grow. See docs/ARCHITECTURE.md for the folders.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/strings.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;

struct SourceFile {
  std::string path;  // from the top of the project
  std::vector<std::string> lines;
};

std::vector<SourceFile> sources(std::initializer_list<const char*> folders) {
  std::vector<SourceFile> found;
  for (const char* folder : folders) {
    fs::path root = fs::path(CLOUDEMU_SOURCE_DIR) / folder;
    if (!fs::exists(root)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      std::string extension = entry.path().extension().string();
      if (extension != ".cc" && extension != ".h") continue;
      SourceFile file{fs::relative(entry.path(), CLOUDEMU_SOURCE_DIR).string(), {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) file.lines.push_back(line);
      found.push_back(std::move(file));
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return found;
}

/// The line without its comment and without what stands in quotes.
std::string code_of(std::string_view line) {
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (!quoted && line.substr(i, 2) == "//") break;
    if (line[i] == '\\' && quoted) {
      ++i;
    } else if (line[i] == '"' && (i == 0 || line[i - 1] != '\'')) {
      quoted = !quoted;
    } else if (!quoted) {
      out.push_back(line[i]);
    }
  }
  return out;
}

bool has_word(std::string_view code, std::string_view word) {
  auto is_word = [](char c) { return is_alnum(c) || c == '_'; };
  for (size_t at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
    bool starts = at == 0 || !is_word(code[at - 1]);
    size_t end = at + word.size();
    bool ends = end >= code.size() || !is_word(code[end]) || !is_word(word.back());
    if (starts && ends) return true;
  }
  return false;
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

std::string included(std::string_view line, char open) {
  if (!line.starts_with("#include ") || line.size() < 11 || line[9] != open) return {};
  std::string_view rest = line.substr(10);
  return std::string(rest.substr(0, rest.find(open == '"' ? '"' : '>')));
}

/// Folder of src/ -> folders it may include. A value with a slash is a file or a pattern with * in it.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"core", {"core"}},
    {"protocol", {"core", "protocol"}},
    {"events", {"core", "events"}},
    {"log", {"core", "log"}},
    {"projections", {"core", "events", "projections"}},
    {"history", {"core", "events", "log", "projections", "history"}},
    {"services", {"core", "protocol", "events", "services", "projections/state.h", "projections/*_read_model.h"}},
    {"net", {"core", "net", "protocol/http_message.h"}},
    {"engine", {"core", "protocol", "events", "log", "projections", "services", "engine", "net/handler.h"}},
    {"realm", {"core", "events", "log", "projections", "history", "services", "engine", "realm"}},
    {"control", {"core", "protocol", "events", "log", "projections", "history", "services", "net", "engine", "control"}},
    {"app", {"core", "protocol", "events", "log", "projections", "history", "services", "engine", "realm", "control", "net", "app"}},
};

bool may_include(const std::string& folder, const std::string& header) {
  for (const std::string& allowed : kMayInclude.at(folder)) {
    if (allowed == header || header.starts_with(allowed + "/")) return true;
    size_t star = allowed.find('*');
    if (star != std::string::npos && header.starts_with(allowed.substr(0, star)) && header.ends_with(allowed.substr(star + 1))) return true;
  }
  return false;
}

/// Third-party headers -> the files (or folders) that may know them.
const std::map<std::string, std::vector<std::string>> kHomes = {
    {"rapidjson/", {"src/protocol/json.h", "src/protocol/json.cc"}},
    {"expat.h", {"src/protocol/xml_reader.cc"}},
    {"sqlite3.h", {"src/projections/sqlite.cc", "src/projections/sqlite_layer.h", "src/projections/sqlite_memory.cc"}},
    {"llhttp.h", {"src/net/request_parser.cc"}},
    {"zstd.h", {"src/log/frame.cc", "src/history/snapshots.cc", "src/protocol/zstd_coding.cc"}},
    {"zlib.h", {"src/protocol/content_coding.cc"}},
    {"uv.h", {"src/net/", "src/app/main.cc", "src/app/daemon.h", "src/app/init_hooks.h", "src/app/script_run.h", "src/app/seeder.h"}},
    {"openssl/", {"src/core/digest.cc", "src/net/certificate.cc", "src/net/tls.cc"}},
    {"isa-l/", {"src/core/crc32_isal.cc"}},
    {"xxhash.h", {"src/core/digest.cc", "src/core/xxh3_avx2.cc"}},
    {"CLI/", {"src/app/config.cc", "tools/cloudemu_log/main.cc"}},
};

struct Ban {
  std::string_view word;
  std::vector<std::string> homes;
  std::string_view instead;
};
const Ban kBans[] = {
    {"system_clock", {"src/core/clock.cc"}, "time is an argument: Call::now"},
    {"steady_clock", {"src/core/clock.cc", "src/core/stopwatch.cc"}, "monotonic_ms()"},
    {"random_device", {}, "call.entropy"},
    {"rand(", {}, "call.entropy"},
    {"getenv", {"src/app/config.cc", "src/history/data_dir.cc", "tools/cloudemu_log/output.cc"}, "Config"},
    {"throw", {}, "Result and fail()"},
    {"new", {"src/net/uv_handle.h", "src/net/connection.cc"}, "make_unique"},
    {"delete", {"src/net/uv_handle.h"}, "an owner"},
    {"cout", {}, "the caller's business"},
};
constexpr const char* kUnfinished[] = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "X"
    "XX",
    "HA"
    "CK"};

/// Whether a brace after `code` opens a block of statements, not an initializer.
bool opens_block(std::string_view code) {
  while (code.ends_with(' ') || code.ends_with('\n')) code.remove_suffix(1);
  return code.ends_with(')') || code.ends_with(';') || code.ends_with('}') || code.ends_with(" else") || code.ends_with(" const");
}

/// Whether the end of `code` stands within the braces of an initializer, after a comma of these.
bool leaves_braces_half_made(std::string_view code) {
  int open = 0;
  bool comma = false;
  for (size_t i = code.size(); i-- > 0;) {
    char c = code[i];
    if (c == ')' || c == '}' || c == ']') ++open;
    if (c == ',' && open == 0) comma = true;
    if (c == ';' && open == 0) return false;
    if (c != '(' && c != '{' && c != '[') continue;
    if (open > 0) {
      --open;
    } else if (c == '{') {
      return comma && !opens_block(code.substr(0, i));
    } else {
      comma = false;  // a call's arguments are one element
    }
  }
  return false;
}

bool in_home(const std::string& path, const std::vector<std::string>& homes) {
  return std::any_of(homes.begin(), homes.end(),
                     [&](const std::string& home) { return path == home || (home.ends_with("/") && path.starts_with(home)); });
}

}  // namespace

TEST_CASE("Tidy: folders include only what they may", "[tidy]") {
  std::vector<std::string> wrong;
  for (const SourceFile& file : sources({"src"})) {
    std::string folder = file.path.substr(4, file.path.find('/', 4) - 4);
    REQUIRE(kMayInclude.contains(folder));
    for (const std::string& line : file.lines) {
      std::string header = included(line, '"');
      if (!header.empty() && !may_include(folder, header)) wrong.push_back(file.path + " includes " + header);
    }
  }
  CHECK(join_lines(wrong) == "");
}

TEST_CASE("Tidy: third-party headers stay in their homes", "[tidy]") {
  std::vector<std::string> wrong;
  for (const SourceFile& file : sources({"src", "tools"})) {
    for (const std::string& line : file.lines) {
      std::string header = included(line, '<');
      for (const auto& [name, homes] : kHomes) {
        bool matches = header == name || (name.ends_with("/") && header.starts_with(name));
        if (!header.empty() && matches && !in_home(file.path, homes)) wrong.push_back(file.path + " includes " + header);
      }
    }
  }
  CHECK(join_lines(wrong) == "");
}

TEST_CASE("Tidy: words that are banned outside their homes", "[tidy]") {
  std::vector<std::string> wrong;
  for (const SourceFile& file : sources({"src", "tools"})) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      std::string code = code_of(file.lines[i]);
      for (const Ban& ban : kBans) {
        if (!has_word(code, ban.word) || in_home(file.path, ban.homes)) continue;
        bool deleted_function = ban.word == "delete" && code.find("= delete") != std::string::npos;
        bool private_constructor = ban.word == "new" && code.find("_ptr<") != std::string::npos;
        if (deleted_function || private_constructor) continue;
        wrong.push_back(concat(file.path, ":", i + 1, ": ", ban.word, " (use ", ban.instead, ")"));
      }
      for (const char* word : kUnfinished) {
        if (has_word(file.lines[i], word)) wrong.push_back(concat(file.path, ":", i + 1, ": ", word));
      }
    }
  }
  CHECK(join_lines(wrong) == "");
}

TEST_CASE("Tidy: no TRY within braces but as their first element", "[tidy]") {
  // When TRY leaves in the middle of a braced initializer, GCC 12 and clang 14 do not destroy the elements made before it.
  std::vector<std::string> wrong;
  for (const SourceFile& file : sources({"src", "tools"})) {
    std::string code;
    for (const std::string& line : file.lines) code += code_of(line) + "\n";
    for (size_t at = code.find("TRY("); at != std::string::npos; at = code.find("TRY(", at + 1)) {
      if (leaves_braces_half_made(std::string_view(code).substr(0, at))) {
        wrong.push_back(concat(file.path, ":", std::count(code.begin(), code.begin() + static_cast<long>(at), '\n') + 1));
      }
    }
  }
  CHECK(join_lines(wrong) == "");
  CHECK(leaves_braces_half_made("  Action made{.name = name(), .request = "));
  CHECK(leaves_braces_half_made("  all.push_back({at, "));
  CHECK_FALSE(leaves_braces_half_made("  Key key{.hash = "));
  CHECK_FALSE(leaves_braces_half_made("  Key key{Point{1, 2}}; key.range = "));
  CHECK_FALSE(leaves_braces_half_made("void run(int a, int b) {\n  std::pair<int, int> both = "));
}

TEST_CASE("Tidy: files and functions stay small", "[tidy]") {
  constexpr size_t kSourceLinesMax = 500, kHeaderLinesMax = 300, kFunctionLinesMax = 70;
  std::vector<std::string> wrong;
  for (const SourceFile& file : sources({"src", "tools"})) {
    size_t limit = file.path.ends_with(".h") ? kHeaderLinesMax : kSourceLinesMax;
    if (file.lines.size() > limit) wrong.push_back(concat(file.path, " has ", file.lines.size(), " lines, at most ", limit, " are good"));
    size_t start = 0;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      bool opens = !line.empty() && line[0] != ' ' && line[0] != '}' && line.ends_with("{");
      bool is_function =
          opens && line.find(')') != std::string::npos && !line.starts_with("namespace") && line.find('=') == std::string::npos;
      if (is_function) start = i + 1;
      if (line == "}" && start != 0) {
        if (i + 1 - start > kFunctionLinesMax) wrong.push_back(concat(file.path, ":", start, ": a function of ", i + 1 - start, " lines"));
        start = 0;
      }
    }
  }
  CHECK(join_lines(wrong) == "");
}

TEST_CASE("Tidy: lines fit, and carry no blanks at their end", "[tidy]") {
  constexpr size_t kColumnsMax = 160;  // .clang-format breaks at 140 what it can break
  std::vector<std::string> wrong;
  for (const SourceFile& file : sources({"src", "tools", "tests", "benchmarks", "fuzz"})) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      if (line.ends_with(" ") || line.find('\t') != std::string::npos)
        wrong.push_back(concat(file.path, ":", i + 1, ": blank at the end, or a tab"));
      if (utf8_length(line) > kColumnsMax) wrong.push_back(concat(file.path, ":", i + 1, ": more than ", kColumnsMax, " characters"));
    }
  }
  CHECK(join_lines(wrong) == "");
}

}  // namespace cloudemu::test
