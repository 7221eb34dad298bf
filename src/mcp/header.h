/* The header rules of Streamable HTTP for modern requests (revision 2026-07-28): headers repeat what the body says. */
#ifndef MCP_HEADER_H
#define MCP_HEADER_H

#include "mcp/server.h"
#include "net/httpd.h"

/* NULL when every header agrees with the message, else what does not (in the arena). Call it for requests whose
 * envelope is complete and whose version is supported. */
const char *header_mismatch(struct arena *, const struct exchange *, const struct message *, const struct mcp_provider *);

/* The value of a header: "=?base64?...?=" decoded strictly, else itself. NULL when the coding is broken. */
const char *header_decode(struct arena *, const char *value);

#endif
