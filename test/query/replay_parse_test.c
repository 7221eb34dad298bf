/* The fuzz corpus through the parser of both languages. */
#include "fuzz/query_parse.c"

#include "query/replay.h"
