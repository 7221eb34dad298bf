/* The wiki's tables of routes, for sb_route.c; the files' comes last: its prefix fits the others' paths too. */
#ifndef SANDBOX_CF_ROUTES_H
#define SANDBOX_CF_ROUTES_H

#include "sandbox/sb_route.h"

extern const struct sb_api cf_api_v2[], cf_api_v1[], cf_api_files[];

#endif
