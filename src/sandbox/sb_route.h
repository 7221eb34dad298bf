/* The way of a request through the site: authentication, route, handler, error body. */
#ifndef SANDBOX_SB_ROUTE_H
#define SANDBOX_SB_ROUTE_H

#include "sandbox/sb_rq.h"

enum {
	SB_CLOUD = 1 << 0,
	SB_DC = 1 << 1,
	SB_BOTH = SB_CLOUD | SB_DC,
	SB_ANYONE = 1 << 2,	/* needs no login */
	SB_ANY_BODY = 1 << 3,	/* the body may be any JSON, or none */
	SB_RAW = 1 << 4,	/* the body is not JSON: the handler reads body_text */
	SB_DESK = 1 << 5,	/* of an API: its errors are {"errorMessage", "i18nErrorMessage"} */
};

struct sb_route {
	const char *method, *path;	/* below the API's prefix; {} fits any one segment */
	void (*run)(struct sb_rq *);
	unsigned flags;
};

/* A family of paths with its table. Each sb_routes_*.c states one, ending with prefix NULL, and sb_route.c lists them. */
struct sb_api {
	const char *prefix;		/* "/rest/api/3/" */
	unsigned flags;			/* SB_CLOUD, SB_DC */
	int version;			/* 3: texts are ADF */
	const struct sb_route *routes;
	size_t count;
};

extern const struct sb_api sb_api_platform[];
extern const struct sb_api sb_api_desk[], sb_api_form[], sb_api_asset[];
extern const struct sb_api sb_api_development[];
extern const struct sb_api sb_api_bulk[], sb_api_files[];
extern const struct sb_api sb_api_agile[];

struct sb_access {
	bool anonymous_failures;	/* wrong credentials count as none and reads go on without: what Cloud really does */
};

/* Fills in the answer of rq, whose "in" part is set. */
void sb_answer(struct sb_rq *, const struct sb_access *);
/* Who asks by the Authorization header; -1: nobody, wrong or missing. */
int sb_login(const struct sb_rq *);

#endif
