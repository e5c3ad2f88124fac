#include "net/certificate.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "core/strings.h"

namespace cloudemu::net {

namespace {

/// Apple's clients take no certificate that is good for longer than 825 days.
constexpr TimeMs kLifeMs = 800 * kDayMs;
/// Clocks differ.
constexpr TimeMs kBeforeMs = kDayMs;
/// A certificate is made anew so long before it ends.
constexpr TimeMs kSpareMs = 30 * kDayMs;
constexpr int kSerialBits = 127;

template <auto release>
struct Release {
  template <class T>
  void operator()(T* owned) const {
    release(owned);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;

auto failed(std::string_view doing) {
  char why[256] = "no reason given";
  if (unsigned long code = ERR_get_error()) ERR_error_string_n(code, why, sizeof why);
  return fail(Errc::io, concat("cannot make a certificate: ", doing, ": ", why));
}

Bio reader_of(std::string_view pem) { return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

/// Nothing is asked of a terminal: a key that is locked by a password cannot be read.
int no_password(char*, int, int, void*) { return -1; }

Certificate first_certificate(std::string_view pem) {
  ERR_clear_error();
  return Certificate(PEM_read_bio_X509(reader_of(pem).get(), nullptr, no_password, nullptr));
}
Key read_key(std::string_view pem) {
  ERR_clear_error();
  return Key(PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, no_password, nullptr));
}

std::string contents(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}
std::string pem_of(X509* certificate) {
  Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return contents(bio.get());
}
std::string pem_of(EVP_PKEY* key) {
  Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return contents(bio.get());
}

bool is_address(std::string_view name) {
  return name.find(':') != std::string_view::npos || name.find_first_not_of("0123456789.") == std::string_view::npos;
}
bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '*' || c == ':'; });
}

/// "DNS:localhost,IP:127.0.0.1"
std::string alternatives(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) append(out, out.empty() ? "" : ",", is_address(name) ? "IP:" : "DNS:", name);
  return out;
}

/// A certificate that lacks its extensions and signature.
Certificate begin(EVP_PKEY* key, std::string_view common_name, TimeMs now) {
  Certificate made(X509_new());
  Number serial(BN_new());
  BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(made.get()));
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), (now - kBeforeMs) / kSecondMs);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), (now + kLifeMs) / kSecondMs);
  X509_set_pubkey(made.get(), key);
  X509_NAME* subject = X509_get_subject_name(made.get());
  for (auto [field, text] : {std::pair("O", std::string_view("CloudEmu")), std::pair("CN", common_name)}) {
    X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                               static_cast<int>(text.size()), -1, 0);
  }
  return made;
}

using Extensions = std::vector<std::pair<int, std::string>>;

bool sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key, const Extensions& extensions) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const auto& [kind, value] : extensions) {
    Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return false;
  }
  return X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
}

}  // namespace

Result<Identity> make_identity(const std::vector<std::string>& names, TimeMs now) {
  for (const std::string& name : names) {
    if (!is_name(name)) return fail(Errc::bad_input, concat("\"", name, "\" is no name of a host, so no certificate can bear it"));
  }
  ERR_clear_error();
  Key ca_key(EVP_EC_gen("P-256")), key(EVP_EC_gen("P-256"));
  if (!ca_key || !key) return failed("a key");
  uint32_t mark = 0;  // so that browsers and key chains can tell authorities of several daemons apart
  RAND_bytes(reinterpret_cast<unsigned char*>(&mark), sizeof mark);
  Certificate ca = begin(ca_key.get(), concat("CloudEmu authority ", mark), now);
  bool made = sign(ca.get(), ca.get(), ca_key.get(),
                   {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                    {NID_key_usage, "critical,keyCertSign,cRLSign"},
                    {NID_subject_key_identifier, "hash"}});
  if (!made) return failed("the authority");
  Certificate server = begin(key.get(), "localhost", now);
  made = sign(server.get(), ca.get(), ca_key.get(),
              {{NID_basic_constraints, "critical,CA:FALSE"},
               {NID_key_usage, "critical,digitalSignature"},
               {NID_ext_key_usage, "serverAuth"},
               {NID_subject_key_identifier, "hash"},
               {NID_authority_key_identifier, "keyid"},
               {NID_subject_alt_name, alternatives(names)}});
  if (!made) return failed("the names");
  std::string ca_pem = pem_of(ca.get());
  return Identity{.chain = pem_of(server.get()) + ca_pem, .key = pem_of(key.get()), .ca = ca_pem};
}

bool is_good_for(const Identity& identity, const std::vector<std::string>& names, TimeMs now) {
  Certificate server = first_certificate(identity.chain);
  if (!server || !check_identity(identity)) return false;
  auto limit = static_cast<time_t>((now + kSpareMs) / kSecondMs), begun = static_cast<time_t>(now / kSecondMs);
  if (X509_cmp_time(X509_get0_notAfter(server.get()), &limit) < 0 || X509_cmp_time(X509_get0_notBefore(server.get()), &begun) > 0)
    return false;
  Names borne(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(server.get(), NID_subject_alt_name, nullptr, nullptr)));
  auto bears = [&](const std::string& name) {
    if (is_address(name)) return X509_check_ip_asc(server.get(), name.c_str(), 0) == 1;
    for (int i = 0; i < sk_GENERAL_NAME_num(borne.get()); ++i) {
      const GENERAL_NAME* one = sk_GENERAL_NAME_value(borne.get(), i);
      if (one->type != GEN_DNS) continue;
      std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(one->d.dNSName)),
                            static_cast<size_t>(ASN1_STRING_length(one->d.dNSName)));
      if (text == name) return true;
    }
    return false;
  };
  return std::all_of(names.begin(), names.end(), bears);
}

Result<void> check_identity(const Identity& identity) {
  Certificate server = first_certificate(identity.chain);
  if (!server) return fail(Errc::bad_input, "there is no certificate in it (in PEM, \"-----BEGIN CERTIFICATE-----\")");
  Key key = read_key(identity.key);
  if (!key) return fail(Errc::bad_input, "there is no private key in it that can be read (in PEM, without a password)");
  ERR_clear_error();
  if (X509_check_private_key(server.get(), key.get()) != 1) return fail(Errc::bad_input, "the key is not that of the certificate");
  return {};
}

}  // namespace cloudemu::net
