/* test/fuzz/text_adf.c over its corpus. */
#define REPLAY_NAME "text_adf"
#include "../fuzz/text_adf.c"

#include "replay.h"
