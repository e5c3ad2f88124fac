#include "control/context.h"

#include "core/json_writer.h"

namespace cloudemu::control {

Reply refusal(int status, std::string_view message) {
  Reply reply{.status = status};
  JsonWriter(reply.body).begin_object().field("error", message).end_object();
  return reply;
}

CallInfo info(std::string_view operation, const http::Request& request) {
  constexpr size_t kAgentBytesMax = 256;
  return CallInfo{.operation = std::string(operation),
                  .user_agent = std::string(request.header("user-agent").substr(0, kAgentBytesMax)),
                  .source = request.peer};
}

}  // namespace cloudemu::control
