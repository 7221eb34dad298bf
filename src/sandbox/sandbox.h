/*
 * The sandbox: a stand-in Atlassian site on loopback, for demos and tests. It
 * answers the REST APIs of Jira and Confluence as a Cloud site or as Data Center would, from
 * state in memory: a seeded, believable company. Nothing is stored.
 *
 * It shares no code with src/atlassian, on purpose: it is a second opinion on the
 * API, written from Atlassian's OpenAPI documents (test/contract holds it to them).
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "base/err.h"
#include "config/config.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct sandbox;

struct sandbox_options {
	bool dc;		/* Data Center 10.3 instead of Cloud */
	const char *host;	/* NULL: 127.0.0.1 */
	int port;		/* 0: any free one */
	const char *faults;	/* "429:0.1,latency:50ms,reset:0.01" (sb_fault.h); NULL: none */
	uint64_t seed;		/* the same seed and now_ms make the same company */
	int64_t now_ms;		/* the site's clock: stands here, one second a write; 0: the real time */
};

/* NULL and e set (ERR_CONFIG) when the address can't be bound or the faults can't be read. */
struct sandbox *sandbox_start(struct loop *, const struct sandbox_options *, struct err *e);
void sandbox_stop(struct sandbox *);			/* accepts NULL; closes everything at once */

const char *sandbox_url(const struct sandbox *);	/* "http://127.0.0.1:PORT" */

/* Where a product is below it: "" for Jira, "/wiki" or "/confluence" for Confluence. */
const char *sandbox_path(const struct sandbox *, enum product);

/* The main account. Cloud: Basic email:token. Data Center: Bearer token, or Basic username:password. */
const char *sandbox_email(const struct sandbox *);
const char *sandbox_token(const struct sandbox *);
const char *sandbox_username(const struct sandbox *);	/* Data Center's name of the same account */
const char *sandbox_password(const struct sandbox *);
/* The account that may not see project SHOP and may not delete. */
const char *sandbox_guest_email(const struct sandbox *);
const char *sandbox_guest_token(const struct sandbox *);

#endif
