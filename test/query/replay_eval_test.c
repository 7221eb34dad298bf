/* The fuzz corpus through evaluation and completion. */
#include "fuzz/query_eval.c"

#include "query/replay.h"
