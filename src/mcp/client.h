/* What is known of the clients by name: how much answer each takes (reference: their documentation and tests). */
#ifndef MCP_CLIENT_H
#define MCP_CLIENT_H

#include <stddef.h>

/* Bytes of answer for the client that calls itself name (may be NULL). */
size_t client_budget(const char *name);

#endif
