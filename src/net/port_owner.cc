#include "net/port_owner.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/strings.h"

namespace cloudemu::net {

namespace {

namespace fs = std::filesystem;

/// The inodes of sockets that listen on a port. A line of /proc/net/tcp: "0: 0100007F:11D6 00000000:0000 0A ... UID TIMEOUT INODE".
std::set<std::string> listening_inodes(int port) {
  constexpr std::string_view kListening = "0A";
  std::set<std::string> inodes;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream in(table);
    std::string line;
    std::getline(in, line);  // the headline
    while (std::getline(in, line)) {
      std::vector<std::string_view> columns;
      for (std::string_view column : split(line, ' ')) {
        if (!column.empty()) columns.push_back(column);
      }
      if (columns.size() < 10 || columns[3] != kListening) continue;
      std::string hex(split_once(columns[1], ':').second);
      if (std::strtol(hex.c_str(), nullptr, 16) == port) inodes.insert(concat("socket:[", columns[9], "]"));
    }
  }
  return inodes;
}

bool holds_any(const fs::path& process, const std::set<std::string>& inodes) {
  std::error_code hidden;
  for (auto entry = fs::directory_iterator(process / "fd", hidden); !hidden && entry != fs::end(entry); entry.increment(hidden)) {
    std::error_code gone;
    if (inodes.contains(fs::read_symlink(entry->path(), gone).string())) return true;
  }
  return false;
}

}  // namespace

std::string port_owner(int port) {
  std::set<std::string> inodes = listening_inodes(port);
  if (inodes.empty()) return {};
  std::error_code unreadable;
  for (auto entry = fs::directory_iterator("/proc", unreadable); !unreadable && entry != fs::end(entry); entry.increment(unreadable)) {
    std::string id = entry->path().filename().string();
    if (!is_digit(id.front()) || !holds_any(entry->path(), inodes)) continue;
    std::ifstream in(entry->path() / "comm");
    std::string name;
    std::getline(in, name);
    return concat(name.empty() ? "a process" : name, " (process ", id, ")");
  }
  return {};
}

}  // namespace cloudemu::net
