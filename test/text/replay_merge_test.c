/* test/fuzz/text_merge.c over its corpus. */
#define REPLAY_NAME "text_merge"
#include "../fuzz/text_merge.c"

#include "replay.h"
