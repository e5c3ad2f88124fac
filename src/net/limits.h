#pragma once
#include <cstddef>
#include <cstdint>

/// Every limit of the HTTP server. What a limit cuts off is answered with the status in its comment, then the connection closes.
namespace cloudemu::net {

inline constexpr size_t kRequestLineBytesMax = 16 * 1024;  ///< 400: DynamoDB answers so where RFC 9110 suggests 414
inline constexpr size_t kHeaderBytesMax = 16 * 1024;       ///< all names and values together; 400
inline constexpr size_t kHeadersMax = 200;                 ///< 400
inline constexpr size_t kConnectionsMax = 4096;            ///< then the one that is idle longest makes room; if none is, 503
inline constexpr size_t kReadBufferBytes = 256 * 1024;     ///< one for the whole server: reads are consumed at once
inline constexpr size_t kReadBytesMin = 16 * 1024;         ///< at a time, however many connections there are
inline constexpr size_t kTurnReadBytesMax = 1 << 20;       ///< in a turn of the loop; who comes after that gets one kReadBytesMin
inline constexpr size_t kHandshakeReadBytes = 16 * 1024;   ///< at a time, while a TLS handshake is under way
inline constexpr size_t kHandshakeBytesMax = 64 * 1024;    ///< of a client, until hands are shaken; an alert, or closed silently
inline constexpr size_t kHandshakesAtOnce = 2;             ///< on worker threads; the others wait in line
inline constexpr size_t kAsideBytesMax = 64 * 1024;        ///< of what TLS itself says that a client leaves lying; closed
inline constexpr size_t kPipelinedBytesMax = 64 * 1024;    ///< read ahead while a reply is owed; then reading pauses
inline constexpr size_t kResponsePieceBytes = 256 * 1024;  ///< of a streamed reply; two are in memory at a time
inline constexpr size_t kBodiesBytesMax = 256 << 20;       ///< of all request bodies in memory together; the slowest gets 503
inline constexpr size_t kBodyFreeBytes = 64 * 1024;        ///< of one body; smaller ones do not count towards that
inline constexpr uint64_t kIdleMs = 75'000;                ///< keep-alive without a request; closed silently
inline constexpr uint64_t kHeadMs = 15'000;             ///< from a request's first byte to the end of its head; 408. TLS handshakes: closed
inline constexpr uint64_t kHeadPatienceMs = 2'000;      ///< the same, while others wait for a connection; closed silently
inline constexpr uint64_t kBodyStallMs = 30'000;        ///< between two pieces of a request body; 408
inline constexpr uint64_t kWriteStallMs = 60'000;       ///< without the client taking a byte of the reply; closed
inline constexpr uint64_t kDiscardBytesMax = 64 << 20;  ///< of an unwanted body that is read to keep the connection
inline constexpr uint64_t kLingerMs = 2000;             ///< for the client to read a last reply before the socket is closed
inline constexpr uint64_t kSweepMs = 1000;              ///< how often the times above are looked at
inline constexpr uint64_t kDrainMs = 5000;              ///< for replies under way at a graceful stop

}  // namespace cloudemu::net
