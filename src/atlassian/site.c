/*
 * From configuration to a site: the address is normalised and checked, the
 * credentials become one Authorization value, the connections one pool.
 */
#include "atlassian/site.h"

#include "atlassian/rest.h"
#include "base/clock.h"
#include "base/str.h"

#include <string.h>

static const struct dialect dialects[] = {
	[DEPLOYMENT_CLOUD] = { "Cloud", "/rest/api/3", "/api/v2", "/search/jql", PAGE_TOKEN, BODY_ADF, "accountId", "query" },
	[DEPLOYMENT_DC] = { "Data Center", "/rest/api/2", "/rest/api", "/search", PAGE_START_AT, BODY_WIKI, "name", "username" },
};

static const char *const cloud_hosts[] = { ".atlassian.net", ".jira.com", ".atlassian-us-gov-mod.net" };
static const char *const cloud_exact[] = { "api.atlassian.com", "bitbucket.org", "api.bitbucket.org" };

static const char *
variable_prefix(enum product p)
{
	return p == JIRA ? "JIRA" : p == CONFLUENCE ? "CONFLUENCE" : "BITBUCKET";
}

static const char *
host_of(struct arena *a, const char *url)
{
	const char *p = strstr(url, "://");

	p = p == NULL ? url : p + 3;
	return str_lower(a, arena_strndup(a, p, strcspn(p, "/?#")));
}

static const char *
host_without_port(struct arena *a, const char *url)
{
	const char *host = host_of(a, url);

	return host[0] == '[' ? host : arena_strndup(a, host, strcspn(host, ":"));
}

bool
site_host_is_cloud(const char *url)
{
	struct arena *a = arena_new();
	const char *host = host_without_port(a, url);
	bool yes = false;

	for (size_t i = 0; i < LEN(cloud_hosts); i++)
		yes = yes || str_ends(host, cloud_hosts[i]);
	for (size_t i = 0; i < LEN(cloud_exact); i++)
		yes = yes || str_eq(host, cloud_exact[i]);
	arena_free(a);
	return yes;
}

static bool
is_loopback(const char *host)
{
	size_t n = strcspn(host, ":");

	if (host[0] == '[')
		return str_starts(host, "[::1]") && (host[5] == '\0' || host[5] == ':');
	if (strncmp(host, "localhost", n) == 0 && n == 9)
		return true;
	/* 127.a.b.c in digits only: a name such as 127.example.com is not this machine */
	return strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == n;
}

static bool
is_port(const char *s)
{
	int64_t port;

	return *s == '\0' || (*s == ':' && s[1] != '-' && str_int(s + 1, 1, 65535, &port) == 0);
}

/* NAME, NAME:PORT, [IPv6] or [IPv6]:PORT */
static bool
is_authority(const char *host)
{
	size_t n;

	if (host[0] == '[') {
		n = strspn(host + 1, "0123456789abcdef:.");
		return n > 1 && host[n + 1] == ']' && is_port(host + n + 2);
	}
	n = strcspn(host, ":[]");
	return n > 0 && is_port(host + n);
}

static bool
has_foreign_char(const char *url)
{
	for (; *url != '\0'; url++) {
		unsigned char c = (unsigned char)*url;

		if (c <= ' ' || c == 0x7f || strchr("\\@?#", c) != NULL)
			return true;
	}
	return false;
}

/* "acme" alone is the name of a Cloud site; what has a dot, a port or a path is a host. */
static char *
add_scheme(struct arena *a, char *url)
{
	if (strstr(url, "://") != NULL)
		return url;
	if (*url != '\0' && strcspn(url, ".:/") == strlen(url) && !str_ieq(url, "localhost"))
		return arena_printf(a, "https://%s.atlassian.net", url);
	return arena_printf(a, "https://%s", url);
}

/* The gateway's address of a Confluence site, without the context path that it has there too. */
static bool
is_gateway(const char *url)
{
	static const char gateway[] = "https://api.atlassian.com/ex/confluence/";

	return str_istarts(url, gateway) && strchr(url + sizeof(gateway) - 1, '/') == NULL;
}

char *
site_normal_url(struct arena *a, const char *text, enum product product, bool allow_http, struct err *e)
{
	const char *name = product_title(product), *host;
	char *url = str_trim(a, text, strlen(text));

	if (has_foreign_char(url)) {
		err_set(e, ERR_CONFIG, "The address of %s has a character that does not belong there.", name);
		err_hint(e, "Give it as https://HOST or https://HOST/PATH, without user name, query or fragment.");
		return NULL;
	}
	for (size_t n = strlen(url); n > 0 && url[n - 1] == '/'; n--)
		url[n - 1] = '\0';
	url = add_scheme(a, url);
	if (!str_istarts(url, "https://") && !str_istarts(url, "http://")) {
		err_set(e, ERR_CONFIG, "The address of %s is not a web address.", name);
		err_hint(e, "Give it as https://HOST.");
		return NULL;
	}
	host = host_of(a, url);
	if (!is_authority(host)) {
		err_set(e, ERR_CONFIG, "The address of %s has no host, or a wrong port.", name);
		err_hint(e, "Give it as https://HOST or https://HOST:PORT.");
		return NULL;
	}
	if (str_istarts(url, "http://") && !allow_http && !is_loopback(host)) {
		err_set(e, ERR_CONFIG, "The address of %s is http:, so the token would travel in the clear.", name);
		err_hint(e, "Use https://, or set %s_ALLOW_HTTP=true if the network is trusted.", variable_prefix(product));
		return NULL;
	}
	if (product == CONFLUENCE && ((str_ends(host_without_port(a, url), ".atlassian.net") &&
	    strchr(strstr(url, "://") + 3, '/') == NULL) || is_gateway(url)))
		url = arena_printf(a, "%s/wiki", url);
	return url;
}

/* Basic for a user with a token, Bearer for a token alone. On a Cloud site Basic wins when both are there. */
static void
set_credentials(struct site *s)
{
	const struct site_config *c = s->config;
	bool basic = c->username != NULL && c->api_token != NULL;
	struct buf plain, coded;

	buf_init_secret(&plain, 128 * 1024);
	buf_init_secret(&coded, 256 * 1024);
	if (basic && (c->personal_token == NULL || site_host_is_cloud(s->base))) {
		buf_addf(&plain, "%s:", c->username);
		secret_expose(c->api_token, &plain);
		str_base64(&coded, plain.data, plain.len);
		s->auth_scheme = "Basic";
		s->credentials = secret_new(coded.data, coded.len);
	} else if (c->personal_token != NULL || c->api_token != NULL) {
		secret_expose(c->personal_token != NULL ? c->personal_token : c->api_token, &plain);
		s->auth_scheme = "Bearer";
		s->credentials = secret_new(plain.data, plain.len);
	}
	buf_wipe(&plain);
	buf_wipe(&coded);
}

static int
set_headers(struct site *s, struct err *e)
{
	char **h = s->config->custom_headers;
	size_t n = 0;

	while (h != NULL && h[n] != NULL)
		n++;
	s->headers = arena_array(s->arena, n, sizeof(*s->headers));
	for (size_t i = 0; i < n; i++) {
		const char *eq = strchr(h[i], '=');

		if (eq == NULL || eq == h[i])
			return err_set(e, ERR_CONFIG, "A custom header of %s is not of the form Name=value.",
			    product_title(s->product));
		s->headers[i].name = arena_strndup(s->arena, h[i], (size_t)(eq - h[i]));
		s->headers[i].value = eq + 1;
	}
	s->header_count = n;
	return 0;
}

struct site *
site_new(struct http *http, const struct config *config, enum product product, struct journal *journal,
    struct cache *cache, struct err *e)
{
	const struct site_config *c = &config->site[product];
	struct arena *a = arena_new();
	struct site *s = arena_alloc(a, sizeof(*s));

	s->arena = a;
	s->product = product;
	s->config = c;
	s->journal = journal;
	s->cache = cache;
	s->base = site_normal_url(a, c->url, product, c->allow_http, e);
	if (s->base == NULL || set_headers(s, e) == -1) {
		arena_free(a);
		return NULL;
	}
	s->web = s->base;
	s->label = arena_printf(a, "%s (%s)", product_title(product), host_of(a, s->base));
	if (c->deployment == DEPLOYMENT_CLOUD || (c->deployment == DEPLOYMENT_AUTO && site_host_is_cloud(s->base)))
		s->dialect = &dialects[DEPLOYMENT_CLOUD];
	else if (c->deployment == DEPLOYMENT_DC)
		s->dialect = &dialects[DEPLOYMENT_DC];
	set_credentials(s);
	s->pool = http_pool_new(http, &(struct http_pool_options){
		.name = s->label,
		.max_at_once = (size_t)config->max_requests,
		.insecure_skip_verify = !c->ssl_verify,
		.allow_plain = str_istarts(s->base, "http://"),
		.ca_file = c->ca_file,
		.client_cert = c->client_cert,
		.client_key = c->client_key,
		.proxy = c->proxy,
		.no_proxy = c->no_proxy,
		.timeout_ms = (int)c->timeout_s * 1000,
	});
	return s;
}

void
site_free(struct site *s)
{
	if (s == NULL)
		return;
	http_pool_free(s->pool);
	secret_free(s->credentials);
	arena_free(s->arena);
}

/* Data Center since 7 says its version; what has the second interface is Cloud; the rest is an older Data Center. */
static int
confluence_ready(struct call *c, struct site *s)
{
	struct rest_req q[2] = { { .path = "/rest/api/server-information", .optional = true },
		{ .path = "/api/v2/spaces?limit=1", .optional = true } };

	for (size_t i = 0; i < LEN(q) && s->dialect == NULL; i++) {
		if (rest_read(c, s, &q[i]) == -1 && (i > 0 || c->err.kind != ERR_PROTOCOL)) {
			err_context(&c->err, "Asking %s whether it is Cloud or Data Center", s->label);
			call_hint(c, "Setting CONFLUENCE_DEPLOYMENT to cloud or dc saves the question.");
			return -1;
		}
		err_clear(&c->err);
		if (json_get_str(q[i].json, "version") != NULL || json_get(q[i].json, "results") != NULL)
			s->dialect = &dialects[i == 0 ? DEPLOYMENT_DC : DEPLOYMENT_CLOUD];
	}
	if (s->dialect == NULL)
		s->dialect = &dialects[DEPLOYMENT_DC];
	return 0;
}

int
site_ready(struct call *c, struct site *s)
{
	struct rest_req q = { .path = "/rest/api/2/serverInfo" };
	const char *type, *web;

	if (s->auth_scheme == NULL) {
		call_fail(c, ERR_CONFIG, "%s has no credentials.", s->label);
		type = variable_prefix(s->product);
		call_hint(c, "Set %s_USERNAME and %s_API_TOKEN (Cloud), or %s_PERSONAL_TOKEN (Data Center).", type, type, type);
		return -1;
	}
	if (s->dialect != NULL)
		return 0;
	if (s->product == CONFLUENCE)
		return confluence_ready(c, s);
	if (rest_read(c, s, &q) == -1) {
		err_context(&c->err, "Asking %s whether it is Cloud or Data Center", s->label);
		return -1;
	}
	type = json_get_str(q.json, "deploymentType");
	web = json_get_str(q.json, "baseUrl");
	if (type == NULL && json_get_str(q.json, "version") == NULL) {
		call_fail(c, ERR_PROTOCOL, "%s does not answer like Jira.", s->label);
		call_hint(c, "Check the URL; a context path such as /jira belongs to it.");
		return -1;
	}
	s->dialect = &dialects[str_ieq(type, "Cloud") ? DEPLOYMENT_CLOUD : DEPLOYMENT_DC];
	if (web != NULL && str_istarts(web, "http") && str_starts(s->base, "https://api.atlassian.com/"))
		s->web = arena_strdup(s->arena, web);
	return 0;
}

bool
site_is_cloud(const struct site *s)
{
	return s->dialect == &dialects[DEPLOYMENT_CLOUD];
}

int
site_foreign_link(struct call *c, const struct site *s)
{
	call_fail(c, ERR_INPUT, "That link is not of this site, %s.", s->label);
	call_hint(c, "Give a link of it, or a key or id.");
	return -1;
}

bool
site_fence_allows(const struct site *s, const char *key)
{
	if (s->config->filter == NULL)
		return true;
	for (char **f = s->config->filter; *f != NULL; f++) {
		if (key != NULL && str_ieq(*f, key))
			return true;
	}
	return false;
}

int
site_without_fence(struct call *c, const struct site *s, const char *what)
{
	if (s->config->filter == NULL)
		return 0;
	call_fail(c, ERR_DENIED, "Only some projects may be used here, and %s belong to no project.", what);
	call_hint(c, "The operator's project filter (JIRA_PROJECTS_FILTER) decides that.");
	return -1;
}
