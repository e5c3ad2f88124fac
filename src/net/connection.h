#pragma once
#include <list>
#include <string>
#include <string_view>

#include "net/handler.h"
#include "net/request_parser.h"
#include "net/response_stream.h"
#include "net/uv_handle.h"
#include "protocol/http_message.h"

namespace cloudemu::net {

class Server;

/// One TCP connection: reads requests one after the other, asks the Handler, writes replies in order. Owned by Server; everyone
/// else holds the id. All on the loop's thread.
class Connection {
 public:
  Connection(ConnectionId id, Server& server, uv_loop_t* loop);

  uv_handle_t* uv_handle() { return reinterpret_cast<uv_handle_t*>(&tcp_); }
  uv_stream_t* uv_stream() { return reinterpret_cast<uv_stream_t*>(&tcp_); }

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
    reading,    // waiting for, or inside, a request
    finishing,  // the sink digests the end of the body
    serving,    // the Handler owes a reply
    replying,   // a reply is being written
    lingering,  // the last reply is out; what still comes in is dropped
    closed
  };

  void on_read(ssize_t size, const char* data);
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
  void refuse_tls();
  void set_reading(bool on);
  void send(http::Response response);
  void write(std::string first, std::string second);
  void on_written(int status);
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
  uv_tcp_t tcp_;
  uv_shutdown_t shutdown_;
  RequestParser parser_;
  Phase phase_ = Phase::reading;
  Admission admission_;
  http::Headers reply_headers_;
  std::shared_ptr<ResponseStream> stream_;
  std::shared_ptr<http::Response> if_unreadable_;  // goes out instead of a streamed reply whose first piece cannot be had
  std::string pending_;                            // read, but not to be parsed yet
  std::string reply_head_, reply_body_;            // given, but not written yet; no reply has an empty head
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
