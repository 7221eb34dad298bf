/*
 * JSON-RPC messages of MCP: reading an envelope, deciding its era, writing answers.
 * Two eras: legacy (initialize; revisions 2024-11-05 to 2025-11-25) and modern
 * (2026-07-28: every request carries its version and capabilities in params._meta).
 * https://modelcontextprotocol.io/specification/2026-07-28
 */
#ifndef MCP_MESSAGE_H
#define MCP_MESSAGE_H

#include "base/arena.h"
#include "json/writer.h"

#include <stdbool.h>

#define MCP_MODERN "2026-07-28"
#define MCP_LEGACY_LATEST "2025-11-25"

enum { MCP_MAX_MESSAGE = 4 * 1024 * 1024 };

enum rpc_code {
	RPC_PARSE = -32700,
	RPC_INVALID_REQUEST = -32600,
	RPC_METHOD_NOT_FOUND = -32601,
	RPC_INVALID_PARAMS = -32602,
	RPC_INTERNAL = -32603,
	RPC_HEADER_MISMATCH = -32020,		/* modern, HTTP */
	RPC_MISSING_CAPABILITY = -32021,	/* modern; data: requiredCapabilities */
	RPC_UNSUPPORTED_VERSION = -32022,	/* modern; data: supported, requested */
};

enum message_kind { MESSAGE_REQUEST, MESSAGE_NOTIFICATION, MESSAGE_RESPONSE, MESSAGE_BAD };

struct message {
	enum message_kind kind;
	json *id;		/* string or integer; NULL without one */
	const char *method;
	json *params;		/* object or NULL */
	json *meta;		/* params._meta or NULL */
	bool modern;		/* params._meta names a protocol version */
	json *result, *error;	/* MESSAGE_RESPONSE */
	/* MESSAGE_BAD: */
	enum rpc_code code;
	const char *why;
};

/* Classifies one JSON value; texts point into it. Never fails: what is wrong is a kind. */
void message_read(json *root, struct message *ret);

/* The revision to answer an initialize with: the requested one, or our latest legacy one. */
const char *message_legacy_version(const char *requested);
bool message_version_is_legacy(const char *version);

/* Opens {"jsonrpc":"2.0","id":...,"result":{ ; the caller writes members and calls message_end. */
void message_result_begin(struct jw *, json *id);
void message_result_end(struct jw *);
/* Opens {"jsonrpc":"2.0","method":...,"params":{ of a notification. */
void message_note_begin(struct jw *, const char *method);
void message_note_end(struct jw *);
/* A whole error message. id NULL leaves the member out. data (may be NULL) is JSON text. */
void message_error(struct jw *, json *id, enum rpc_code, const char *text, const char *data);

/* The same id: equal JSON type and value. */
bool message_same_id(json *a, json *b);

#endif
