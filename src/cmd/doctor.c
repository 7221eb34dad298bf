/*
 * telamon doctor: what is configured, and whether each site can be reached, is what
 * it should be, and accepts the credentials. One line a finding, a way out beside each.
 */
#include "cmd/cmd.h"
#include "atlassian/jira.h"
#include "base/str.h"
#include "tools/app.h"

#include <stdio.h>
#include <string.h>

struct findings {
	int problems;
};

static void
good(const char *what, const char *detail)
{
	printf("ok    %s%s%s\n", what, detail != NULL ? ": " : "", detail != NULL ? detail : "");
}

static void
trouble(struct findings *f, const char *what, const struct err *e)
{
	f->problems++;
	printf("FAIL  %s: %s\n", what, e->message);
	if (e->hint != NULL)
		printf("      fix: %s\n", e->hint);
}

/* An answer of any kind shows that DNS, connection, proxy and TLS work. */
static bool
check_reach(struct call *c, struct site *s, struct findings *f)
{
	struct http_response r;
	bool ok = http_do(c, s->pool, &(struct http_request){
		.method = "GET", .url = arena_printf(c->arena, "%s/rest/api/2/serverInfo", s->base), .flags = HTTP_RETRY,
	}, &r) == 0;

	if (ok)
		good("network and TLS", arena_printf(c->arena, "%s answers in %lld ms", s->base, (long long)(r.us / 1000)));
	else
		trouble(f, "network and TLS", &c->err);
	err_clear(&c->err);
	return ok;
}

static void
check_account(struct call *c, struct site *s, struct findings *f)
{
	const char *name, *zone;
	json *me;

	if (site_ready(c, s) == -1) {
		trouble(f, "deployment", &c->err);
		err_clear(&c->err);
		return;
	}
	good("deployment", s->dialect->name);
	if (s->product == BITBUCKET)
		return;
	if (rest_get(c, s, rest_path(c, s, s->product == JIRA ? "{api}/myself" : "{v1}/user/current"), &me) == -1) {
		trouble(f, "credentials", &c->err);
		err_clear(&c->err);
		return;
	}
	name = jira_user_name(me);
	if (str_eq(json_get_str(me, "type"), "anonymous")) {	/* Confluence: wrong credentials count as none */
		call_fail(c, ERR_AUTH, "%s takes this account for nobody.", s->label);
		call_hint(c, "Check CONFLUENCE_USERNAME and CONFLUENCE_API_TOKEN (Cloud) or CONFLUENCE_PERSONAL_TOKEN (Data Center).");
		trouble(f, "credentials", &c->err);
		err_clear(&c->err);
		return;
	}
	zone = json_get_str(me, "timeZone");
	good("credentials", arena_printf(c->arena, "%s%s%s", name != NULL ? name : "accepted", zone != NULL ? ", time zone " : "",
	    zone != NULL ? zone : ""));
}

static int
examine(struct call *c, void *arg)
{
	struct findings *f = arg;
	const struct app *a = c->app;
	size_t sites = 0;

	printf("telamon " TELAMON_VERSION "\n");
	good("configuration", a->config->file != NULL ? a->config->file : "from the environment");
	for (int p = 0; p < PRODUCTS; p++) {
		if (a->config->site[p].url == NULL)
			continue;
		sites++;
		printf("\n%s\n", product_title((enum product)p));
		if (a->site[p] == NULL) {
			trouble(f, "address", &a->site_error[p]);
			continue;
		}
		if (a->site[p]->auth_scheme == NULL) {
			site_ready(c, a->site[p]) == -1 ? trouble(f, "credentials", &c->err) : (void)0;
			err_clear(&c->err);
			continue;
		}
		if (!a->config->site[p].ssl_verify)
			printf("warn  certificates are not checked (ssl_verify is off)\n");
		if (check_reach(c, a->site[p], f))
			check_account(c, a->site[p], f);
	}
	if (sites == 0) {
		f->problems++;
		printf("FAIL  no site is configured\n      fix: set JIRA_URL, JIRA_USERNAME and JIRA_API_TOKEN (Cloud), or JIRA_URL and "
		    "JIRA_PERSONAL_TOKEN (Data Center)\n");
	}
	return 0;
}

static int
doctor(struct cmd_line *l)
{
	struct findings f = { 0 };
	int code;

	if (l->word_count > 0)
		return cmd_usage(l, "There is nothing to name here: \"%s\".", l->words[0]);
	code = cmd_call(l, "doctor", examine, &f);
	if (code != 0)
		return code;
	printf("\n%s\n", f.problems == 0 ? "Everything is in order." : "Some things need mending.");
	return f.problems == 0 ? 0 : 1;
}

CMD(doctor,
	.usage = "",
	.doc = "Check configuration, network, TLS and credentials.",
	.run = doctor,
);
