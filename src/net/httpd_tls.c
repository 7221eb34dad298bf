/*
 * The few functions of libssl that a server needs, found by name when the first
 * certificate is configured. Their prototypes are written here and not taken
 * from OpenSSL's headers, which the build does not need; the names, constants and
 * signatures are OpenSSL 3's stable ABI.
 *
 * Every call that may fail empties OpenSSL's per-thread error queue first:
 * SSL_get_error looks at it, and an old entry would be taken for a new failure.
 */
#include "net/httpd_tls.h"

#include "base/lib.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	FILETYPE_PEM = 1,
	CTRL_MODE = 33,
	CTRL_SET_MIN_PROTO_VERSION = 123,
	VERSION_TLS1_2 = 0x0303,
	MODE_PARTIAL_WRITE = 0x1,
	MODE_MOVING_BUFFER = 0x2,
	MODE_RELEASE_BUFFERS = 0x10,
	OP_IGNORE_UNEXPECTED_EOF = 1 << 7,
	OP_NO_COMPRESSION = 1 << 17,
	OP_NO_RENEGOTIATION = 1 << 30,
	ERROR_WANT_READ = 2,
	ERROR_WANT_WRITE = 3,
	ERROR_ZERO_RETURN = 6,
	ALPN_OK = 0,
	ALPN_NOACK = 3
};

struct tls_method;

typedef int alpn_fn(struct tls_session *, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
    unsigned in_len, void *arg);

/*	result, name, arguments; of libssl, except the ERR_ ones of libcrypto, which libssl brings with it */
#define TLS_API(X) \
	X(const struct tls_method *, TLS_server_method, (void)) \
	X(struct httpd_tls *, SSL_CTX_new, (const struct tls_method *)) \
	X(void, SSL_CTX_free, (struct httpd_tls *)) \
	X(long, SSL_CTX_ctrl, (struct httpd_tls *, int, long, void *)) \
	X(uint64_t, SSL_CTX_set_options, (struct httpd_tls *, uint64_t)) \
	X(void, SSL_CTX_set_alpn_select_cb, (struct httpd_tls *, alpn_fn *, void *)) \
	X(int, SSL_CTX_use_certificate_chain_file, (struct httpd_tls *, const char *)) \
	X(int, SSL_CTX_use_PrivateKey_file, (struct httpd_tls *, const char *, int)) \
	X(int, SSL_CTX_check_private_key, (const struct httpd_tls *)) \
	X(struct tls_session *, SSL_new, (struct httpd_tls *)) \
	X(void, SSL_free, (struct tls_session *)) \
	X(int, SSL_set_fd, (struct tls_session *, int)) \
	X(int, SSL_accept, (struct tls_session *)) \
	X(int, SSL_read_ex, (struct tls_session *, void *, size_t, size_t *)) \
	X(int, SSL_write_ex, (struct tls_session *, const void *, size_t, size_t *)) \
	X(int, SSL_shutdown, (struct tls_session *)) \
	X(int, SSL_get_error, (const struct tls_session *, int)) \
	X(void, ERR_clear_error, (void)) \
	X(unsigned long, ERR_get_error, (void)) \
	X(void, ERR_error_string_n, (unsigned long, char *, size_t))

static struct tls_api {
#define TLS_MEMBER(result, name, args) result(*name) args;
	TLS_API(TLS_MEMBER)
#undef TLS_MEMBER
} ssl;

static int
load(struct err *e)
{
	static const struct lib_symbol symbols[] = {
#define TLS_SYMBOL(result, name, args) { #name, offsetof(struct tls_api, name) },
		TLS_API(TLS_SYMBOL)
#undef TLS_SYMBOL
	};
	static struct lib lib = {
		.soname = "libssl.so.3", .title = "OpenSSL", .package = "libssl3",
		.symbols = symbols, .count = LEN(symbols), .api = &ssl,
	};
	struct sigaction pipe_action;

	if (lib_load(&lib, e) == -1)
		return -1;
	/* OpenSSL writes to sockets without MSG_NOSIGNAL. A handler that somebody else set stays. */
	if (sigaction(SIGPIPE, NULL, &pipe_action) == 0 && pipe_action.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
	return 0;
}

static int
choose_http11(struct tls_session *s, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
    unsigned in_len, void *arg)
{
	static const char http11[] = "http/1.1";

	(void)s;
	(void)arg;
	for (unsigned at = 0; at < in_len && in[at] < in_len - at; at += 1u + in[at]) {
		if (in[at] == sizeof(http11) - 1 && memcmp(in + at + 1, http11, sizeof(http11) - 1) == 0) {
			*out = in + at + 1;
			*out_len = in[at];
			return ALPN_OK;
		}
	}
	return ALPN_NOACK;
}

static void
refuse(struct err *e, const char *what, const char *path)
{
	char why[256] = "no details";
	unsigned long code = ssl.ERR_get_error();

	if (code != 0)
		ssl.ERR_error_string_n(code, why, sizeof(why));
	err_set(e, ERR_CONFIG, "%s %s can't be used: %s.", what, path, why);
	ssl.ERR_clear_error();
}

struct httpd_tls *
httpd_tls_new(const char *cert_path, const char *key_path, struct err *e)
{
	struct httpd_tls *t;

	if (load(e) == -1)
		return NULL;
	ssl.ERR_clear_error();
	t = ssl.SSL_CTX_new(ssl.TLS_server_method());
	if (t == NULL) {
		err_set(e, ERR_CONFIG, "OpenSSL gives no TLS context.");
		return NULL;
	}
	ssl.SSL_CTX_ctrl(t, CTRL_MODE, MODE_PARTIAL_WRITE | MODE_MOVING_BUFFER | MODE_RELEASE_BUFFERS, NULL);
	ssl.SSL_CTX_ctrl(t, CTRL_SET_MIN_PROTO_VERSION, VERSION_TLS1_2, NULL);
	ssl.SSL_CTX_set_options(t, OP_IGNORE_UNEXPECTED_EOF | OP_NO_COMPRESSION | OP_NO_RENEGOTIATION);
	ssl.SSL_CTX_set_alpn_select_cb(t, choose_http11, NULL);
	if (ssl.SSL_CTX_use_certificate_chain_file(t, cert_path) != 1)
		refuse(e, "The certificate file", cert_path);
	else if (ssl.SSL_CTX_use_PrivateKey_file(t, key_path, FILETYPE_PEM) != 1)
		refuse(e, "The key file", key_path);
	else if (ssl.SSL_CTX_check_private_key(t) != 1)
		refuse(e, "The key file does not belong to the certificate:", key_path);
	else
		return t;
	ssl.SSL_CTX_free(t);
	return NULL;
}

void
httpd_tls_free(struct httpd_tls *t)
{
	if (t != NULL)
		ssl.SSL_CTX_free(t);
}

struct tls_session *
httpd_tls_open(struct httpd_tls *t, int fd)
{
	struct tls_session *s = ssl.SSL_new(t);

	if (s != NULL && ssl.SSL_set_fd(s, fd) != 1) {
		ssl.SSL_free(s);
		s = NULL;
	}
	return s;
}

void
httpd_tls_close(struct tls_session *s)
{
	if (s != NULL)
		ssl.SSL_free(s);
}

static enum tls_result
result_of(struct tls_session *s, int rc)
{
	int error;

	if (rc > 0)
		return TLS_DONE;
	error = ssl.SSL_get_error(s, rc);
	ssl.ERR_clear_error();
	switch (error) {
	case ERROR_WANT_READ:
		return TLS_WANT_READ;
	case ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	case ERROR_ZERO_RETURN:
		return TLS_END;
	default:
		return TLS_FAILED;
	}
}

enum tls_result
httpd_tls_accept(struct tls_session *s)
{
	ssl.ERR_clear_error();
	return result_of(s, ssl.SSL_accept(s));
}

enum tls_result
httpd_tls_read(struct tls_session *s, void *data, size_t len, size_t *ret_len)
{
	ssl.ERR_clear_error();
	return result_of(s, ssl.SSL_read_ex(s, data, len, ret_len));
}

enum tls_result
httpd_tls_write(struct tls_session *s, const void *data, size_t len, size_t *ret_len)
{
	ssl.ERR_clear_error();
	return result_of(s, ssl.SSL_write_ex(s, data, len, ret_len));
}

void
httpd_tls_shutdown(struct tls_session *s)
{
	ssl.ERR_clear_error();
	ssl.SSL_shutdown(s);
	ssl.ERR_clear_error();
}
