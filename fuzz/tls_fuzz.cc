// A TLS handshake, and what follows it, cut into pieces at places that the input chooses.
#include "fuzz.h"
#include "net/tls.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cloudemu;
  using Step = net::TlsSession::Step;
  constexpr TimeMs kNow = 1'795'000'000'000;
  static net::TlsServer server([] { return net::make_identity({"localhost"}, kNow); });
  std::string_view input = fuzz::bytes(data, size);
  size_t piece = input.empty() ? 1 : static_cast<unsigned char>(input.back()) + 1u;
  net::TlsSession session(server);
  Step step = Step::need_more;
  for (; !input.empty() && step == Step::need_more; input.remove_prefix(std::min(piece, input.size())))
    step = session.shake_hands(input.substr(0, piece));
  if (step == Step::failed) fuzz::require(!session.failure().empty());
  fuzz::require(session.take_output().size() < 1 << 17);
  session.end();
  return 0;
}
