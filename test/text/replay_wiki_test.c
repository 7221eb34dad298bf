/* test/fuzz/text_wiki.c over its corpus. */
#define REPLAY_NAME "text_wiki"
#include "../fuzz/text_wiki.c"

#include "replay.h"
