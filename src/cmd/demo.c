/* --sandbox: a demo site in this process, and a configuration that points at it. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "sandbox/sandbox.h"

#include <string.h>

int
cmd_start_sandbox(struct loop *l, struct config *c, struct sandbox **ret, struct err *e)
{
	struct site_config *jira = &c->site[JIRA];
	const char *token, *dir;

	*ret = NULL;
	if (!c->sandbox)
		return 0;
	*ret = sandbox_start(l, &(struct sandbox_options){
		.dc = jira->deployment == DEPLOYMENT_DC, .host = "127.0.0.1",
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
	dir = c->state_dir != NULL ? c->state_dir : file_state_dir(c->arena);
	if (dir != NULL)	/* what is written to the demo is no part of the real journal */
		c->state_dir = arena_printf(c->arena, "%s/sandbox", dir);
	jira->proxy = NULL;
	jira->client_cert = jira->client_key = NULL;
	jira->custom_headers = NULL;
	return 0;
}

void
cmd_stop_sandbox(struct sandbox *s)
{
	sandbox_stop(s);
}
