/* --sandbox: a demo site in this process, and a configuration that points at it. */
#include "cmd/cmd.h"

#include "base/clock.h"
#if __has_include("sandbox/sandbox.h")
#include "sandbox/sandbox.h"
#else
#define NO_SANDBOX
#endif

#include <string.h>

int
cmd_start_sandbox(struct loop *l, struct config *c, struct sandbox **ret, struct err *e)
{
	struct site_config *jira = &c->site[JIRA];
	const char *token;

	*ret = NULL;
	if (!c->sandbox)
		return 0;
#ifdef NO_SANDBOX
	(void)l; (void)e; (void)jira; (void)token;
	return 0;
#else
	*ret = sandbox_start(l, &(struct sandbox_options){
		.dc = jira->deployment == DEPLOYMENT_DC, .host = "127.0.0.1", .now_ms = clock_wall_ms(),
	}, e);
	if (*ret == NULL)
		return -1;
	token = sandbox_token(*ret);
	for (int p = 0; p < PRODUCTS; p++)	/* real sites are out of reach of the demo */
		c->site[p].url = NULL;
	secret_free(jira->api_token);
	secret_free(jira->personal_token);
	jira->api_token = jira->personal_token = NULL;
	jira->url = sandbox_url(*ret);
	if (jira->deployment == DEPLOYMENT_DC) {
		jira->personal_token = secret_new(token, strlen(token));
	} else {
		jira->deployment = DEPLOYMENT_CLOUD;
		jira->username = sandbox_email(*ret);
		jira->api_token = secret_new(token, strlen(token));
	}
	jira->proxy = NULL;
	jira->client_cert = jira->client_key = NULL;
	jira->custom_headers = NULL;
	return 0;
#endif
}

void
cmd_stop_sandbox(struct sandbox *s)
{
#ifdef NO_SANDBOX
	(void)s;
#else
	sandbox_stop(s);
#endif
}
