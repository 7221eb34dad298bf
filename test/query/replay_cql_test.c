/* The fuzz corpus through the CQL entry. */
#include "fuzz/query_cql.c"

#include "query/replay.h"
