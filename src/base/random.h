/* Random bytes from the kernel; never fails (a kernel without them ends the process). */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/arena.h"

#include <stdint.h>

void random_bytes(void *out, size_t len);
uint32_t random_below(uint32_t limit);			/* uniform enough for jitter and faults; 0 gives 0 */
const char *random_id(struct arena *, size_t bytes);	/* lower-case hex, 2 * bytes characters */

#endif
