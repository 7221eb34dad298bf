/* --sandbox: a demo site in this process, and a configuration that points at it. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "sandbox/sandbox.h"

#include <string.h>

/* One product of the demo; nothing of the real site's access is left. */
static void
point_at(struct config *c, enum product p, const struct sandbox *sb, bool dc)
{
	struct site_config *site = &c->site[p];
	const char *token = sandbox_token(sb);

	secret_free(site->api_token);
	secret_free(site->personal_token);
	site->api_token = site->personal_token = NULL;
	site->url = arena_printf(c->arena, "%s%s", sandbox_url(sb), sandbox_path(sb, p));
	site->deployment = dc ? DEPLOYMENT_DC : DEPLOYMENT_CLOUD;
	site->username = dc ? NULL : sandbox_email(sb);
	if (dc)
		site->personal_token = secret_new(token, strlen(token));
	else
		site->api_token = secret_new(token, strlen(token));
	site->allow_http = true;
	site->proxy = NULL;
	site->client_cert = site->client_key = NULL;
	site->custom_headers = NULL;
}

int
cmd_start_sandbox(struct loop *l, struct config *c, struct sandbox **ret, struct err *e)
{
	bool dc = c->site[JIRA].deployment == DEPLOYMENT_DC || c->site[CONFLUENCE].deployment == DEPLOYMENT_DC;
	const char *dir;

	*ret = NULL;
	if (!c->sandbox)
		return 0;
	*ret = sandbox_start(l, &(struct sandbox_options){ .dc = dc, .host = "127.0.0.1" }, e);
	if (*ret == NULL)
		return -1;
	for (int p = 0; p < PRODUCTS; p++)	/* real sites are out of reach of the demo */
		c->site[p].url = NULL;
	point_at(c, JIRA, *ret, dc);
	point_at(c, CONFLUENCE, *ret, dc);
	dir = c->state_dir != NULL ? c->state_dir : file_state_dir(c->arena);
	if (dir != NULL)	/* what is written to the demo is no part of the real journal */
		c->state_dir = arena_printf(c->arena, "%s/sandbox", dir);
	return 0;
}

void
cmd_stop_sandbox(struct sandbox *s)
{
	sandbox_stop(s);
}
