/*
 * TLS for the HTTP server, by certificate files: OpenSSL 3, loaded with dlopen by
 * the first httpd_tls_new, so that a process without TLS never pays for it.
 * Internal to the httpd*.c files.
 *
 * TLS 1.2 and later, no renegotiation, ALPN "http/1.1". A session works on the
 * connection's own non-blocking socket and does not close it.
 */
#ifndef NET_HTTPD_TLS_H
#define NET_HTTPD_TLS_H

#include "base/err.h"

#include <stddef.h>

struct httpd_tls;	/* certificate and key, shared by sessions */
struct tls_session;	/* one connection (OpenSSL's SSL) */

enum tls_result {
	TLS_DONE,
	TLS_WANT_READ,
	TLS_WANT_WRITE,
	TLS_END,	/* the client closed */
	TLS_FAILED
};

/* PEM files: the certificate with its chain, and its key. NULL and e set (ERR_CONFIG). */
struct httpd_tls *httpd_tls_new(const char *cert_path, const char *key_path, struct err *e);
void httpd_tls_free(struct httpd_tls *);	/* accepts NULL; open sessions keep what they need */

struct tls_session *httpd_tls_open(struct httpd_tls *, int fd);
void httpd_tls_close(struct tls_session *);	/* accepts NULL; frees */
enum tls_result httpd_tls_accept(struct tls_session *) ATTR_MUST;
enum tls_result httpd_tls_read(struct tls_session *, void *data, size_t len, size_t *ret_len) ATTR_MUST;
enum tls_result httpd_tls_write(struct tls_session *, const void *data, size_t len, size_t *ret_len) ATTR_MUST;
void httpd_tls_shutdown(struct tls_session *);	/* tells the client that nothing follows */

#endif
