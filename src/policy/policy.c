/*
 * A tool is allowed when every rule lets it through: read-only mode, the operator's
 * list of tools, the operator's toolsets, and its product being configured. With no product configured at all every tool is shown, so that
 * a first call can say what to configure.
 */
#include "policy/policy.h"

#include "base/str.h"

#include <string.h>

struct policy {
	const struct config *config;
	bool all_toolsets, default_toolsets;	/* default_toolsets: only what is in the default surface */
	bool own_choice;			/* the operator named toolsets or tools */
	bool any_site;
};

static const char *const effects[] = { "reads", "writes", "destroys" };

const char *
effect_name(enum effect e)
{
	return effects[e];
}

static bool
listed(char **list, const char *name)
{
	for (; list != NULL && *list != NULL; list++) {
		if (str_ieq(*list, name))
			return true;
	}
	return false;
}

static int
check_name(const char *name, bool toolset, const struct policy_subject *subjects, struct err *e)
{
	const char *known[256], *near;
	size_t n = 0;

	for (const struct policy_subject *s = subjects; s->name != NULL; s++) {
		const char *have = toolset ? s->toolset : s->name;

		if (str_ieq(have, name))
			return 0;
		if (n < LEN(known))
			known[n++] = have;
	}
	near = str_nearest(name, known, n);
	err_set(e, ERR_CONFIG, "%s names \"%s\", which does not exist.", toolset ? "toolsets (TOOLSETS)" :
	    "enabled_tools (ENABLED_TOOLS)", name);
	if (near != NULL)
		err_hint(e, "Did you mean \"%s\"? See: telamon tools", near);
	else
		err_hint(e, "See: telamon tools");
	return -1;
}

struct policy *
policy_new(const struct config *c, const struct policy_subject *subjects, struct err *e)
{
	struct policy *p = mem_alloc(sizeof(*p));

	p->config = c;
	p->own_choice = c->toolsets != NULL || c->enabled_tools != NULL;
	p->all_toolsets = c->toolsets == NULL;
	for (char **t = c->toolsets; t != NULL && *t != NULL; t++) {
		if (str_ieq(*t, "all")) {
			p->all_toolsets = true;
		} else if (str_ieq(*t, "default")) {
			p->default_toolsets = true;
		} else if (check_name(*t, true, subjects, e) == -1) {
			policy_free(p);
			return NULL;
		}
	}
	for (char **t = c->enabled_tools; t != NULL && *t != NULL; t++) {
		if (check_name(*t, false, subjects, e) == -1) {
			policy_free(p);
			return NULL;
		}
	}
	for (int i = 0; i < PRODUCTS; i++)
		p->any_site = p->any_site || c->site[i].url != NULL;
	return p;
}

void
policy_free(struct policy *p)
{
	mem_free(p);
}

bool
policy_allows(const struct policy *p, const char *principal, const struct policy_subject *s)
{
	const struct config *c = p->config;

	(void)principal;	/* one local user so far; the gateway gives each principal rules of his own */
	if (c->read_only && s->effect != READS)
		return false;
	if (c->enabled_tools != NULL && !listed(c->enabled_tools, s->name))
		return false;
	if (!p->all_toolsets && !listed(c->toolsets, s->toolset) && !(p->default_toolsets && s->by_default))
		return false;
	return !p->any_site || s->product == PRODUCTS || c->site[s->product].url != NULL;
}

bool
policy_lists(const struct policy *p, const char *principal, const struct policy_subject *s)
{
	return policy_allows(p, principal, s) && (p->own_choice || s->by_default);
}
