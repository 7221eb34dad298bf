/* The fuzz corpus through the JQL entry. */
#include "fuzz/query_jql.c"

#include "query/replay.h"
