#pragma once
#include <string>

#include "engine/engine.h"
#include "protocol/http_message.h"
#include "services/environment.h"

namespace cloudemu::control {

/// Who may command a guarded daemon: this machine itself, whoever knows the token, and whoever signs with a known access key.
class Admission {
 public:
  /// `token`: empty if no token is set. Both references must outlive it.
  Admission(const Engine& engine, const Environment& environment, std::string token)
      : engine_(engine), environment_(environment), token_(std::move(token)) {}

  /// Whether the head alone shows a right to command.
  bool is_trusted(const http::Request& request) const;
  /// Signed as for any service, with a key that is known. With the whole request there.
  bool is_signed(const http::Request& request) const;

 private:
  const Engine& engine_;
  const Environment& environment_;
  const std::string token_;
};

}  // namespace cloudemu::control
