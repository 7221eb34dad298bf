/* test/fuzz/text_storage.c over its corpus. */
#define REPLAY_NAME "text_storage"
#include "../fuzz/text_storage.c"

#include "replay.h"
