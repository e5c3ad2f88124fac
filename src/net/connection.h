#pragma once
#include <list>
#include <string>
#include <string_view>

#include "net/handler.h"
#include "net/request_parser.h"
#include "net/response_stream.h"
#include "net/socket.h"
#include "net/tls.h"
#include "net/uv_handle.h"
#include "protocol/http_message.h"

namespace cloudemu::net {

class Server;

/// One connection: reads requests one after the other, asks the Handler, writes replies in order. A client that begins with a TLS handshake
/// gets one, and what follows is deciphered first. Owned by Server; everyone else holds the id. All on the loop's thread, but the handshake.
class Connection {
 public:
  Connection(ConnectionId id, Server& server, uv_loop_t* loop, SocketKind kind);

  uv_handle_t* uv_handle() { return &socket_.handle; }
  uv_stream_t* uv_stream() { return &socket_.stream; }

  void start();
  /// Answers without having read a request, then closes.
  void turn_away(http::Response response);
  /// The reply to the request under way.
  void respond(http::Response response);
  /// Writes the reply that respond() left; see Server::flush().
  void flush();
  /// The sink takes pieces again.
  void resume_body();
  /// Whether a body is on its way that counts towards kBodiesBytesMax, and how quickly it comes, in bytes a second.
  bool has_unfinished_body() const { return counted_bytes_ > 0 && phase_ == Phase::reading && head_done_ && !discarding_; }
  double body_rate() const;
  /// Refuses the body that is on its way and frees what is there of it.
  void give_up_body();
  /// Looks at the time-outs; called about once a second.
  void sweep(uint64_t now_ms);
  /// Closes now if idle, else after the reply under way.
  void close_when_idle();
  void close();
  /// Whether the client can still be there. Asks the system, which knows of a closed socket before the loop does; if the client has
  /// gone, closes.
  bool check_client();
  /// Whether nobody would miss this connection: no request, or only a beginning of one that has been waiting for its rest.
  bool is_idle(uint64_t now_ms) const;

  std::list<Connection*>::iterator idle_place;  ///< the Server's own

 private:
  enum class Phase {
    greeting,   // a TLS handshake is under way
    reading,    // waiting for, or inside, a request
    finishing,  // the sink digests the end of the body
    serving,    // the Handler owes a reply
    replying,   // a reply is being written
    lingering,  // the last reply is out; what still comes in is dropped
    closed
  };

  void on_read(ssize_t size, const char* data);
  void on_input(std::string_view input);
  void on_end_of_input();
  void take(std::string_view input);
  void take_pending();
  void on_head();
  void on_piece(std::string_view piece);
  void on_complete();
  void count_body();
  void serve();
  void discard();
  void refuse_body(BodyFault fault);
  void refuse(http::Response response);
  void shake_hands(std::string_view bytes);
  void on_handshake(TlsSession::Step step);
  void decipher(std::string_view bytes);
  void write_aside(std::string bytes);
  void say_goodbye();
  void set_reading(bool on);
  void send(http::Response response);
  /// Who is told when something was written: the reply under way, or nobody.
  enum class Part { reply, aside };
  void write(std::string first, std::string second, Part part);
  void write_bytes(std::string first, std::string second, Part part);
  void on_written(int status, Part part);
  void pump_stream();
  void write_piece();
  void send_instead();
  void reply_done();
  void linger();
  void touch();
  http::Request& request() { return *parser_.request(); }
  bool reply_owed() const { return phase_ == Phase::finishing || phase_ == Phase::serving; }
  uint64_t time_limit_ms() const;

  ConnectionId id_;
  Server& server_;
  const SocketKind kind_;
  Socket socket_;
  uv_shutdown_t shutdown_;
  std::shared_ptr<TlsSession> tls_;  ///< null: plain HTTP. Not to be touched while a step of the handshake runs
  size_t handshake_bytes_ = 0;
  size_t asides_waiting_bytes_ = 0;  ///< of what TLS itself had to say since the client last took everything
  RequestParser parser_;
  Phase phase_ = Phase::reading;
  Admission admission_;
  http::Headers reply_headers_;
  std::shared_ptr<ResponseStream> stream_;
  std::shared_ptr<http::Response> if_unreadable_;  // goes out instead of a streamed reply whose first piece cannot be had
  std::string pending_;                            // read, but not to be parsed yet
  std::string reply_head_, reply_body_;            // given, but not written yet; no reply has an empty head
  uint64_t read_turn_ = 0;                         // of the loop, in which something was read last
  bool fresh_ = true;                              // nothing was read yet
  bool reading_ = false;                           // uv_read_start is on
  bool taking_ = false;                            // inside take(); a reply that is sent meanwhile must not recurse
  bool head_done_ = false;                         // the head of the request under way is there
  bool sink_full_ = false;
  bool discarding_ = false;  // the rest of the body is unwanted
  bool input_ended_ = false;
  bool close_after_reply_ = false;
  uint64_t discarded_bytes_ = 0;
  size_t counted_bytes_ = 0;     // of the body, in the server's sum of all
  uint64_t received_bytes_ = 0;  // of the body
  uint64_t body_since_ms_ = 0;
  uint64_t last_activity_ms_ = 0;
  size_t last_write_queue_bytes_ = 0;
};

}  // namespace cloudemu::net
