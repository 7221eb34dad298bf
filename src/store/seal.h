/*
 * Sealed text: what the server gives out and must get back unchanged and unread (MCP's
 * requestState, session ids). AES-256-GCM with a random key of this process, bound to a
 * purpose and an expiry. OpenSSL's libcrypto is loaded on first use. Never parks.
 * A sealer made before fork() is one for all children: the key, and with sealer_share() what was used once.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sealer;

enum { SEAL_MAX = 64 * 1024, SEAL_MAX_USED = 4096 };

struct sealer *sealer_new(void);	/* a fresh key; loads nothing yet */
void sealer_share(struct sealer *);	/* before fork(): what one child uses is used up for all */
void sealer_free(struct sealer *);	/* wipes it */

/* URL-safe text of visible ASCII, in the arena. NULL and e set when libcrypto is missing or text is too long. */
char *seal(struct sealer *, struct arena *, const char *purpose, const char *text, int64_t expires_wall_ms, struct err *e);
/* The text again; NULL when it is not ours, was changed, is for another purpose, or has expired. */
char *unseal(struct sealer *, struct arena *, const char *purpose, const char *sealed);

/* For what is good once. sealed: what unseal() took. The last SEAL_MAX_USED are remembered. */
bool seal_is_used(struct sealer *, const char *sealed);
bool seal_use(struct sealer *, const char *sealed) ATTR_MUST;	/* false: somebody used it before */

#endif
