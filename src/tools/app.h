/*
 * What one process serves: its configuration, sites, policy, journal and audit log.
 * Made once, handed to every call as c->app.
 */
#ifndef TOOLS_APP_H
#define TOOLS_APP_H

#include "atlassian/site.h"
#include "policy/policy.h"
#include "store/audit.h"
#include "tools/out.h"
#include "tools/tool.h"

struct app {
	struct config *config;
	struct loop *loop;
	struct http *http;
	struct site *site[PRODUCTS];	/* NULL: not configured */
	struct err site_error[PRODUCTS];	/* why a configured site can't be used */
	struct policy *policy;
	struct journal *journal;
	struct cache *cache;
	struct audit *audit;
	struct arena *arena;
};

/* Takes over config. NULL and e set when configuration, policy or audit are unusable; a single site that is
 * wrong fails only its calls. */
struct app *app_new(struct loop *, struct config *, struct err *e);
void app_free(struct app *);

/* The product's site, ready to be asked; NULL with the error in the call. Parks the first time. */
struct site *app_site(struct call *, enum product);

/*
 * Runs a tool for a principal: policy, arguments, handler, audit. The one way to a
 * handler, for every transport and the command line. c->principal and c->client are
 * set. 0: the answer is rendered into *ret_text; -1: the call's error. A tool that
 * policy hides gives exactly the error of one that does not exist. Parks.
 */
struct tool_answer {
	const char *text;
	size_t len;
	const struct out_blob *blobs;	/* images and files beside the text; a list through next */
};
int app_call(struct call *, const char *tool, json *args, enum out_format dflt_format, size_t budget,
    struct tool_answer *ret) ATTR_MUST;

/*
 * The tools that this principal may call, by name; NULL-terminated, in the arena. APP_LISTED: those that a client is
 * shown; APP_FURTHER: the others, which more_tools reaches; APP_ALLOWED: both.
 */
enum app_scope { APP_LISTED, APP_FURTHER, APP_ALLOWED };
const struct tool **app_tools(const struct app *, struct arena *, const char *principal, enum app_scope);

#endif
