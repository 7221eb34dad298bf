/* test/fuzz/text_md.c over its corpus. */
#define REPLAY_NAME "text_md"
#include "../fuzz/text_md.c"

#include "replay.h"
